// How long something that failed waits before it is tried again.
#ifndef JISSHO_WORKFLOW_ACT_BACKOFF_H_
#define JISSHO_WORKFLOW_ACT_BACKOFF_H_

#include <algorithm>

#include "absl/time/time.h"

namespace jissho::act {

struct Backoff {
  // Refusals before an incident, of what may yet pass.
  static constexpr int kRefusalsMax = 10;

  int attempts = 0;
  int refusals = 0;  // not of the moment
  absl::Duration until;

  // From 50 ms, twice as long each time, up to 30 s. `now` and `until` are of the monotonic clock.
  void Wait(absl::Duration now) {
    until =
        now + std::min(absl::Seconds(30), absl::Milliseconds(50) * (int64_t{1} << std::min(attempts, 10)));
    ++attempts;
  }
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_BACKOFF_H_
