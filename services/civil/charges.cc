#include "services/civil/charges.h"

#include <algorithm>

#include "services/civil/amounts.h"
#include "services/civil/checked.h"
#include "workflow/base/error.h"

namespace jissho::civil {
namespace {

constexpr int64_t kMaxDays = 36'500;
constexpr size_t kMaxParts = 1000;

absl::Status CheckRule(const ChargeRule& rule) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"利率の分子", "charge rate numerator"}, rule.annual_num, 1'000'000));
  JISSHO_RETURN_IF_ERROR(
      CheckRange({"利率の分母", "charge rate denominator"}, rule.annual_den - 1, 1'000'000));
  return CheckRange({"年の日数", "days in the year"}, rule.days_in_year - 1, 366);
}

absl::StatusOr<int64_t> SumOf(const std::vector<DatedAmount>& amounts, const Quantity& what) {
  Wide sum = 0;
  for (const DatedAmount& one : amounts) {
    JISSHO_RETURN_IF_ERROR(CheckRange(what, one.amount, kMaxYen));
    sum += one.amount;
  }
  if (sum > kMaxYen) return CheckRange(what, kMaxYen + 1, kMaxYen);
  return static_cast<int64_t>(sum);
}

absl::Status Mismatch(const Quantity& what, int64_t sum, int64_t ordered) {
  return MakeError(kAllocationMismatch, {{"what_ja", std::string(what.ja)},
                                         {"what", std::string(what.en)},
                                         {"sum", absl::StrCat(sum)},
                                         {"ordered", absl::StrCat(ordered)}});
}

absl::Status CheckSums(const std::vector<DatedAmount>& receipts, int64_t ordered,
                       const std::vector<DatedAmount>& repayments) {
  JISSHO_RETURN_IF_ERROR(CheckRange({"返還を命じた額", "amount ordered back"}, ordered, kMaxYen));
  JISSHO_ASSIGN_OR_RETURN(const int64_t received, SumOf(receipts, {"受領額", "receipt"}));
  JISSHO_ASSIGN_OR_RETURN(const int64_t repaid, SumOf(repayments, {"納付額", "repayment"}));
  if (received < ordered) return Mismatch({"受領額", "receipts"}, received, ordered);
  if (repaid != ordered) return Mismatch({"納付額", "repayments"}, repaid, ordered);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> ChargeOf(const std::vector<ChargePart>& parts, const ChargeRule& rule) {
  JISSHO_RETURN_IF_ERROR(CheckRule(rule));
  JISSHO_RETURN_IF_ERROR(
      CheckRange({"内訳の数", "number of parts"}, static_cast<int64_t>(parts.size()), kMaxParts));
  Wide principal_days = 0;
  for (const ChargePart& part : parts) {
    JISSHO_RETURN_IF_ERROR(CheckRange({"元本", "principal"}, part.principal, kMaxYen));
    JISSHO_RETURN_IF_ERROR(CheckRange({"日数", "days"}, part.days, kMaxDays));
    principal_days += Wide{part.principal} * part.days;
  }
  const Wide charge = principal_days * rule.annual_num / (Wide{rule.annual_den} * rule.days_in_year);
  if (charge > kMaxYen) return CheckRange({"加算金・延滞金", "charge"}, kMaxYen + 1, kMaxYen);
  return FloorToUnit(static_cast<int64_t>(charge), rule.unit);
}

absl::StatusOr<std::vector<ChargePart>> AdditionalChargeParts(std::vector<DatedAmount> receipts,
                                                              int64_t ordered,
                                                              std::vector<DatedAmount> repayments,
                                                              const ChargeRule& rule) {
  JISSHO_RETURN_IF_ERROR(CheckSums(receipts, ordered, repayments));
  std::stable_sort(receipts.begin(), receipts.end(),
                   [](const auto& a, const auto& b) { return a.date > b.date; });
  std::stable_sort(repayments.begin(), repayments.end(),
                   [](const auto& a, const auto& b) { return a.date < b.date; });
  std::vector<ChargePart> parts;
  auto receipt = receipts.begin();
  for (DatedAmount& repayment : repayments) {
    while (repayment.amount > 0) {
      if (receipt->amount == 0) {
        ++receipt;
        continue;
      }
      const int64_t principal = std::min(repayment.amount, receipt->amount);
      if (repayment.date < receipt->date) {
        return MakeError(kPeriodReversed,
                         {{"first", FormatDate(receipt->date)}, {"last", FormatDate(repayment.date)}});
      }
      const int days = DaysInclusive(receipt->date, repayment.date) - (rule.counts_day_of_receipt ? 0 : 1);
      parts.push_back({principal, days});
      repayment.amount -= principal;
      receipt->amount -= principal;
    }
  }
  return parts;
}

absl::StatusOr<int64_t> AdditionalCharge(std::vector<DatedAmount> receipts, int64_t ordered,
                                         std::vector<DatedAmount> repayments, const ChargeRule& rule) {
  JISSHO_ASSIGN_OR_RETURN(const std::vector<ChargePart> parts,
                          AdditionalChargeParts(std::move(receipts), ordered, std::move(repayments), rule));
  return ChargeOf(parts, rule);
}

absl::StatusOr<int64_t> LateCharge(int64_t principal, CivilDate due, CivilDate paid, const ChargeRule& rule) {
  const int64_t days = std::max<int64_t>(0, paid - due);
  return ChargeOf({{principal, days}}, rule);
}

}  // namespace jissho::civil
