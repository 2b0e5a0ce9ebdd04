// The Japanese calendar (和暦) of dates and fiscal years.
//
// The eras are a table (EraTable), newest first: an era is set by cabinet order, so the next one is a new
// row. Dates before 1873-01-01 precede the Gregorian calendar in Japan; they are written by the western year
// and not read. Pure and thread-safe. Refusals: WAREKI_INVALID (not of a known shape, or no such day),
// WAREKI_OUTSIDE_ERA (the day belongs to another era), FISCAL_YEAR_INVALID.
#ifndef JISSHO_SERVICES_CIVIL_WAREKI_H_
#define JISSHO_SERVICES_CIVIL_WAREKI_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/civil/date.h"

namespace jissho::civil {

struct Era {
  absl::string_view name;  // 令和
  char letter;             // R
  int first_year;          // the year called 元年
  CivilDate first_day;
  // The first fiscal year that takes its label from this era. Cabinet decided in 2019 that the whole fiscal
  // year 2019 is 令和元年度 although it began in Heisei; a label before 1927 is customary only.
  int first_labelled_fiscal_year;
};

const std::vector<Era>& EraTable();

enum class WarekiReading {
  kStrict,
  // A date after its era's end is read by counting on (平成31年5月1日 is 2019-05-01): forms printed before
  // the change are still in use. A date before its era's first day stays refused.
  kCountOnAfterEraEnd,
};

// 2019-05-01 → 令和元年5月1日; short: R01.05.01.
std::string FormatWareki(CivilDate date);
std::string FormatWarekiShort(CivilDate date);

// Reads 令和元年5月1日, 令和1年5月1日, 令和 7年 9月11日 (full-width digits too), R7.9.11, R元.5.1, R070911.
absl::StatusOr<CivilDate> ParseWareki(absl::string_view text, WarekiReading reading = WarekiReading::kStrict);

// 2022 → 令和4年度; 2019 → 令和元年度.
std::string FiscalYearLabel(int fiscal_year);

// Reads 令和4年度, 令和 2年度, 令和元年度, 平成31年度 (= 2019), R01年度. A bare 6年度 is read in the era of
// `context`, a fiscal year that the document itself names; without it, it is refused.
absl::StatusOr<int> ParseFiscalYearLabel(absl::string_view text, std::optional<int> context = std::nullopt);

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_WAREKI_H_
