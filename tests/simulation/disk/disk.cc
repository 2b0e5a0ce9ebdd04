#include "tests/simulation/disk/disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/simulation/disk/stored_file.h"

namespace jissho::simulation {
namespace {

constexpr int64_t kUnixEpochInJulianMilliseconds = 210866760000000;

std::string HostOf(absl::string_view file) {
  const size_t slash = file.find('/');
  return slash == absl::string_view::npos ? "" : std::string(file.substr(0, slash));
}

struct Handle;

// The memory that the connections to a WAL database share. A dead handle keeps it: SQLite still reads there.
struct SharedMemory {
  std::vector<std::unique_ptr<char[]>> regions;
};

// A file and who has it open. It outlives its name as long as it is open, or while its removal is not
// durable.
struct Inode {
  StoredFile file;
  std::vector<Handle*> handles;
  std::shared_ptr<SharedMemory> shared;
};

using Directory = std::map<std::string, std::shared_ptr<Inode>>;

void SetName(Directory& directory, const std::string& name, std::shared_ptr<Inode> inode) {
  if (inode == nullptr) {
    directory.erase(name);
  } else {
    directory[name] = std::move(inode);
  }
}

struct Host {
  struct Striking {
    Strike strike;
    int64_t seen = 0;
  };
  bool down = false;
  int64_t process = 0;  // counts them
  std::optional<int64_t> quota;
  std::array<Striking, kFaults> faults;
  // Since the file system's journal was committed: files that got a name, or names that lost theirs
  // (nullptr).
  std::vector<std::pair<std::string, std::shared_ptr<Inode>>> uncommitted;
};

struct Handle {
  Disk::Vfs* vfs = nullptr;
  std::string name;
  Host* host = nullptr;
  std::shared_ptr<Inode> inode;
  std::shared_ptr<SharedMemory> shared;
  bool dead = false;
  bool delete_on_close = false;
  int lock = SQLITE_LOCK_NONE;
  uint32_t shared_locks = 0;  // of the shared memory, a bit a lock
  uint32_t exclusive_locks = 0;
};

// What SQLite allocates for a connection's file.
struct SqliteFile {
  sqlite3_file base;
  Handle* handle;
};

Handle& HandleOf(sqlite3_file* file) { return *reinterpret_cast<SqliteFile*>(file)->handle; }

class Hash {
 public:
  void Add(absl::string_view text) {
    Add(text.size());
    for (; text.size() >= sizeof(uint64_t); text.remove_prefix(sizeof(uint64_t))) {
      uint64_t word;
      std::memcpy(&word, text.data(), sizeof(word));
      Add(word);
    }
    uint64_t rest = 0;
    std::memcpy(&rest, text.data(), text.size());
    Add(rest);
  }
  void Add(uint64_t word) {
    state_ = (state_ ^ word) * 0x9e3779b97f4a7c15;
    state_ ^= state_ >> 29;
  }
  uint64_t value() const { return state_; }

 private:
  uint64_t state_ = 0x6a09e667f3bcc909;
};

}  // namespace

struct Disk::Vfs {
  DiskOptions options;
  std::mt19937_64 random;
  sqlite3_vfs base{};
  std::map<std::string, Host> hosts;
  Directory live;     // what processes find
  Directory durable;  // what a power loss leaves
  std::vector<Handle*> handles;
  bool ignore_syncs = false;
  DiskCounters counters;

  bool Strikes(Host& host, Fault fault) {
    Host::Striking& striking = host.faults[static_cast<int>(fault)];
    ++striking.seen;
    const Strike& strike = striking.strike;
    const bool strikes =
        striking.seen == strike.nth || (strike.probability > 0 && random() < strike.probability * 0x1p64);
    if (strikes) ++counters.faults[static_cast<int>(fault)];
    return strikes;
  }

  void Crash(const std::string& name) {
    Host& host = hosts[name];
    if (host.down) return;
    host.down = true;
    ++host.process;
    ++counters.crashes;
    for (Handle* handle : handles) {
      if (handle->host != &host) continue;
      handle->dead = true;
      handle->inode->handles.clear();
      handle->inode->shared.reset();
    }
  }

  // To be asked for a live process, which may be gone when this returns: then with another verdict than
  // kGoOn.
  Verdict Ask(Operation operation, const std::string& name, Host& host) {
    ++counters.operations[static_cast<int>(operation)];
    const int64_t process = host.process;
    const Verdict verdict = options.before(operation, name);
    if (host.process != process) return Verdict::kFail;
    if (verdict == Verdict::kFail) ++counters.failed;
    if (verdict == Verdict::kCrash) Crash(HostOf(name));
    return verdict;
  }

