// A disk on which every sync takes its time, as network volumes and old disks do: SQLite's own, with a wait
// before each sync. Where syncs take longest the processor is idle, and a server has time to refuse.
#ifndef JISSHO_TESTS_LOAD_SLOW_DISK_H_
#define JISSHO_TESTS_LOAD_SLOW_DISK_H_

#include "absl/time/time.h"

namespace jissho::bench {

// While it lives, SQLite files that are opened lie on the slow disk; they must be closed before it ends. One
// at a time.
class SlowDisk {
 public:
  explicit SlowDisk(absl::Duration sync);
  ~SlowDisk();
  SlowDisk(const SlowDisk&) = delete;
};

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_SLOW_DISK_H_
