// When a payment may be ordered, checked and made, and how a settled total is borne.
//
// Local Autonomy Act: the books of a fiscal year are open from 1 April to 31 May of the next year (art. 208,
// 235-5; the last two months, 出納整理期間, for what was committed before); the accounting manager pays only
// on an order, and only after checking that it is lawful, within the budget, and that the debt is fixed (art.
// 232-4); a subsidy may be paid on estimate before that (概算払; Order for Enforcement art. 162). Pure
// functions, thread-safe.
#ifndef JISSHO_SERVICES_SUBSIDY_DOMAIN_PAYMENT_RULES_H_
#define JISSHO_SERVICES_SUBSIDY_DOMAIN_PAYMENT_RULES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/civil/date.h"
#include "services/subsidy/domain/ledger.h"

namespace jissho::subsidy {

// Numbers as in the contract.
enum class PaymentKind { kAdvance = 1, kFinal, kDirect };

// BOOKS_NOT_OPEN before 1 April of the fiscal year, BOOKS_CLOSED after 31 May of the next.
absl::Status CheckBooks(int fiscal_year, civil::CivilDate date);
bool BooksClosed(int fiscal_year, civil::CivilDate today);

// What one payment answers. A claim is paid once: a second payment is made only in the place of one that was
// cancelled or reversed.
struct ClaimKey {
  std::string subject;     // the grant, or a direct cost's document
  int64_t instalment = 0;  // of a grant: the advances from 1, what is left after them 0
};
// The document of one payee; spaces do not tell documents or payees apart.
ClaimKey ClaimOfDocument(const Book& book, absl::string_view payee_name, absl::string_view document);
// A payment in this state of its chart is not made and will not be.
bool IsVoid(absl::string_view state);

// The ledger entry's id of this attempt to pay: the same attempt cannot be booked twice.
std::string PayEntryId(absl::string_view payment_id, int64_t attempt);

struct PaymentFacts {
  PaymentKind kind;
  int fiscal_year = 0;
  int64_t amount = 0;
  // FINAL: the grant's amount has been fixed. DIRECT: the delivery was accepted. ADVANCE: not asked.
  bool debt_fixed = false;
};
// DEBT_NOT_FIXED, NOTHING_DUE (`left` of the commitment, or of a draft's reservation, is less than the
// amount), books.
absl::Status CheckOrder(const PaymentFacts& payment, int64_t left, civil::CivilDate today);

// CHECK_INCOMPLETE, books.
absl::Status CheckAudit(bool lawful, bool debt_fixed, int fiscal_year, civil::CivilDate today);

// DATE_IN_FUTURE, DATE_BEFORE_ORDER, books (of the payment date: a payment made on 31 May may be booked
// later).
absl::Status CheckExecution(int fiscal_year, civil::CivilDate ordered_on, civil::CivilDate payment_date,
                            civil::CivilDate today);

// How the settled total is borne (財源充当): earmarked revenue takes its share of the whole, floored to the
// thousand yen; general funds bear the rest. In FY2022 the odd thousand of Tsukuba's halves stands on general
// funds.
struct RevenueAllocation {
  int64_t share_yen = 0;  // a multiple of 1000
  int64_t settled_thousand = 0;
  int64_t share_thousand = 0;
  int64_t general_funds_thousand = 0;
  friend bool operator==(const RevenueAllocation&, const RevenueAllocation&) = default;
};
absl::StatusOr<RevenueAllocation> AllocationOf(int64_t settled_yen, absl::string_view share);

// SETTLEMENT_OPEN while anything is reserved, committed or owed; BOOKS_OPEN before the books close unless
// waived.
absl::Status CheckAllocation(int fiscal_year, int64_t reserved, int64_t committed, int64_t receivable,
                             bool before_books_close, civil::CivilDate today);

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_DOMAIN_PAYMENT_RULES_H_