  bool MayGoOn(Operation operation, Handle& handle) {
    return !handle.dead && Ask(operation, handle.name, *handle.host) == Verdict::kGoOn;
  }
  bool MayGoOn(Operation operation, const std::string& name) {
    Host& host = hosts[HostOf(name)];
    return !host.down && Ask(operation, name, host) == Verdict::kGoOn;
  }

  int64_t Used(const std::string& host) const {
    int64_t used = 0;
    for (const auto& [name, inode] : live) {
      if (HostOf(name) == host) used += inode->file.size();
    }
    return used;
  }

  void Name(const std::string& name, std::shared_ptr<Inode> inode) {
    hosts[HostOf(name)].uncommitted.push_back({name, inode});
    SetName(live, name, std::move(inode));
  }

  void CommitNames(Host& host, size_t count) {
    for (size_t i = 0; i < count; ++i)
      SetName(durable, host.uncommitted[i].first, host.uncommitted[i].second);
    host.uncommitted.clear();
  }

  void LosePower(const std::string& name) {
    ++counters.power_losses;
    Host& host = hosts[name];
    CommitNames(host, random() % (host.uncommitted.size() + 1));
    const auto belongs = [&](const auto& entry) { return HostOf(entry.first) == name; };
    std::erase_if(live, belongs);
    for (const auto& entry : durable) {
      if (!belongs(entry)) continue;
      live.insert(entry);
      const StoredFile::Losses losses = entry.second->file.LosePower(random, options.powersafe_overwrite);
      counters.lost += losses.lost;
      counters.torn += losses.torn;
      counters.spoiled += losses.spoiled;
    }
  }
};

namespace {

using Vfs = Disk::Vfs;

// Names are relative to the root, so that file:///a/b is the host a's as well.
std::string NameOf(const char* path) {
  absl::string_view name = path;
  while (absl::ConsumePrefix(&name, "/")) {
  }
  return std::string(name);
}

int Close(sqlite3_file* file) noexcept {
  Handle* handle = &HandleOf(file);
  Vfs& vfs = *handle->vfs;
  std::erase(handle->inode->handles, handle);
  std::erase(vfs.handles, handle);
  if (handle->delete_on_close && !handle->dead && !handle->name.empty()) vfs.Name(handle->name, nullptr);
  delete handle;
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) noexcept {
  Handle& handle = HandleOf(file);
  Vfs& vfs = *handle.vfs;
  if (!vfs.MayGoOn(Operation::kRead, handle)) return SQLITE_IOERR_READ;
  if (vfs.Strikes(*handle.host, Fault::kReadError)) return SQLITE_IOERR_READ;
  const std::string& content = handle.inode->file.live();
  const int64_t left = std::max<int64_t>(static_cast<int64_t>(content.size()) - offset, 0);
  const int64_t read = std::min<int64_t>(left, size);
  if (read > 0) std::memcpy(to, &content[offset], read);
  if (read == size) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + read, 0, size - read);
  return SQLITE_IOERR_SHORT_READ;  // the end of the file, which SQLite expects to be told so
}

int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) noexcept {
  Handle& handle = HandleOf(file);
  Vfs& vfs = *handle.vfs;
  if (handle.dead) return SQLITE_IOERR_WRITE;
  const absl::string_view bytes(static_cast<const char*>(from), size);
  Host& host = *handle.host;
  const Verdict verdict = vfs.Ask(Operation::kWrite, handle.name, host);
  if (verdict == Verdict::kCrash) {
    // The process is killed in the midst of it.
    const int64_t sectors = (size + kSectorBytes - 1) / kSectorBytes;
    const int64_t done = vfs.random() % (sectors + 1) * kSectorBytes;
    if (done > 0) handle.inode->file.Write(offset, bytes.substr(0, done));
  }
  if (verdict != Verdict::kGoOn) return SQLITE_IOERR_WRITE;
  if (vfs.Strikes(host, Fault::kWriteError)) return SQLITE_IOERR_WRITE;
  if (vfs.Strikes(host, Fault::kFull)) return SQLITE_FULL;
  const int64_t growth = offset + size - handle.inode->file.size();
  if (host.quota && growth > 0 && vfs.Used(HostOf(handle.name)) + growth > *host.quota) {
    ++vfs.counters.faults[static_cast<int>(Fault::kFull)];
    return SQLITE_FULL;
  }
  handle.inode->file.Write(offset, bytes);
  return SQLITE_OK;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) noexcept {
  Handle& handle = HandleOf(file);
  Vfs& vfs = *handle.vfs;
  if (!vfs.MayGoOn(Operation::kTruncate, handle)) return SQLITE_IOERR_TRUNCATE;
  if (vfs.Strikes(*handle.host, Fault::kTruncateError)) return SQLITE_IOERR_TRUNCATE;
  handle.inode->file.Truncate(size);
  return SQLITE_OK;
}

