#include "services/civil/date.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/civil/reasons.h"
#include "services/civil/text.h"
#include "workflow/base/clock.h"

namespace jissho::civil {
namespace {

constexpr int kFirstYear = 1868;
constexpr int kLastYear = 9999;

absl::Status NotADate(absl::string_view text) {
  return MakeError(kDateInvalid, {{"value", std::string(text)}});
}

// absl::ParseTime is looser than RFC 3339 (it takes "infinite-future" and spaces), so the shape is held here.
bool LooksLikeInstant(absl::string_view text) {
  if (text.size() < 20 || text[10] != 'T') return false;
  return absl::EndsWith(text, "Z") || text[text.size() - 6] == '+' || text[text.size() - 6] == '-';
}

}  // namespace

absl::StatusOr<CivilDate> MakeDate(int year, int month, int day) {
  const CivilDate date(year, month, day);
  const bool exists = date.year() == year && date.month() == month && date.day() == day;
  if (!exists || year < kFirstYear || year > kLastYear) {
    return NotADate(absl::StrFormat("%04d-%02d-%02d", year, month, day));
  }
  return date;
}

absl::StatusOr<CivilDate> ParseDate(absl::string_view text) {
  absl::string_view rest = text;
  const auto year = ConsumeNumber(rest, 4, 4);
  if (!year || !absl::StartsWith(rest, "-")) return NotADate(text);
  rest.remove_prefix(1);
  const auto month = ConsumeNumber(rest, 2, 2);
  if (!month || !absl::StartsWith(rest, "-")) return NotADate(text);
  rest.remove_prefix(1);
  const auto day = ConsumeNumber(rest, 2, 2);
  if (!day || !rest.empty()) return NotADate(text);
  return MakeDate(*year, *month, *day);
}

std::string FormatDate(CivilDate date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

absl::StatusOr<absl::Time> ParseTokyoInstant(absl::string_view text) {
  absl::Time instant;
  std::string why;
  if (!LooksLikeInstant(text) || !ParseDate(text.substr(0, 10)).ok() ||
      !absl::ParseTime(absl::RFC3339_full, text, &instant, &why)) {
    return MakeError(kInstantInvalid, {{"value", std::string(text)}});
  }
  return instant;
}

std::string FormatTokyoInstant(absl::Time instant) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%S%Ez", instant, Tokyo());
}

CivilDate TokyoDate(absl::Time instant) { return absl::ToCivilDay(instant, Tokyo()); }

absl::Time StartOfDay(CivilDate date) { return absl::FromCivil(date, Tokyo()); }

absl::Time TokyoInstant(CivilDate date, int hour, int minute, int second) {
  return absl::FromCivil(absl::CivilSecond(date.year(), date.month(), date.day(), hour, minute, second),
                         Tokyo());
}

int FiscalYearOf(CivilDate date) { return static_cast<int>(date.year()) - (date.month() < 4 ? 1 : 0); }

Period FiscalYearBounds(int fiscal_year) {
  return {CivilDate(fiscal_year, 4, 1), CivilDate(fiscal_year + 1, 3, 31)};
}

CivilDate ClosingOfBooks(int fiscal_year) { return CivilDate(fiscal_year + 1, 5, 31); }

CivilDate RetentionEnd(CivilDate completion, int years) {
  return FiscalYearBounds(FiscalYearOf(completion) + years).last;
}

int DaysInclusive(CivilDate first, CivilDate last) { return static_cast<int>(last - first) + 1; }

}  // namespace jissho::civil
