// What one instance costs where it is kept: bytes in memory, and bytes in a database at rest.
#ifndef JISSHO_TESTS_LOAD_INSTANCE_COST_H_
#define JISSHO_TESTS_LOAD_INSTANCE_COST_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::bench {

struct InstanceMemory {
  double heap_bytes = 0;      // allocated, an instance
  double resident_bytes = 0;  // by which the process has grown, an instance
};
// Keeps the snapshots of this many instances of RingChart(), each after one step. They share one Machine, as
// in a server.
absl::StatusOr<InstanceMemory> MeasureInstanceMemory(int instances);

struct InstanceDisk {
  double bytes = 0;          // of the whole database file, an instance
  double journal_bytes = 0;  // of that the journal: two entries, start and step
};
// Makes this many instances of RingChart(), each after one step, in an empty SQLite database, and asks how
// much the file has grown. Needs SQLite's table dbstat for `journal_bytes`; 0 without it.
absl::StatusOr<InstanceDisk> MeasureInstanceDisk(const std::string& sqlite_dsn, int instances);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_INSTANCE_COST_H_
