// Moving the development calendar of a whole system: stop at every timer on the way, work everything off, go
// on.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_ADVANCE_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_ADVANCE_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "workflow/act/pump.h"

namespace jissho::runtime {

// One process as the advancer sees it: this one, or another by its ClockService.
class ClockedProcess {
 public:
  virtual ~ClockedProcess() = default;
  virtual absl::StatusOr<act::Pending> GetPending() = 0;
  // Sets the calendar (the present time is allowed) and works off once what is ready. How much was done.
  virtual absl::StatusOr<int64_t> SetTime(absl::Time now) = 0;
};

// Goes from `now` to `target`. A round asks every process to work off what is ready; the system is at rest
// when two rounds in a row did nothing and what waits has stayed the same (events that a receiver refuses
// for good stay; what may pass by itself is an error of SetTime, and then of this), and no timer is left that
// is due and that somebody else has claimed: he may have died, and then it is free some seconds later; until
// then `pause` is called between the rounds. Returns how much was done. DEADLINE_EXCEEDED (CLOCK_UNSETTLED)
// when `expired` says so; calling again goes on from there.
absl::StatusOr<int64_t> Advance(const std::vector<ClockedProcess*>& processes, absl::Time now,
                                absl::Time target, const std::function<bool()>& expired,
                                const std::function<void()>& pause);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_ADVANCE_H_
