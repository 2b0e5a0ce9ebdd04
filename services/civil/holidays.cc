#include <algorithm>
#include <iterator>
#include <map>

#include "absl/strings/str_cat.h"
#include "services/civil/business_days.h"
#include "services/civil/reasons.h"

namespace jissho::civil {
namespace {

constexpr int kStillInForce = 9999;

struct HolidayRule {
  const char* name;
  int month;
  int day;
  int nth_monday;
  int first_year;
  int last_year;
};

struct Equinoxes {
  int year;
  int march;
  int september;
};

#include "services/civil/holidays.inc"

CivilDate NthMonday(int year, int month, int nth) {
  const CivilDate first(year, month, 1);
  const CivilDate monday = absl::GetWeekday(first) == absl::Weekday::monday
                               ? first
                               : absl::NextWeekday(first, absl::Weekday::monday);
  return monday + 7 * (nth - 1);
}

std::map<CivilDate, std::string> NamedHolidays(int year) {
  std::map<CivilDate, std::string> days;
  for (const HolidayRule& rule : kRules) {
    if (year < rule.first_year || year > rule.last_year) continue;
    const CivilDate date = rule.nth_monday > 0 ? NthMonday(year, rule.month, rule.nth_monday)
                                               : CivilDate(year, rule.month, rule.day);
    days[date] = rule.name;
  }
  for (const Equinoxes& row : kEquinoxes) {
    if (row.year != year) continue;
    days[CivilDate(year, 3, row.march)] = "春分の日";
    days[CivilDate(year, 9, row.september)] = "秋分の日";
  }
  return days;
}

}  // namespace

YearRange HolidayYears() { return {std::begin(kEquinoxes)->year, std::prev(std::end(kEquinoxes))->year}; }

absl::StatusOr<std::vector<Holiday>> NationalHolidays(int year) {
  if (year < HolidayYears().first || year > HolidayYears().last) {
    return MakeError(kHolidaysUnknown, {{"year", absl::StrCat(year)}});
  }
  const std::map<CivilDate, std::string> named = NamedHolidays(year);
  std::map<CivilDate, std::string> all = named;
  // Art. 3 para. 2: a holiday on Sunday gives the next day that is no holiday. Para. 3: a day between two
  // holidays.
  for (const auto& [date, name] : named) {
    if (absl::GetWeekday(date) == absl::Weekday::sunday) {
      CivilDate substitute = date + 1;
      while (named.count(substitute) > 0) ++substitute;
      all.emplace(substitute, "振替休日");
    }
    if (named.count(date + 2) > 0 && named.count(date + 1) == 0) all.emplace(date + 1, "国民の休日");
  }
  std::vector<Holiday> holidays;
  for (const auto& [date, name] : all) holidays.push_back({date, name});
  return holidays;
}

}  // namespace jissho::civil
