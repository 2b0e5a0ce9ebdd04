#include "services/survey/domain/plan.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

namespace jissho::survey {

namespace {

absl::Time ReminderTime(absl::Time due, int64_t days) { return due + absl::Hours(24) * days; }

}  // namespace

std::vector<FieldFault> CheckPlan(const CampaignPlan& plan, absl::Time now) {
  std::vector<FieldFault> faults;
  const absl::Time opens = plan.open.value_or(now);
  if (plan.due <= now) {
    faults.push_back(
        {"due_time", "回答期限は将来の日時にしてください。", "The due time must lie in the future."});
  }
  if (plan.open && plan.due <= *plan.open) {
    faults.push_back({"due_time", "回答期限は開始日時より後にしてください。",
                      "The due time must come after the opening."});
  }
  if (plan.close < plan.due) {
    faults.push_back({"close_time", "受付終了は回答期限以後にしてください。",
                      "The close must not come before the due time."});
  }
  std::set<int64_t> seen;
  for (size_t i = 0; i < plan.reminder_days.size(); ++i) {
    const std::string field = absl::StrCat("reminder_days[", i, "]");
    const absl::Time at = ReminderTime(plan.due, plan.reminder_days[i]);
    if (at <= opens || at >= plan.close) {
      faults.push_back({field, "督促は開始より後、受付終了より前にしてください。",
                        "A reminder must come after the opening and before the close."});
    }
    if (!seen.insert(plan.reminder_days[i]).second) {
      faults.push_back({field, "同じ日の督促が二度あります。", "The same day stands twice."});
    }
  }
  return faults;
}

std::vector<absl::Time> ReminderTimes(absl::Time due, absl::Time close,
                                      const std::vector<int64_t>& reminder_days, absl::Time opened) {
  std::set<absl::Time> times;
  for (int64_t days : reminder_days) {
    const absl::Time at = ReminderTime(due, days);
    if (at > opened && at < close) times.insert(at);
  }
  return {times.begin(), times.end()};
}

}  // namespace jissho::survey
