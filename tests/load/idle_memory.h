// Resident memory: of this process, and of a server with all services that nobody calls.
#ifndef JISSHO_TESTS_LOAD_IDLE_MEMORY_H_
#define JISSHO_TESTS_LOAD_IDLE_MEMORY_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace jissho::bench {

// VmRSS of this process.
absl::StatusOr<int64_t> ResidentKib();

// Starts the jisshod that stands beside this binary on a free port, waits until it serves, and reads its
// VmRSS.
absl::StatusOr<int64_t> IdleServerMemoryKib();

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_IDLE_MEMORY_H_
