// When a <send> falls due: the chart says what it wishes, whoever runs it knows the clock and the calendar.
#ifndef JISSHO_WORKFLOW_ENGINE_DUE_H_
#define JISSHO_WORKFLOW_ENGINE_DUE_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "workflow/base/working_days.h"
#include "workflow/engine/event.h"

namespace jissho::engine {

// False for a send that goes at once.
bool Waits(const Effect& send);

// `now`: the calendar clock at the step. Days and hours are those of Tokyo. `working_days` may be null for
// charts that never ask for it. INVALID_ARGUMENT when `at` is neither an instant nor a date, or no calendar
// is there; else the calendar's own errors.
absl::StatusOr<absl::Time> DueOf(const Effect& send, absl::Time now, const WorkingDays* working_days);

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_DUE_H_