int Sync(sqlite3_file* file, int) noexcept {
  Handle& handle = HandleOf(file);
  Vfs& vfs = *handle.vfs;
  if (handle.dead) return SQLITE_IOERR_FSYNC;
  const Verdict verdict = vfs.Ask(Operation::kSync, handle.name, *handle.host);
  if (handle.dead) return SQLITE_IOERR_FSYNC;
  if (verdict == Verdict::kFail || vfs.Strikes(*handle.host, Fault::kSyncError)) {
    handle.inode->file.FailSync(vfs.random);
    return SQLITE_IOERR_FSYNC;
  }
  if (vfs.ignore_syncs) return SQLITE_OK;
  StoredFile& content = handle.inode->file;
  const auto named = vfs.durable.find(handle.name);
  const bool is_durable = named != vfs.durable.end() && named->second == handle.inode;
  if (!is_durable || content.live().size() != content.durable().size()) {
    vfs.CommitNames(*handle.host, handle.host->uncommitted.size());
  }
  content.Sync();
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) noexcept {
  Handle& handle = HandleOf(file);
  if (!handle.vfs->MayGoOn(Operation::kSize, handle)) return SQLITE_IOERR_FSTAT;
  *size = handle.inode->file.size();
  return SQLITE_OK;
}

// The highest lock that another connection holds.
int HighestOther(const Handle& handle) {
  int highest = SQLITE_LOCK_NONE;
  for (const Handle* other : handle.inode->handles) {
    if (other != &handle) highest = std::max(highest, other->lock);
  }
  return highest;
}

int Lock(sqlite3_file* file, int level) noexcept {
  Handle& handle = HandleOf(file);
  if (!handle.vfs->MayGoOn(Operation::kLock, handle)) return SQLITE_IOERR_LOCK;
  if (handle.lock >= level) return SQLITE_OK;
  const int other = HighestOther(handle);
  if (other >= (level == SQLITE_LOCK_SHARED ? SQLITE_LOCK_PENDING : SQLITE_LOCK_RESERVED)) return SQLITE_BUSY;
  if (level == SQLITE_LOCK_EXCLUSIVE && other != SQLITE_LOCK_NONE) {
    handle.lock = SQLITE_LOCK_PENDING;  // no new readers; those that are there may finish
    return SQLITE_BUSY;
  }
  handle.lock = level;
  return SQLITE_OK;
}

int Unlock(sqlite3_file* file, int level) noexcept {
  Handle& handle = HandleOf(file);
  if (handle.dead) return SQLITE_IOERR_UNLOCK;
  handle.lock = std::min(handle.lock, level);
  return SQLITE_OK;
}

