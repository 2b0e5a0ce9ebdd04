// What an instance waits for: rows with absolute due times, written and deleted with the step that says so.
#ifndef JISSHO_WORKFLOW_ACT_TIMER_H_
#define JISSHO_WORKFLOW_ACT_TIMER_H_

#include <string>

#include "workflow/act/unit.h"
#include "workflow/engine/event.h"

namespace jissho::act {

// Sets the timer; one with the same id is replaced, and whoever has claimed that is fenced off.
absl::Status SetTimer(Unit& unit, TimerRow timer);
absl::Status CancelTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id);

// A <send> that waits. Two with one send id wait side by side (SCXML 6.2), and one <cancel> ends both.
absl::Status SetSendTimer(Unit& unit, const std::string& instance_id, absl::Time due,
                          const engine::Effect& send);
absl::Status CancelSends(Unit& unit, const std::string& instance_id, const std::string& send_id);

// All that wait end with the instance (SCXML 6.2).
absl::Status CancelAllTimers(Unit& unit, const std::string& instance_id);

// What became of a claimed timer.
enum class TimerEnd {
  kFired,      // what it says is in the mailbox that it is meant for
  kGone,       // cancelled, set anew for later, or its instance is not there
  kFencedOff,  // claimed by somebody else since; nothing changed
};
// Fires a timer that was claimed under this number (timer_pump.h) and is due now. Data that cannot be read go
// into the mailbox as they are and fail there.
absl::StatusOr<TimerEnd> TakeTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id,
                                   int64_t fence);

// Takes a timer whose row cannot be read, or whose firing failed with `cause`, as far as it can be read, and
// parks what it says (incident.h); what is meant for another instance goes there without its data, and is
// parked there. The incident's id, if there is one now. A timer of a suspended instance stays.
absl::StatusOr<std::string> ParkTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id,
                                      const absl::Status& cause);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_TIMER_H_
