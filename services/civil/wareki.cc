#include "services/civil/wareki.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "services/civil/reasons.h"
#include "services/civil/text.h"

namespace jissho::civil {
namespace {

const CivilDate kGregorianFrom(1873, 1, 1);

const Era* EraOf(CivilDate date) {
  if (date < kGregorianFrom) return nullptr;
  for (const Era& era : EraTable()) {
    if (date >= era.first_day) return &era;
  }
  return nullptr;
}

// First day of the era after `era`; nullopt for the present one.
std::optional<CivilDate> NextEraStart(const Era& era) {
  const std::vector<Era>& eras = EraTable();
  for (size_t i = 1; i < eras.size(); ++i) {
    if (eras[i].letter == era.letter) return eras[i - 1].first_day;
  }
  return std::nullopt;
}

const Era* EraOfFiscalYear(int fiscal_year) {
  for (const Era& era : EraTable()) {
    if (fiscal_year >= era.first_labelled_fiscal_year) return &era;
  }
  return nullptr;
}

std::string EraYear(int year) { return year == 1 ? "元" : absl::StrCat(year); }

// Takes the era's name or letter off the front.
const Era* ConsumeEra(absl::string_view& rest) {
  for (const Era& era : EraTable()) {
    if (absl::ConsumePrefix(&rest, era.name)) return &era;
    if (!rest.empty() && rest[0] == era.letter) {
      rest.remove_prefix(1);
      return &era;
    }
  }
  return nullptr;
}

// 元 or a number of one or two digits, at least 1.
std::optional<int> ConsumeEraYear(absl::string_view& rest) {
  if (absl::ConsumePrefix(&rest, "元")) return 1;
  const auto year = ConsumeNumber(rest, 1, 2);
  return year && *year >= 1 ? year : std::nullopt;
}

struct Parts {
  int year;
  int month;
  int day;
};

std::optional<Parts> ConsumeCompact(absl::string_view rest) {
  if (rest.size() != 6) return std::nullopt;
  const auto year = ConsumeNumber(rest, 2, 2);
  const auto month = ConsumeNumber(rest, 2, 2);
  const auto day = ConsumeNumber(rest, 2, 2);
  if (!year || *year < 1 || !month || !day) return std::nullopt;
  return Parts{*year, *month, *day};
}

std::optional<Parts> ConsumeParts(absl::string_view rest, absl::string_view after_year,
                                  absl::string_view after_month, absl::string_view after_day) {
  const auto year = ConsumeEraYear(rest);
  if (!year || !absl::ConsumePrefix(&rest, after_year)) return std::nullopt;
  const auto month = ConsumeNumber(rest, 1, 2);
  if (!month || !absl::ConsumePrefix(&rest, after_month)) return std::nullopt;
  const auto day = ConsumeNumber(rest, 1, 2);
  if (!day || rest != after_day) return std::nullopt;
  return Parts{*year, *month, *day};
}

}  // namespace

const std::vector<Era>& EraTable() {
  static const auto& eras = *new std::vector<Era>{
      {"令和", 'R', 2019, CivilDate(2019, 5, 1), 2019},   {"平成", 'H', 1989, CivilDate(1989, 1, 8), 1989},
      {"昭和", 'S', 1926, CivilDate(1926, 12, 25), 1927}, {"大正", 'T', 1912, CivilDate(1912, 7, 30), 1913},
      {"明治", 'M', 1868, CivilDate(1868, 1, 25), 1873},
  };
  return eras;
}

std::string FormatWareki(CivilDate date) {
  const Era* era = EraOf(date);
  if (era == nullptr) return absl::StrFormat("西暦%d年%d月%d日", date.year(), date.month(), date.day());
  return absl::StrCat(era->name, EraYear(date.year() - era->first_year + 1), "年", date.month(), "月",
                      date.day(), "日");
}

std::string FormatWarekiShort(CivilDate date) {
  const Era* era = EraOf(date);
  if (era == nullptr) return FormatDate(date);
  return absl::StrFormat("%c%02d.%02d.%02d", era->letter, date.year() - era->first_year + 1, date.month(),
                         date.day());
}

absl::StatusOr<CivilDate> ParseWareki(absl::string_view text, WarekiReading reading) {
  const auto invalid = [&] { return MakeError(kWarekiInvalid, {{"value", std::string(text)}}); };
  const std::string plain = RemoveSpaces(NarrowAscii(text));
  absl::string_view rest = plain;
  const Era* era = ConsumeEra(rest);
  if (era == nullptr) return invalid();
  std::optional<Parts> parts = ConsumeParts(rest, "年", "月", "日");
  if (!parts) parts = ConsumeParts(rest, ".", ".", "");
  if (!parts) parts = ConsumeCompact(rest);
  if (!parts) return invalid();
  const absl::StatusOr<CivilDate> date =
      MakeDate(era->first_year + parts->year - 1, parts->month, parts->day);
  if (!date.ok() || *date < kGregorianFrom) return invalid();
  const std::optional<CivilDate> next = NextEraStart(*era);
  const bool after_end = next && *date >= *next && reading == WarekiReading::kStrict;
  if (*date < era->first_day || after_end) {
    return MakeError(kWarekiOutsideEra, {{"value", std::string(text)}, {"era", std::string(era->name)}});
  }
  return date;
}

std::string FiscalYearLabel(int fiscal_year) {
  const Era* era = EraOfFiscalYear(fiscal_year);
  if (era == nullptr) return absl::StrCat("西暦", fiscal_year, "年度");
  return absl::StrCat(era->name, EraYear(fiscal_year - era->first_year + 1), "年度");
}

absl::StatusOr<int> ParseFiscalYearLabel(absl::string_view text, std::optional<int> context) {
  const auto invalid = [&] { return MakeError(kFiscalYearInvalid, {{"value", std::string(text)}}); };
  const std::string plain = RemoveSpaces(NarrowAscii(text));
  absl::string_view rest = plain;
  const Era* era = ConsumeEra(rest);
  if (era == nullptr && context) era = EraOfFiscalYear(*context);
  if (era == nullptr) return invalid();
  const auto year = ConsumeEraYear(rest);
  if (!year || rest != "年度") return invalid();
  const int fiscal_year = era->first_year + *year - 1;
  // The era must have had a day in that fiscal year: 平成31年度 is a synonym of 令和元年度, 平成32年度 never
  // was.
  const std::optional<CivilDate> next = NextEraStart(*era);
  if (next && FiscalYearBounds(fiscal_year).first >= *next) return invalid();
  return fiscal_year;
}

}  // namespace jissho::civil