int CheckReservedLock(sqlite3_file* file, int* reserved) noexcept {
  Handle& handle = HandleOf(file);
  if (!handle.vfs->MayGoOn(Operation::kLock, handle)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  *reserved = std::max(handle.lock, HighestOther(handle)) >= SQLITE_LOCK_RESERVED;
  return SQLITE_OK;
}

int FileControl(sqlite3_file* file, int, void*) noexcept {
  return HandleOf(file).dead ? SQLITE_IOERR : SQLITE_NOTFOUND;
}

int SectorSize(sqlite3_file*) noexcept { return kSectorBytes; }

int DeviceCharacteristics(sqlite3_file* file) noexcept {
  return HandleOf(file).vfs->options.powersafe_overwrite ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** to) noexcept {
  Handle& handle = HandleOf(file);
  *to = nullptr;
  if (!handle.vfs->MayGoOn(Operation::kMapShared, handle)) return SQLITE_IOERR_SHMMAP;
  if (handle.shared == nullptr) {
    if (handle.inode->shared == nullptr) handle.inode->shared = std::make_shared<SharedMemory>();
    handle.shared = handle.inode->shared;
  }
  auto& regions = handle.shared->regions;
  while (extend != 0 && static_cast<int>(regions.size()) <= region) {
    regions.push_back(std::make_unique<char[]>(size));
  }
  if (region < static_cast<int>(regions.size())) *to = regions[region].get();
  return SQLITE_OK;
}

int ShmLock(sqlite3_file* file, int offset, int count, int flags) noexcept {
  Handle& handle = HandleOf(file);
  const uint32_t locks = ((1u << count) - 1) << offset;
  if (flags & SQLITE_SHM_UNLOCK) {
    if (handle.dead) return SQLITE_IOERR_SHMLOCK;
    handle.shared_locks &= ~locks;
    handle.exclusive_locks &= ~locks;
    return SQLITE_OK;
  }
  if (!handle.vfs->MayGoOn(Operation::kLockShared, handle)) return SQLITE_IOERR_SHMLOCK;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (const Handle* other : handle.inode->handles) {
    if (other == &handle) continue;
    if (locks & (other->exclusive_locks | (exclusive ? other->shared_locks : 0))) return SQLITE_BUSY;
  }
  (exclusive ? handle.exclusive_locks : handle.shared_locks) |= locks;
  return SQLITE_OK;
}

// One thread: what one connection wrote, the others see.
void ShmBarrier(sqlite3_file*) noexcept {}

int ShmUnmap(sqlite3_file* file, int) noexcept {
  Handle& handle = HandleOf(file);
  handle.shared_locks = handle.exclusive_locks = 0;
  handle.shared.reset();
  // Gone with its last user, as the file is that the first one to come would empty.
  if (!handle.dead && handle.inode->shared.use_count() == 1) handle.inode->shared.reset();
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    2,
    Close,
    Read,
    Write,
    Truncate,
    Sync,
    FileSize,
    Lock,
    Unlock,
    CheckReservedLock,
    FileControl,
    SectorSize,
    DeviceCharacteristics,
    ShmMap,
    ShmLock,
    ShmBarrier,
    ShmUnmap,
    nullptr,
    nullptr,
};

Vfs& VfsOf(sqlite3_vfs* vfs) { return *static_cast<Vfs*>(vfs->pAppData); }

int Open(sqlite3_vfs* base, const char* path, sqlite3_file* file, int flags, int* out_flags) noexcept {
  Vfs& vfs = VfsOf(base);
  file->pMethods = nullptr;
  const std::string name = path == nullptr ? "" : NameOf(path);
  if (!vfs.MayGoOn(Operation::kOpen, name)) return SQLITE_CANTOPEN;
  std::shared_ptr<Inode> inode;
  if (const auto found = vfs.live.find(name); path != nullptr && found != vfs.live.end()) {
    if (flags & SQLITE_OPEN_EXCLUSIVE) return SQLITE_CANTOPEN;
    inode = found->second;
  } else {
    if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    inode = std::make_shared<Inode>();
    if (path != nullptr) vfs.Name(name, inode);
  }
  auto* handle = new Handle;
  handle->vfs = &vfs;
  handle->name = name;
  handle->host = &vfs.hosts[HostOf(name)];
  handle->inode = inode;
  handle->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  inode->handles.push_back(handle);
  vfs.handles.push_back(handle);
  reinterpret_cast<SqliteFile*>(file)->handle = handle;
  file->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* base, const char* path, int sync_directory) noexcept {
  Vfs& vfs = VfsOf(base);
  const std::string name = NameOf(path);
  if (!vfs.MayGoOn(Operation::kDelete, name)) return SQLITE_IOERR_DELETE;
  if (!vfs.live.contains(name)) return SQLITE_IOERR_DELETE_NOENT;
  vfs.Name(name, nullptr);
  Host& host = vfs.hosts[HostOf(name)];
  if (sync_directory != 0 && !vfs.ignore_syncs) vfs.CommitNames(host, host.uncommitted.size());
  return SQLITE_OK;
}

int Access(sqlite3_vfs* base, const char* path, int flags, int* result) noexcept {
  Vfs& vfs = VfsOf(base);
  const std::string name = NameOf(path);
  *result = 0;
  if (!vfs.MayGoOn(Operation::kAccess, name)) return SQLITE_IOERR_ACCESS;
  const auto found = vfs.live.find(name);
  // An empty file does not count as existing, as with SQLite's own VFS.
  *result = found != vfs.live.end() && (flags != SQLITE_ACCESS_EXISTS || found->second->file.size() > 0);
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* path, int size, char* to) noexcept {
  const std::string name = NameOf(path);
  if (static_cast<int>(name.size()) >= size) return SQLITE_CANTOPEN;
  std::memcpy(to, name.c_str(), name.size() + 1);
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs* base, int size, char* to) noexcept {
  for (int i = 0; i < size; ++i) to[i] = static_cast<char>(VfsOf(base).random());
  return size;
}

int Sleep(sqlite3_vfs* base, int microseconds) noexcept {
  VfsOf(base).options.sleep(absl::Microseconds(microseconds));
  return microseconds;
}

int CurrentTimeInt64(sqlite3_vfs* base, sqlite3_int64* milliseconds) noexcept {
  *milliseconds = kUnixEpochInJulianMilliseconds + absl::ToUnixMillis(VfsOf(base).options.now());
  return SQLITE_OK;
}

int CurrentTime(sqlite3_vfs* base, double* days) noexcept {
  sqlite3_int64 milliseconds = 0;
  CurrentTimeInt64(base, &milliseconds);
  *days = static_cast<double>(milliseconds) / 86400000;
  return SQLITE_OK;
}

std::string FreeName(const std::string& wanted) {
  std::string name = wanted;
  for (int i = 2; sqlite3_vfs_find(name.c_str()) != nullptr; ++i) name = absl::StrCat(wanted, "-", i);
  return name;
}

}  // namespace

