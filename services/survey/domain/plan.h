// The calendar of a campaign: opening, due time, reminders (督促), close. Pure, thread-safe.
#ifndef JISSHO_SERVICES_SURVEY_DOMAIN_PLAN_H_
#define JISSHO_SERVICES_SURVEY_DOMAIN_PLAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "workflow/base/error.h"

namespace jissho::survey {

struct CampaignPlan {
  std::optional<absl::Time> open;      // nullopt: when it is approved
  absl::Time due;                      // answers after this are late
  absl::Time close;                    // answers from this instant on are refused
  std::vector<int64_t> reminder_days;  // relative to `due`, e.g. −7, −1, 3; days of 24 hours
};

// Faults of a plan that is drafted at `now`; paths are those of CreateCampaignRequest.
std::vector<FieldFault> CheckPlan(const CampaignPlan& plan, absl::Time now);

// When the unanswered are reminded: ascending, each once, only after `opened` and before the close. One that
// would have come before the opening is left out: nobody is reminded of what he has not been asked.
std::vector<absl::Time> ReminderTimes(absl::Time due, absl::Time close,
                                      const std::vector<int64_t>& reminder_days, absl::Time opened);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_DOMAIN_PLAN_H_
