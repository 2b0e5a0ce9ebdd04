// Holidays and business days: when a bank transfers, when the city office is open, where a deadline moves.
//
// National holidays follow the Act on National Holidays (国民の祝日に関する法律): fixed days, "happy
// Mondays", the equinoxes (data, because they are announced each February for the next year), the substitute
// day after a Sunday holiday (振替休日) and the day between two holidays, plus the days moved by special laws
// in 2019–2021. The table covers HolidayYears(); a question about another year is HOLIDAYS_UNKNOWN, never a
// guess. Pure and thread-safe.
#ifndef JISSHO_SERVICES_CIVIL_BUSINESS_DAYS_H_
#define JISSHO_SERVICES_CIVIL_BUSINESS_DAYS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/civil/date.h"
#include "workflow/base/working_days.h"

namespace jissho::civil {

struct Holiday {
  CivilDate date;
  std::string name;  // 元日, 振替休日, …
  friend bool operator==(const Holiday&, const Holiday&) = default;
};

struct YearRange {
  int first;
  int last;
};
YearRange HolidayYears();

// All national holidays of a calendar year, in order.
absl::StatusOr<std::vector<Holiday>> NationalHolidays(int year);

struct MonthDay {
  int month;
  int day;
};

// Closed on Saturdays, Sundays, national holidays and from `closes` in December to `reopens_after` in
// January.
struct BusinessCalendar {
  MonthDay closes;
  MonthDay reopens_after;
};
// Banks: 31 December to 3 January (Order for Enforcement of the Banking Act art. 5). 30 December is a bank
// day.
inline constexpr BusinessCalendar kBankCalendar{{12, 31}, {1, 3}};
// City office: 29 December to 3 January, the usual ordinance (Local Autonomy Act art. 4-2).
inline constexpr BusinessCalendar kOfficeCalendar{{12, 29}, {1, 3}};

absl::StatusOr<bool> IsBusinessDay(CivilDate date, const BusinessCalendar& calendar);

// The n-th business day after `date` (before it when n < 0); `date` itself is not counted and may be a day
// off. n = 0 gives `date` unchanged. |n| is at most 2500.
absl::StatusOr<CivilDate> AddBusinessDays(CivilDate date, int n, const BusinessCalendar& calendar);

// What happens to a deadline on a day off: statutory periods go to the next business day (Local Autonomy Act
// art. 4-2 para. 4), some programmes name the preceding one, others stand as written.
enum class DeadlineShift { kNext, kPrevious, kNone };

absl::StatusOr<CivilDate> ShiftDeadline(CivilDate date, DeadlineShift shift,
                                        const BusinessCalendar& calendar);

// The same for the workflow's charts. Thread-safe.
class CityWorkingDays final : public WorkingDays {
 public:
  explicit CityWorkingDays(BusinessCalendar calendar = kOfficeCalendar) : calendar_(calendar) {}
  absl::StatusOr<CivilDate> NthAfter(CivilDate day, int n) const override;
  absl::StatusOr<CivilDate> OnOrAfter(CivilDate day) const override;
  absl::StatusOr<CivilDate> OnOrBefore(CivilDate day) const override;

 private:
  const BusinessCalendar calendar_;
};

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_BUSINESS_DAYS_H_
