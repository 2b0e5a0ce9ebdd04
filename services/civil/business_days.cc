#include "services/civil/business_days.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "services/civil/reasons.h"
#include "workflow/base/error.h"

namespace jissho::civil {
namespace {

constexpr int kMaxDays = 2500;

bool OnOrAfter(CivilDate date, MonthDay day) {
  return date.month() > day.month || (date.month() == day.month && date.day() >= day.day);
}

bool OnOrBefore(CivilDate date, MonthDay day) {
  return date.month() < day.month || (date.month() == day.month && date.day() <= day.day);
}

}  // namespace

absl::StatusOr<bool> IsBusinessDay(CivilDate date, const BusinessCalendar& calendar) {
  JISSHO_ASSIGN_OR_RETURN(const std::vector<Holiday> holidays,
                          NationalHolidays(static_cast<int>(date.year())));
  const absl::Weekday weekday = absl::GetWeekday(date);
  if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) return false;
  if (OnOrAfter(date, calendar.closes) || OnOrBefore(date, calendar.reopens_after)) return false;
  return std::none_of(holidays.begin(), holidays.end(), [&](const Holiday& h) { return h.date == date; });
}

absl::StatusOr<CivilDate> AddBusinessDays(CivilDate date, int n, const BusinessCalendar& calendar) {
  if (n > kMaxDays || n < -kMaxDays) {
    return MakeError(kAmountOutOfRange, {{"what_ja", "営業日数"},
                                         {"what", "business days"},
                                         {"value", absl::StrCat(n)},
                                         {"limit", absl::StrCat(kMaxDays)}});
  }
  const int step = n < 0 ? -1 : 1;
  for (int left = std::abs(n); left > 0;) {
    date += step;
    JISSHO_ASSIGN_OR_RETURN(const bool open, IsBusinessDay(date, calendar));
    if (open) --left;
  }
  return date;
}

absl::StatusOr<CivilDate> ShiftDeadline(CivilDate date, DeadlineShift shift,
                                        const BusinessCalendar& calendar) {
  if (shift == DeadlineShift::kNone) return date;
  JISSHO_ASSIGN_OR_RETURN(const bool open, IsBusinessDay(date, calendar));
  if (open) return date;
  return AddBusinessDays(date, shift == DeadlineShift::kNext ? 1 : -1, calendar);
}

absl::StatusOr<CivilDate> CityWorkingDays::NthAfter(CivilDate day, int n) const {
  return AddBusinessDays(day, n, calendar_);
}

absl::StatusOr<CivilDate> CityWorkingDays::OnOrAfter(CivilDate day) const {
  return ShiftDeadline(day, DeadlineShift::kNext, calendar_);
}

absl::StatusOr<CivilDate> CityWorkingDays::OnOrBefore(CivilDate day) const {
  return ShiftDeadline(day, DeadlineShift::kPrevious, calendar_);
}

}  // namespace jissho::civil
