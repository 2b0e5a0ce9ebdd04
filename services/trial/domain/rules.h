// What a trial's dates and promises must keep to. Pure and thread-safe; days are days of Tokyo's calendar.
//
// Nothing that is paid for by the grant may be begun before the grant decision (交付決定): expenses before it
// are normally not eligible. The call's rules fix the window in which its trials run.
#ifndef JISSHO_SERVICES_TRIAL_DOMAIN_RULES_H_
#define JISSHO_SERVICES_TRIAL_DOMAIN_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/civil/date.h"

namespace jissho::trial {

struct TrialDates {
  civil::Period window;  // of the call
  std::optional<civil::CivilDate> grant_decision;
  std::optional<civil::CivilDate> start;
};

// TRIAL_BEFORE_GRANT_DECISION, TRIAL_OUTSIDE_WINDOW, TRIAL_DATE_IN_FUTURE.
absl::Status CheckStart(const TrialDates& trial, civil::CivilDate start, civil::CivilDate today);

// TRIAL_OUTSIDE_WINDOW, TRIAL_ENDS_BEFORE_START, TRIAL_DATE_IN_FUTURE. The end itself may be the start.
absl::Status CheckEnd(const TrialDates& trial, civil::CivilDate end, civil::CivilDate today);

// MILESTONE_OUTSIDE_TRIAL.
absl::Status CheckMilestone(const TrialDates& trial, civil::CivilDate due);

// TRIAL_DATE_IN_FUTURE.
absl::Status CheckPast(civil::CivilDate date, civil::CivilDate today);

enum class PromiseState { kOpen, kDelivered, kGivenUp };
// What may be recorded of a promise. PROMISE_ALREADY_CLOSED, PROMISE_NOTE_MISSING.
absl::Status CheckRecord(PromiseState now, PromiseState next, const std::string& follow_up);

// The earliest of these dates (YYYY-MM-DD, so that text order is date order); empty ones do not count.
std::string Earliest(const std::vector<std::string>& dates);

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_DOMAIN_RULES_H_
