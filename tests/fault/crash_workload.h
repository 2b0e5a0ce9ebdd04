// A season of small charts with everything in it that a crash could lose or double: commands, timers,
// messages to oneself, invoked charts, effects on rows, numbers without gaps, events to another service.
//
// The work is a fixed list of steps on a virtual clock. It may be killed at any instruction and begun again:
// where it stands, and what its clock says, is in a file. It works its mailboxes off one message at a time in
// an order that the database alone decides, so that a run with crashes writes the same rows as one without.
#ifndef JISSHO_TESTS_FAULT_CRASH_WORKLOAD_H_
#define JISSHO_TESTS_FAULT_CRASH_WORKLOAD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace jissho::fault {

struct Workload {
  std::string dsn, receiver_dsn;  // two databases, made by Prepare
  std::string place_file;         // where the work stands
  int instances = 6;
  int rounds = 6;
};

absl::Status Prepare(const Workload& workload);
// Runs from where it stands to its end.
absl::Status Play(const Workload& workload);
// Everything that must not depend on crashes, one line a fact: states, journals with their hashes, effects,
// numbers, what the receiver got. Checks the journals' chains on the way.
absl::StatusOr<std::vector<std::string>> Facts(const Workload& workload);

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_CRASH_WORKLOAD_H_