Disk::Disk(DiskOptions options) : vfs_(std::make_unique<Vfs>()) {
  sqlite3_initialize();
  vfs_->random.seed(options.seed);
  for (const auto& [name, content] : options.files) {
    auto inode = std::make_shared<Inode>();
    inode->file = StoredFile(content);
    vfs_->live[name] = vfs_->durable[name] = std::move(inode);
  }
  options.files.clear();
  options.name = FreeName(options.name);
  vfs_->options = std::move(options);
  sqlite3_vfs& base = vfs_->base;
  base.iVersion = 2;
  base.szOsFile = sizeof(SqliteFile);
  base.mxPathname = 512;
  base.zName = vfs_->options.name.c_str();
  base.pAppData = vfs_.get();
  base.xOpen = Open;
  base.xDelete = Delete;
  base.xAccess = Access;
  base.xFullPathname = FullPathname;
  base.xRandomness = Randomness;
  base.xSleep = Sleep;
  base.xCurrentTime = CurrentTime;
  base.xCurrentTimeInt64 = CurrentTimeInt64;
  sqlite3_vfs_register(&base, 0);
  // SQLite's generator otherwise takes its seed from the default VFS. 0 would mean: from there.
  const int seed = static_cast<int>(vfs_->random() | 1);
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, seed, nullptr);
}

Disk::~Disk() {
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 0, nullptr);
  sqlite3_vfs_unregister(&vfs_->base);
}

const std::string& Disk::vfs() const { return vfs_->options.name; }

std::string Disk::Uri(absl::string_view file) const { return absl::StrCat("file:", file, "?vfs=", vfs()); }

std::string Disk::Dsn(absl::string_view file) const { return absl::StrCat("sqlite:", Uri(file)); }

void Disk::Crash(const std::string& host) { vfs_->Crash(host); }

void Disk::PowerLoss(const std::string& host) {
  vfs_->Crash(host);
  vfs_->LosePower(host);
}

void Disk::Restart(const std::string& host) { vfs_->hosts[host].down = false; }

void Disk::SetFault(const std::string& host, Fault fault, Strike strike) {
  vfs_->hosts[host].faults[static_cast<int>(fault)] = {strike, 0};
}

void Disk::SetQuota(const std::string& host, std::optional<int64_t> bytes) {
  vfs_->hosts[host].quota = bytes;
}

int64_t Disk::Used(const std::string& host) const { return vfs_->Used(host); }

void Disk::IgnoreSyncs(bool ignore) { vfs_->ignore_syncs = ignore; }

std::map<std::string, std::string> Disk::Files() const {
  std::map<std::string, std::string> files;
  for (const auto& [name, inode] : vfs_->live) files[name] = inode->file.live();
  return files;
}

uint64_t Disk::Digest() const {
  Hash hash;
  for (const bool durable : {false, true}) {
    const Directory& directory = durable ? vfs_->durable : vfs_->live;
    hash.Add(directory.size());
    for (const auto& [name, inode] : directory) {
      hash.Add(name);
      hash.Add(durable ? inode->file.durable() : inode->file.live());
    }
  }
  return hash.value();
}

const DiskCounters& Disk::counters() const { return vfs_->counters; }

}  // namespace jissho::simulation
