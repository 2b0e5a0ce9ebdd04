#include "tests/load/slow_disk.h"

#include <sqlite3.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace jissho::bench {
namespace {

// SQLite's file knows its methods by a pointer; ours is the first member, so that the rest can be found.
struct SlowMethods {
  sqlite3_io_methods methods;
  const sqlite3_io_methods* fast;
};

struct State {
  sqlite3_vfs vfs;
  sqlite3_vfs* fast = nullptr;
  std::chrono::nanoseconds sync{0};
  std::mutex mutex;
  std::map<const sqlite3_io_methods*, std::unique_ptr<SlowMethods>> methods;
};

// SQLite's interface has no other place for it.
State* state = nullptr;

int Sync(sqlite3_file* file, int flags) {
  std::this_thread::sleep_for(state->sync);
  return reinterpret_cast<const SlowMethods*>(file->pMethods)->fast->xSync(file, flags);
}

int Open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = state->fast->xOpen(state->fast, name, file, flags, out_flags);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  std::lock_guard lock(state->mutex);
  std::unique_ptr<SlowMethods>& slow = state->methods[file->pMethods];
  if (!slow) {
    slow = std::make_unique<SlowMethods>(SlowMethods{*file->pMethods, file->pMethods});
    slow->methods.xSync = Sync;
  }
  file->pMethods = &slow->methods;
  return SQLITE_OK;
}

}  // namespace

SlowDisk::SlowDisk(absl::Duration sync) {
  state = new State;
  state->fast = sqlite3_vfs_find(nullptr);
  state->sync = absl::ToChronoNanoseconds(sync);
  state->vfs = *state->fast;
  state->vfs.zName = "slow";
  state->vfs.xOpen = Open;
  sqlite3_vfs_register(&state->vfs, 1);
}

SlowDisk::~SlowDisk() {
  sqlite3_vfs_unregister(&state->vfs);
  sqlite3_vfs_register(state->fast, 1);
  delete state;
  state = nullptr;
}

}  // namespace jissho::bench
