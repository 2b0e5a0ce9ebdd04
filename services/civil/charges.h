// The additional charge on revoked grants (加算金) and the late charge (延滞金): days times principal times
// rate.
//
// Rules: Act on Regulation of Subsidies art. 19 and its Order art. 9, which city outlines copy: 10.95 % a
// year, i.e. 0.03 % a day; the divisor stays 365 in leap years (昭和45年法律第13号 art. 25); parts are summed
// exactly and truncated once. A return only because advances exceeded the fixed amount bears no additional
// charge, only a late one. Principals lie in 0..kMaxYen, days in 0..36,500. Pure and thread-safe.
#ifndef JISSHO_SERVICES_CIVIL_CHARGES_H_
#define JISSHO_SERVICES_CIVIL_CHARGES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/civil/date.h"

namespace jissho::civil {

// What a city's rules may vary. Rate a year as a fraction; the charge is floored to `unit` yen.
struct ChargeRule {
  int64_t annual_num = 1095;
  int64_t annual_den = 10'000;
  int64_t days_in_year = 365;
  int64_t unit = 1;
  // Whether the day of receipt counts in the additional charge ("受領の日から": it does).
  bool counts_day_of_receipt = true;
};

struct ChargePart {
  int64_t principal = 0;
  int64_t days = 0;
  friend bool operator==(const ChargePart&, const ChargePart&) = default;
};

// floor(Σ principal × days × rate / days in year), to the unit.
absl::StatusOr<int64_t> ChargeOf(const std::vector<ChargePart>& parts, const ChargeRule& rule = {});

struct DatedAmount {
  CivilDate date;
  int64_t amount = 0;
};

// Parts of the additional charge. What is ordered back is taken to have been received in the latest receipts
// first (Order art. 9 para. 2). A repayment settles these parts in that same order; the Order leaves that
// open, this is our reading. Receipts must cover `ordered` and repayments add up to it (ALLOCATION_MISMATCH);
// a repayment before the receipt that it settles is PERIOD_REVERSED.
absl::StatusOr<std::vector<ChargePart>> AdditionalChargeParts(std::vector<DatedAmount> receipts,
                                                              int64_t ordered,
                                                              std::vector<DatedAmount> repayments,
                                                              const ChargeRule& rule = {});
absl::StatusOr<int64_t> AdditionalCharge(std::vector<DatedAmount> receipts, int64_t ordered,
                                         std::vector<DatedAmount> repayments, const ChargeRule& rule = {});

// From the day after `due` to `paid`, both counted; 0 when paid in time.
absl::StatusOr<int64_t> LateCharge(int64_t principal, CivilDate due, CivilDate paid,
                                   const ChargeRule& rule = {});

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_CHARGES_H_
