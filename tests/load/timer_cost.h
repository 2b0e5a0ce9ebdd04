// Claiming and firing due timers while many others wait.
#ifndef JISSHO_TESTS_LOAD_TIMER_COST_H_
#define JISSHO_TESTS_LOAD_TIMER_COST_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::bench {

struct TimerCost {
  double look_us = 0;   // of a look that finds nothing due, median
  double claim_us = 0;  // of one claim of act::TimerPump::kClaimMax timers, median
  double fire_us = 0;   // of firing one claimed timer, mean over two batches
};

// On an empty database, with `pending` timers, at least 1,000: half of them are due, half fall due within ten
// years, in an order that is not theirs in the table.
absl::StatusOr<TimerCost> MeasureTimers(const std::string& dsn, int pending);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_TIMER_COST_H_
