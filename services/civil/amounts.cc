#include "services/civil/amounts.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/civil/checked.h"
#include "services/civil/reasons.h"
#include "services/civil/text.h"
#include "workflow/base/error.h"

namespace jissho::civil {
namespace {

constexpr int64_t kMaxDenominator = 1'000'000;

absl::Status CheckFraction(Rate rate) {
  if (rate.den >= 1 && rate.den <= kMaxDenominator && rate.num >= 0 && rate.num <= rate.den)
    return absl::OkStatus();
  return MakeError(kRateInvalid, {{"value", FormatRate(rate)}});
}

absl::Status CheckUnit(int64_t unit) {
  for (const int64_t allowed : {1, 10, 100, 1000}) {
    if (unit == allowed) return absl::OkStatus();
  }
  return MakeError(kRoundingUnitInvalid, {{"value", absl::StrCat(unit)}});
}

absl::StatusOr<int64_t> RatedAmount(int64_t eligible, Rate rate, int64_t unit) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"補助対象経費", "eligible cost"}, eligible, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckFraction(rate));
  return FloorToUnit(static_cast<int64_t>(Wide{eligible} * rate.num / rate.den), unit);
}

int64_t FloorDivide(int64_t value, int64_t by) {
  const int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

}  // namespace

absl::StatusOr<Rate> ParseRate(absl::string_view text) {
  absl::string_view rest = text;
  const auto num = ConsumeNumber(rest, 1, 7);
  std::optional<int> den = 1;
  if (absl::ConsumePrefix(&rest, "/")) den = ConsumeNumber(rest, 1, 7);
  const bool whole = num && den && rest.empty();
  if (!whole || *num == 0 || *den == 0 || *num > *den || *den > kMaxDenominator) {
    return MakeError(kRateInvalid, {{"value", std::string(text)}});
  }
  return Rate{*num, *den};
}

std::string FormatRate(Rate rate) {
  return rate.den == 1 ? absl::StrCat(rate.num) : absl::StrCat(rate.num, "/", rate.den);
}

absl::StatusOr<int64_t> FloorToUnit(int64_t amount, int64_t unit) {
  JISSHO_RETURN_IF_ERROR(CheckUnit(unit));
  JISSHO_RETURN_IF_ERROR(CheckRange({"金額", "amount"}, amount, kMaxYen));
  return amount / unit * unit;
}

absl::StatusOr<int64_t> GrantAmount(int64_t eligible, Rate rate, int64_t unit, std::optional<int64_t> cap,
                                    std::optional<int64_t> remaining) {
  JISSHO_ASSIGN_OR_RETURN(int64_t amount, RatedAmount(eligible, rate, unit));
  if (cap) {
    JISSHO_RETURN_IF_ERROR(CheckRange({"補助上限額", "cap"}, *cap, kMaxYen));
    amount = std::min(amount, *cap);
  }
  if (remaining) {
    JISSHO_RETURN_IF_ERROR(CheckRange({"予算の残額", "remaining budget"}, *remaining, kMaxYen));
    amount = std::min(amount, *remaining);
  }
  return amount;
}

absl::StatusOr<int64_t> FixedAmount(int64_t decided, int64_t actual_eligible, Rate rate, int64_t unit,
                                    std::optional<OwnBurden> own_burden) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"交付決定額", "decided amount"}, decided, kMaxYen));
  JISSHO_ASSIGN_OR_RETURN(const int64_t rated, RatedAmount(actual_eligible, rate, unit));
  const int64_t fixed = std::min(decided, rated);
  if (!own_burden) return fixed;
  JISSHO_RETURN_IF_ERROR(CheckRange({"経費", "cost"}, own_burden->cost, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckRange({"収入", "income"}, own_burden->income, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckRange({"他の補助金", "other grants"}, own_burden->other_grants, kMaxYen));
  const int64_t borne = own_burden->cost - own_burden->income - own_burden->other_grants;
  return std::min(fixed, std::max<int64_t>(0, borne));
}

absl::StatusOr<Settlement> SettleAdvances(int64_t fixed, int64_t advanced) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"確定額", "fixed amount"}, fixed, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckRange({"概算払の額", "advances"}, advanced, kMaxYen));
  return Settlement{std::max<int64_t>(0, fixed - advanced), std::max<int64_t>(0, advanced - fixed)};
}

absl::StatusOr<int64_t> ConsumptionTaxReturn(int64_t subsidy, const TaxedCost& cost, Rate deductible) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"補助金の額", "subsidy"}, subsidy, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckRange({"総経費", "total cost"}, cost.total_cost, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckRange({"税率10%の経費", "cost at 10 %"}, cost.at_10_percent, cost.total_cost));
  JISSHO_RETURN_IF_ERROR(
      CheckRange({"税率8%の経費", "cost at 8 %"}, cost.at_8_percent, cost.total_cost - cost.at_10_percent));
  JISSHO_RETURN_IF_ERROR(CheckFraction(deductible));
  if (cost.total_cost == 0) return 0;
  // 10/110 and 8/108 brought to the common denominator 110 × 108.
  const Wide tax_parts = Wide{cost.at_10_percent} * 10 * 108 + Wide{cost.at_8_percent} * 8 * 110;
  const Wide numerator = Wide{subsidy} * tax_parts * deductible.num;
  return static_cast<int64_t>(numerator / (Wide{cost.total_cost} * 110 * 108 * deductible.den));
}

absl::StatusOr<int64_t> ToThousandYen(int64_t yen, Rounding rounding) {
  if (yen < -kMaxYen || yen > kMaxYen) return CheckRange({"合計額", "sum"}, yen, kMaxYen);
  switch (rounding) {
    case Rounding::kFloor:
      return FloorDivide(yen, 1000);
    case Rounding::kHalfUp:
      return FloorDivide(yen + 500, 1000);
    case Rounding::kCeiling:
      return FloorDivide(yen + 999, 1000);
  }
  return absl::InternalError("unknown rounding");
}

absl::StatusOr<FundSplit> SplitShare(int64_t total_thousand, int64_t num, int64_t den, int64_t unit) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"決算額", "settled total"}, total_thousand, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckFraction({num, den}));
  JISSHO_ASSIGN_OR_RETURN(const int64_t share,
                          FloorToUnit(static_cast<int64_t>(Wide{total_thousand} * num / den), unit));
  return FundSplit{share, total_thousand - share};
}

absl::StatusOr<int64_t> PersonnelCost(const PersonnelRate& rate, int64_t fte_hundredths,
                                      int64_t hours_hundredths) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"1人当たりの単価", "yen per person"}, rate.yen_per_fte, kMaxYen));
  JISSHO_RETURN_IF_ERROR(
      CheckRange({"1時間当たりの単価", "yen per hour"}, rate.yen_per_overtime_hour, kMaxYen));
  JISSHO_RETURN_IF_ERROR(CheckRange({"従事割合", "persons in hundredths"}, fte_hundredths, 10'000'000));
  JISSHO_RETURN_IF_ERROR(CheckRange({"時間外勤務", "hours in hundredths"}, hours_hundredths, 1'000'000'000));
  const Wide yen_hundredths =
      Wide{rate.yen_per_fte} * fte_hundredths + Wide{rate.yen_per_overtime_hour} * hours_hundredths;
  const Wide thousand = (yen_hundredths + 99'999) / 100'000;
  JISSHO_RETURN_IF_ERROR(CheckRange({"人件費", "personnel cost"},
                                    thousand > kMaxYen ? -1 : static_cast<int64_t>(thousand), kMaxYen));
  return static_cast<int64_t>(thousand);
}

}  // namespace jissho::civil
