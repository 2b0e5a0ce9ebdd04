#include "services/subsidy/domain/grant_rules.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/civil/amounts.h"
#include "services/subsidy/reasons.h"

namespace jissho::subsidy {
namespace {

constexpr absl::string_view kChecklistNames[] = {"法令・予算", "目的・内容", "金額の算定", "申請者の資格"};

std::string WithoutSpaces(absl::string_view text) {
  return absl::StrReplaceAll(text, {{" ", ""}, {"\u3000", ""}});
}

}  // namespace

absl::StatusOr<int64_t> EligibleSum(const std::vector<CostItem>& costs) {
  std::vector<FieldFault> faults;
  std::set<std::pair<std::string, std::string>> seen;
  int64_t sum = 0;
  for (size_t i = 0; i < costs.size(); ++i) {
    const CostItem& cost = costs[i];
    if (cost.eligible > cost.amount) {
      faults.push_back({absl::StrCat("costs[", i, "].eligible_yen"), "対象経費が金額を超えています。",
                        "The eligible part exceeds the cost."});
    }
    if (!seen.emplace(cost.category, cost.note).second) {
      faults.push_back({absl::StrCat("costs[", i, "].category"),
                        "同じ費目と内容の行が二つあります。まとめてください。",
                        "Two rows have the same category and note; merge them."});
    }
    if (sum > civil::kMaxYen - cost.eligible) {
      faults.push_back({absl::StrCat("costs[", i, "].eligible_yen"), "対象経費の合計が大きすぎます。",
                        "The eligible cost adds up to too much."});
      break;
    }
    sum += cost.eligible;
  }
  if (!faults.empty()) return MakeFieldError(faults);
  return sum;
}

absl::StatusOr<int64_t> CheckApplication(const GrantTerms& terms, int64_t offered, int64_t requested,
                                         int64_t eligible) {
  JISSHO_ASSIGN_OR_RETURN(const civil::Rate rate, civil::ParseRate(terms.rate));
  const std::optional<int64_t> cap = terms.cap > 0 ? std::make_optional(terms.cap) : std::nullopt;
  JISSHO_ASSIGN_OR_RETURN(const int64_t computed,
                          civil::GrantAmount(eligible, rate, terms.unit, cap, std::nullopt));
  if (requested > offered) {
    return MakeError(kAmountAboveOffer,
                     {{"requested", absl::StrCat(requested)}, {"offered", absl::StrCat(offered)}});
  }
  if (requested > computed) {
    return MakeError(kAmountAboveRate, {{"requested", absl::StrCat(requested)},
                                        {"eligible", absl::StrCat(eligible)},
                                        {"computed", absl::StrCat(computed)}});
  }
  return computed;
}

absl::Status CheckDraft(int64_t requested, int64_t amount, absl::string_view modification_reason,
                        const std::vector<ChecklistAnswer>& checklist) {
  if (amount > requested) {
    return MakeError(kAmountAboveApplication,
                     {{"amount", absl::StrCat(amount)}, {"requested", absl::StrCat(requested)}});
  }
  if (amount != requested && modification_reason.empty()) return MakeError(kModificationReasonRequired);
  std::vector<absl::string_view> open;
  for (int item = 1; item <= kChecklistItems; ++item) {
    const auto says = [&](const ChecklistAnswer& answer) { return answer.item == item; };
    const auto passes = [&](const ChecklistAnswer& answer) { return answer.item == item && answer.passed; };
    // One item answered twice is as good as not answered: nobody knows which answer holds.
    if (std::count_if(checklist.begin(), checklist.end(), says) != 1 ||
        std::none_of(checklist.begin(), checklist.end(), passes)) {
      open.push_back(kChecklistNames[item - 1]);
    }
  }
  if (!open.empty()) return MakeError(kChecklistIncomplete, {{"items", absl::StrJoin(open, "、")}});
  return absl::OkStatus();
}

absl::Status CheckWithdrawal(civil::CivilDate decided_on, civil::CivilDate today, int64_t paid) {
  if (paid > 0) return MakeError(kGrantAlreadyPaid, {{"paid", absl::StrCat(paid)}});
  const civil::CivilDate due = decided_on + kWithdrawalDays;
  if (today > due) return MakeError(kWithdrawalTooLate, {{"due", civil::FormatDate(due)}});
  return absl::OkStatus();
}

absl::Status CheckAdvance(int64_t decided, int64_t advanced, int64_t requested) {
  if (requested <= decided - advanced) return absl::OkStatus();
  return MakeError(kAdvanceAboveDecided,
                   {{"left", absl::StrCat(decided - advanced)}, {"requested", absl::StrCat(requested)}});
}

civil::CivilDate ReportDue(civil::CivilDate completed_on, civil::CivilDate last_day_of_call) {
  return std::min(completed_on + kReportDays, last_day_of_call);
}

absl::StatusOr<Fixing> Fix(const GrantTerms& terms, int64_t decided, int64_t advanced,
                           int64_t accepted_eligible) {
  JISSHO_ASSIGN_OR_RETURN(const civil::Rate rate, civil::ParseRate(terms.rate));
  Fixing fixing;
  JISSHO_ASSIGN_OR_RETURN(fixing.fixed, civil::FixedAmount(decided, accepted_eligible, rate, terms.unit));
  JISSHO_ASSIGN_OR_RETURN(const civil::Settlement settlement, civil::SettleAdvances(fixing.fixed, advanced));
  fixing.to_pay = settlement.to_pay;
  fixing.to_return = settlement.to_return;
  // Committed is decided − advanced; what is still to be paid stays committed.
  fixing.freed = decided - advanced - fixing.to_pay;
  return fixing;
}

std::vector<Entry> EntriesOf(const Scope& scope, const Fixing& fixing) {
  std::vector<Entry> entries;
  if (fixing.freed > 0) entries.push_back(Decommit(scope, fixing.freed));
  if (fixing.to_return > 0) entries.push_back(Claim(scope, fixing.to_return));
  return entries;
}

absl::Status CheckAccountHolder(absl::string_view payee, absl::string_view holder) {
  if (absl::StartsWith(WithoutSpaces(holder), WithoutSpaces(payee))) return absl::OkStatus();
  return MakeError(kAccountNotOwn, {{"payee", std::string(payee)}});
}

std::string MaskAccountNumber(absl::string_view number) {
  const size_t shown = std::min<size_t>(3, number.size() / 2);
  return absl::StrCat(std::string(number.size() - shown, '*'), number.substr(number.size() - shown));
}

absl::Status CheckNotInFuture(civil::CivilDate date, civil::CivilDate today) {
  if (date <= today) return absl::OkStatus();
  return MakeError(kDateInFuture, {{"date", civil::FormatDate(date)}, {"today", civil::FormatDate(today)}});
}

}  // namespace jissho::subsidy
