#include "services/trial/domain/rules.h"

#include "services/trial/reasons.h"

namespace jissho::trial {

namespace {

absl::Status OutsideOf(const Reason& reason, const civil::Period& window, civil::CivilDate date) {
  return MakeError(reason, {{"date", civil::FormatDate(date)},
                            {"first", civil::FormatDate(window.first)},
                            {"last", civil::FormatDate(window.last)}});
}

}  // namespace

absl::Status CheckPast(civil::CivilDate date, civil::CivilDate today) {
  if (date <= today) return absl::OkStatus();
  return MakeError(kDateInFuture, {{"date", civil::FormatDate(date)}, {"today", civil::FormatDate(today)}});
}

absl::Status CheckStart(const TrialDates& trial, civil::CivilDate start, civil::CivilDate today) {
  if (trial.grant_decision && start < *trial.grant_decision) {
    return MakeError(kTrialBeforeGrantDecision, {{"start", civil::FormatDate(start)},
                                                 {"decision", civil::FormatDate(*trial.grant_decision)}});
  }
  if (!trial.window.Contains(start)) return OutsideOf(kTrialOutsideWindow, trial.window, start);
  return CheckPast(start, today);
}

absl::Status CheckEnd(const TrialDates& trial, civil::CivilDate end, civil::CivilDate today) {
  if (end > trial.window.last) return OutsideOf(kTrialOutsideWindow, trial.window, end);
  if (trial.start && end < *trial.start) {
    return MakeError(kTrialEndsBeforeStart,
                     {{"end", civil::FormatDate(end)}, {"start", civil::FormatDate(*trial.start)}});
  }
  return CheckPast(end, today);
}

absl::Status CheckMilestone(const TrialDates& trial, civil::CivilDate due) {
  if (trial.window.Contains(due)) return absl::OkStatus();
  return OutsideOf(kMilestoneOutsideTrial, trial.window, due);
}

absl::Status CheckRecord(PromiseState now, PromiseState next, const std::string& follow_up) {
  if (now != PromiseState::kOpen) return MakeError(kPromiseAlreadyClosed);
  if (next == PromiseState::kGivenUp && follow_up.find_first_not_of(" \t\r\n") == std::string::npos) {
    return MakeError(kPromiseNoteMissing);
  }
  return absl::OkStatus();
}

std::string Earliest(const std::vector<std::string>& dates) {
  std::string earliest;
  for (const std::string& date : dates) {
    if (!date.empty() && (earliest.empty() || date < earliest)) earliest = date;
  }
  return earliest;
}

}  // namespace jissho::trial
