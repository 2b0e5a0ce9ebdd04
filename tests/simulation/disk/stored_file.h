// One file of the simulated disk: what processes see, what a power loss leaves of it, and the changes that
// lie between the two. Knows neither SQLite nor names. Not thread-safe.
#ifndef JISSHO_TESTS_SIMULATION_DISK_STORED_FILE_H_
#define JISSHO_TESTS_SIMULATION_DISK_STORED_FILE_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jissho::simulation {

// A write smaller than this, and aligned, is whole or absent after a power loss.
constexpr int64_t kSectorBytes = 512;

class StoredFile {
 public:
  // What became of the unsynced writes and truncations.
  struct Losses {
    int64_t lost = 0;     // nothing of it was left
    int64_t torn = 0;     // some sectors were
    int64_t spoiled = 0;  // sectors that took synced bytes with them
  };

  StoredFile() = default;
  // Content that is on the disk already.
  explicit StoredFile(std::string content) : live_(content), durable_(std::move(content)) {}

  const std::string& live() const { return live_; }
  const std::string& durable() const { return durable_; }
  int64_t size() const { return static_cast<int64_t>(live_.size()); }

  // Past the end the gap is filled with zeros.
  void Write(int64_t offset, absl::string_view bytes);
  void Truncate(int64_t size);
  void Sync();

  // A sync that failed: each unsynced change is on the disk, or still to be synced, or forgotten: then
  // processes go on seeing it, no later sync writes it, and a power loss takes it.
  void FailSync(std::mt19937_64& random);

  // Afterwards live and durable content are the same: of every sector that was written since the last sync,
  // some state that it had since then. `powersafe`: a sector that is written in part keeps its other bytes.
  Losses LosePower(std::mt19937_64& random, bool powersafe);

 private:
  struct Change {
    int64_t offset;  // of a truncation: the new size
    int64_t begin;   // of the written bytes in bytes_; -1: a truncation
    int64_t size;
  };

  void Apply(const Change& change, std::string& content) const;

  std::string live_;
  std::string durable_;
  std::vector<Change> unsynced_;
  std::string bytes_;  // of all unsynced writes; one block, because there are many of them
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_DISK_STORED_FILE_H_
