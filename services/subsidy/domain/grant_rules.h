// What the outline of the grant (交付要綱) demands of an application, a decision, an advance, a report and
// the fixing.
//
// Amounts are whole yen and come from jissho::civil; dates are days in Tokyo. Days and limits are the usual
// ones of municipal subsidy rules; each stands here once. Pure functions, thread-safe. Errors: the reasons of
// reasons.h.
#ifndef JISSHO_SERVICES_SUBSIDY_DOMAIN_GRANT_RULES_H_
#define JISSHO_SERVICES_SUBSIDY_DOMAIN_GRANT_RULES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/civil/date.h"
#include "services/subsidy/domain/ledger.h"

namespace jissho::subsidy {

// The grantee may withdraw (取下げ) up to this many days after the day of the decision (Act on Subsidies art.
// 9).
inline constexpr int kWithdrawalDays = 15;
// The performance report is due this many days after completion, at the latest on the day that the call
// names.
inline constexpr int kReportDays = 30;
// Money advanced above the fixed amount is due back this many days after the notice (Act on Subsidies art.
// 18).
inline constexpr int kReturnDays = 20;

// What the published call says about money.
struct GrantTerms {
  std::string rate;  // fraction
  int64_t cap = 0;   // 0: none
  int64_t unit = 1000;
};

struct CostItem {
  std::string category;
  std::string note;
  int64_t amount = 0;
  int64_t eligible = 0;
};

// The sum of the eligible cost. FIELD_INVALID with every row whose eligible part exceeds its cost or that
// names a category twice with the same note.
absl::StatusOr<int64_t> EligibleSum(const std::vector<CostItem>& costs);

// What rate, cap and unit give for the eligible cost. AMOUNT_ABOVE_RATE, AMOUNT_ABOVE_OFFER when `requested`
// is more.
absl::StatusOr<int64_t> CheckApplication(const GrantTerms& terms, int64_t offered, int64_t requested,
                                         int64_t eligible);

// The items to be examined before a decision (art. 6 para. 1); numbers as in the contract.
inline constexpr int kChecklistItems = 4;
struct ChecklistAnswer {
  int item = 0;
  bool passed = false;
};
// AMOUNT_ABOVE_APPLICATION, MODIFICATION_REASON_REQUIRED, CHECKLIST_INCOMPLETE.
absl::Status CheckDraft(int64_t requested, int64_t amount, absl::string_view modification_reason,
                        const std::vector<ChecklistAnswer>& checklist);

// WITHDRAWAL_TOO_LATE, GRANT_ALREADY_PAID.
absl::Status CheckWithdrawal(civil::CivilDate decided_on, civil::CivilDate today, int64_t paid);

// Advances together stay within the decided amount: ADVANCE_ABOVE_DECIDED.
absl::Status CheckAdvance(int64_t decided, int64_t advanced, int64_t requested);

civil::CivilDate ReportDue(civil::CivilDate completed_on, civil::CivilDate last_day_of_call);

// The fixing of the amount (額の確定, art. 15) and what follows from it. Of to_pay and to_return one is zero.
struct Fixing {
  int64_t fixed = 0;
  int64_t freed = 0;  // of the commitment
  int64_t to_pay = 0;
  int64_t to_return = 0;
  friend bool operator==(const Fixing&, const Fixing&) = default;
};
absl::StatusOr<Fixing> Fix(const GrantTerms& terms, int64_t decided, int64_t advanced,
                           int64_t accepted_eligible);

// The entries that post it, none where nothing changes.
std::vector<Entry> EntriesOf(const Scope& scope, const Fixing& fixing);

// The account holder's name begins with the payee's (spaces of either width do not count): ACCOUNT_NOT_OWN.
absl::Status CheckAccountHolder(absl::string_view payee, absl::string_view holder);

// "****567": what those see who may not see an account.
std::string MaskAccountNumber(absl::string_view number);

// DATE_IN_FUTURE when `date` lies after today.
absl::Status CheckNotInFuture(civil::CivilDate date, civil::CivilDate today);

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_DOMAIN_GRANT_RULES_H_
