// Amounts of a grant and of a management sheet, in exact integer arithmetic.
//
// Yen are int64 and lie in 0..kMaxYen (10 trillion); anything else is AMOUNT_OUT_OF_RANGE, so no product
// below can overflow its 128-bit intermediate. Rates are fractions: two thirds is never a float. Pure and
// thread-safe.
//
// Rules: the city's outline of the grant (補助金交付要綱): min(eligible × rate floored to the unit, cap,
// remaining budget); on fixing never above the decision (Act on Regulation of Subsidies art. 15, 額の確定).
#ifndef JISSHO_SERVICES_CIVIL_AMOUNTS_H_
#define JISSHO_SERVICES_CIVIL_AMOUNTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace jissho::civil {

inline constexpr int64_t kMaxYen = 10'000'000'000'000;

// A fraction num/den with 0 ≤ num and 1 ≤ den ≤ 1,000,000; not reduced, so it prints as the outline writes
// it.
struct Rate {
  int64_t num = 0;
  int64_t den = 1;
  friend bool operator==(const Rate&, const Rate&) = default;
};

// "2/3", "1", "10/10": above 0 and up to 1. RATE_INVALID otherwise (decimals and percentages too).
absl::StatusOr<Rate> ParseRate(absl::string_view text);
std::string FormatRate(Rate rate);

// `amount` floored to a multiple of `unit` (1, 10, 100 or 1000 yen; ROUNDING_UNIT_INVALID otherwise).
absl::StatusOr<int64_t> FloorToUnit(int64_t amount, int64_t unit);

// The amount to decide. nullopt: no cap, or no budget limit to be regarded here.
absl::StatusOr<int64_t> GrantAmount(int64_t eligible, Rate rate, int64_t unit, std::optional<int64_t> cap,
                                    std::optional<int64_t> remaining);

// Deducts what the trial itself earned or others gave: the grant never exceeds max(0, cost − income − other
// grants).
struct OwnBurden {
  int64_t cost = 0;
  int64_t income = 0;
  int64_t other_grants = 0;
};

// The amount to fix: min(decided, actual eligible × rate floored), and the own burden where the outline says
// so.
absl::StatusOr<int64_t> FixedAmount(int64_t decided, int64_t actual_eligible, Rate rate, int64_t unit,
                                    std::optional<OwnBurden> own_burden = std::nullopt);

// After fixing, one of the two is zero: the rest to pay, or what was advanced too much and is ordered back.
struct Settlement {
  int64_t to_pay = 0;
  int64_t to_return = 0;
  friend bool operator==(const Settlement&, const Settlement&) = default;
};
absl::StatusOr<Settlement> SettleAdvances(int64_t fixed, int64_t advanced);

// Consumption tax that the body deducts as input tax and therefore returns (消費税仕入控除税額), floored to
// the yen. The subsidised cost splits into purchases at 10 %, at 8 %, and the rest of `total_cost` without
// tax; `deductible` is 1 for full deduction, the taxable-sales ratio for the proportional method, and 0 for
// bodies that deduct nothing.
struct TaxedCost {
  int64_t at_10_percent = 0;
  int64_t at_8_percent = 0;
  int64_t total_cost = 0;
};
absl::StatusOr<int64_t> ConsumptionTaxReturn(int64_t subsidy, const TaxedCost& cost, Rate deductible);

enum class Rounding { kFloor, kHalfUp, kCeiling };

// Yen to thousand yen for a sheet. Round the sum, not its parts. Takes negative sums too (half-up goes
// towards plus infinity, floor towards minus infinity); |yen| ≤ kMaxYen.
absl::StatusOr<int64_t> ToThousandYen(int64_t yen, Rounding rounding);

// Splits a settled total (thousand yen) between a share of the State or prefecture, floored to `unit`
// thousand yen (1 here means to the thousand), and the general funds, which bear the remainder.
struct FundSplit {
  int64_t share = 0;
  int64_t general_funds = 0;
  friend bool operator==(const FundSplit&, const FundSplit&) = default;
};
absl::StatusOr<FundSplit> SplitShare(int64_t total_thousand, int64_t num, int64_t den, int64_t unit = 1);

// Unit costs of regular staff in one fiscal year.
struct PersonnelRate {
  int fiscal_year = 0;
  int64_t yen_per_fte = 0;            // one full-time person for the year
  int64_t yen_per_overtime_hour = 0;  // one hour of overtime
};

// Thousand yen, rounded up. FTE and hours come in hundredths (0.70 persons = 70; 80.00 hours = 8000).
absl::StatusOr<int64_t> PersonnelCost(const PersonnelRate& rate, int64_t fte_hundredths,
                                      int64_t hours_hundredths);

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_AMOUNTS_H_
