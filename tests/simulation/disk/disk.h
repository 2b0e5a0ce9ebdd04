// A disk in memory that loses power: a SQLite VFS for simulations in one thread. It touches no file system,
// no wall clock and no random device; the same seed and the same calls give the same bytes.
//
// The model:
//  1. A file has a live content, which processes see, and a durable one, which survives a power loss; xSync
//     makes the live one durable. In between lie the unsynced writes and truncations, in order.
//  2. A power loss leaves of every sector (512 bytes) written since the sync some state that it had since: so
//     writes are lost, torn, and survive earlier ones that are lost. Room that a file gained without its
//     bytes holds zeros or noise. Without `powersafe_overwrite`, a lost write can also spoil the rest of the
//     sectors at its ends.
//  3. Names come and go in memory first. A sync of a file that is new or has another size than on the disk,
//     and xDelete with syncDir, make all changes of the host's names durable (as on ext4, which commits its
//     journal in order). Of the others, a power loss leaves the first few.
//  4. The end of a process (kill -9) leaves the live content; of a write under way, its first few sectors.
//  5. Files belong to a host: the part of their name before the first '/', "" without one. A host is one
//     process on one disk. When it crashes or loses power, its handles are dead (each call but xClose fails
//     with SQLITE_IOERR), its locks and shared memory are gone, and nothing can be opened or deleted until
//     Restart: what is left of the old process cannot touch what the new one will see.
//  6. After a sync that failed, each unsynced change is durable, still unsynced, or forgotten: processes see
//     it, but no later sync writes it.
//  7. Locks and shared memory (WAL) work between the connections of a host. Nothing blocks: a lock that is
//     held is SQLITE_BUSY at once, and SQLite's busy handler waits in `sleep`.
// Limits: bytes never rot by themselves; a write that succeeds is in the live content; a sync covers one
// file; there is no memory mapping; temporary files (without a name) belong to host "" and end with their
// handle. What was never synced is kept in memory.
//
// The functions given here are called from inside SQLite: they may switch to another fiber of the same thread
// (which must not use the same connection) and call this disk, but must not throw. A fiber that stands in one
// of them when its process crashes is to be resumed: its call fails, and the caller's error unwinds it.
//
// SQLite draws salts and random rowids from one generator for the whole program, which the disk made last has
// seeded: to repeat a run, let one disk exist at a time. Not thread-safe.
#ifndef JISSHO_TESTS_SIMULATION_DISK_DISK_H_
#define JISSHO_TESTS_SIMULATION_DISK_DISK_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace jissho::simulation {

// What `before` is asked about. Unlocking and closing are not: they cannot fail.
enum class Operation {
  kOpen,
  kDelete,
  kAccess,
  kRead,
  kWrite,
  kTruncate,
  kSync,
  kSize,
  kLock,
  kMapShared,
  kLockShared,
};
constexpr int kOperations = 11;

enum class Verdict {
  kGoOn,
  kFail,   // this operation fails (SQLITE_CANTOPEN for an open, SQLITE_IOERR_… for the others)
  kCrash,  // the file's host crashes in the midst of this operation, as by Crash()
};

enum class Fault { kReadError, kWriteError, kSyncError, kTruncateError, kFull };
constexpr int kFaults = 5;

// When a fault strikes, counted from the moment it is set: each such operation with a probability, and the
// n-th one (from 1). kFull strikes writes.
struct Strike {
  double probability = 0;
  int64_t nth = 0;
};

struct DiskOptions {
  uint64_t seed = 1;
  // The VFS's name; a number is added when it is taken.
  std::string name = "disk";
  // Durable from the start: a database that was prepared once need not be made again for each run.
  std::map<std::string, std::string> files = {};
  // Told to SQLite, as its VFS for Unix does.
  bool powersafe_overwrite = true;
  std::function<absl::Time()> now = [] { return absl::UnixEpoch(); };
  std::function<void(absl::Duration)> sleep = [](absl::Duration) {};
  std::function<Verdict(Operation, const std::string& file)> before = [](Operation, const std::string&) {
    return Verdict::kGoOn;
  };
};

struct DiskCounters {
  std::array<int64_t, kOperations> operations{};  // by Operation; those of dead handles are not counted
  std::array<int64_t, kFaults> faults{};          // by Fault; a full host counts as kFull
  int64_t failed = 0;                             // by the verdict kFail
  int64_t crashes = 0;
  int64_t power_losses = 0;
  int64_t lost = 0;     // writes and truncations of which a power loss left nothing
  int64_t torn = 0;     // writes of which it left some sectors
  int64_t spoiled = 0;  // sectors whose synced bytes it destroyed
};

class Disk {
 public:
  // Registers the VFS (not as the default one).
  explicit Disk(DiskOptions options = {});
  // All connections must have been closed before.
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  const std::string& vfs() const;
  // A SQLite URI, for sqlite3_open, and a dsn of workflow/storage.
  std::string Uri(absl::string_view file) const;
  std::string Dsn(absl::string_view file) const;

  // The end of a host's process. Again on a crashed host, it does nothing.
  void Crash(const std::string& host);
  // Crash, and what was not synced is left to the seed.
  void PowerLoss(const std::string& host);
  // The host may open files again.
  void Restart(const std::string& host);

  void SetFault(const std::string& host, Fault fault, Strike strike);
  // At most so many live bytes in the host's files: what would grow them beyond is SQLITE_FULL.
  // SetQuota(host, Used(host)) is a full disk; nullopt frees it.
  void SetQuota(const std::string& host, std::optional<int64_t> bytes);
  int64_t Used(const std::string& host) const;
  // A disk that says to have synced and has not.
  void IgnoreSyncs(bool ignore);

  // The live content by name; goes into DiskOptions::files of another disk.
  std::map<std::string, std::string> Files() const;
  // Of all names and contents, live and durable. The same on every machine of the same byte order.
  uint64_t Digest() const;
  const DiskCounters& counters() const;

  // The VFS behind it; for disk.cc alone.
  struct Vfs;

 private:
  std::unique_ptr<Vfs> vfs_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_DISK_DISK_H_
