// A process that works and is killed at a random moment, or at a named one.
#ifndef JISSHO_TESTS_FAULT_KILLED_WORKER_H_
#define JISSHO_TESTS_FAULT_KILLED_WORKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace jissho::fault {

// Runs this program with these arguments and kills it (SIGKILL) when it has not ended `after` this time; at
// the n-th passing of the point `death` ("mail.taken:3"; tests/fault/points.h) it dies by itself. True: it
// came to its end, and with exit code 0, else the test has failed.
bool RunAndKill(const std::vector<std::string>& arguments, absl::Duration after,
                const std::string& death = "");

// JISSHO_SEED, or a fixed one.
uint64_t Seed();

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_KILLED_WORKER_H_
