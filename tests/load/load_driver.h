// Load on a benchmark server from a process of its own, so that who asks takes no time from who answers but
// what the machine takes from both.
//
// Open loop: calls begin at their appointed times, which are random as those of people who know nothing of
// each other (a Poisson process), whatever became of those before; their time is counted from the
// appointment. Closed loop: a fixed number of calls is open all the time. With throttling
// each of the driver's channels is one client of the library.
#ifndef JISSHO_TESTS_LOAD_LOAD_DRIVER_H_
#define JISSHO_TESTS_LOAD_LOAD_DRIVER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace jissho::bench {

struct LoadPhase {
  double per_second = 0;  // open loop, on the average
  int in_flight = 0;      // closed loop, when per_second is 0
  absl::Duration duration;
};

struct LoadJob {
  std::string address, token;
  int cases = 1000;
  absl::Duration patience = absl::Seconds(1);  // a call's deadline
  bool throttled = false;                      // calls as the client library lets them out
  std::vector<LoadPhase> phases;               // one after another, without a pause
};

// What became of the calls that began in one phase; the goodput is of those that were answered in it.
struct LoadResult {
  double offered = 0, goodput = 0;  // calls a second: begun, answered well
  double p50_ms = 0, p99_ms = 0;    // of those answered well
  double refused_share = 0;         // RESOURCE_EXHAUSTED, of all, by the server or the client library
  double asked = 0;                 // calls a second that went to the server
  double refusal_p99_ms = 0;
  int64_t without_retry_info = 0;  // refusals that do not say when to retry
  int64_t late = 0;                // nobody waited for the answer any more
  int64_t errors = 0;              // anything else
  double lag_p99_ms = 0;           // of the driver behind the appointments: its own fault
};

// Runs this program again as the driver. One result a phase.
absl::StatusOr<std::vector<LoadResult>> DriveFromOutside(const LoadJob& job);

// What the driver's process does: a job as DriveFromOutside writes it, the results as it reads them.
std::string Drive(const std::string& job);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_LOAD_DRIVER_H_
