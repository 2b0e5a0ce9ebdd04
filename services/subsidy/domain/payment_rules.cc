#include "services/subsidy/domain/payment_rules.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/civil/amounts.h"
#include "services/subsidy/domain/grant_rules.h"
#include "services/subsidy/reasons.h"
#include "workflow/base/hash.h"
#include "workflow/base/id.h"

namespace jissho::subsidy {

absl::Status CheckBooks(int fiscal_year, civil::CivilDate date) {
  const ErrorMetadata metadata = {{"fiscal_year", absl::StrCat(fiscal_year)},
                                  {"date", civil::FormatDate(date)},
                                  {"closing", civil::FormatDate(civil::ClosingOfBooks(fiscal_year))}};
  if (date < civil::FiscalYearBounds(fiscal_year).first) return MakeError(kBooksNotOpen, metadata);
  if (BooksClosed(fiscal_year, date)) return MakeError(kBooksClosed, metadata);
  return absl::OkStatus();
}

bool BooksClosed(int fiscal_year, civil::CivilDate today) {
  return today > civil::ClosingOfBooks(fiscal_year);
}

ClaimKey ClaimOfDocument(const Book& book, absl::string_view payee_name, absl::string_view document) {
  const std::string words =
      absl::StrReplaceAll(absl::StrCat(payee_name, "\n", document), {{" ", ""}, {"\u3000", ""}});
  return {absl::StrCat("document/", Sha256Hex(absl::StrCat(book.line, "\n", book.fiscal_year, "\n", words))),
          0};
}

bool IsVoid(absl::string_view state) { return state == "CANCELLED" || state == "REVERSED"; }

std::string PayEntryId(absl::string_view payment_id, int64_t attempt) {
  return DeriveId(absl::UnixEpoch(), absl::StrCat("subsidy.payment/", payment_id, "/", attempt));
}

absl::Status CheckOrder(const PaymentFacts& payment, int64_t left, civil::CivilDate today) {
  if (payment.kind != PaymentKind::kAdvance && !payment.debt_fixed) return MakeError(kDebtNotFixed);
  if (payment.amount <= 0 || payment.amount > left) return MakeError(kNothingDue);
  return CheckBooks(payment.fiscal_year, today);
}

absl::Status CheckAudit(bool lawful, bool debt_fixed, int fiscal_year, civil::CivilDate today) {
  if (!lawful || !debt_fixed) return MakeError(kCheckIncomplete);
  return CheckBooks(fiscal_year, today);
}

absl::Status CheckExecution(int fiscal_year, civil::CivilDate ordered_on, civil::CivilDate payment_date,
                            civil::CivilDate today) {
  JISSHO_RETURN_IF_ERROR(CheckNotInFuture(payment_date, today));
  if (payment_date < ordered_on) {
    return MakeError(kDateBeforeOrder, {{"date", civil::FormatDate(payment_date)},
                                        {"order_date", civil::FormatDate(ordered_on)}});
  }
  return CheckBooks(fiscal_year, payment_date);
}

absl::StatusOr<RevenueAllocation> AllocationOf(int64_t settled_yen, absl::string_view share) {
  JISSHO_ASSIGN_OR_RETURN(const civil::Rate rate, civil::ParseRate(share));
  JISSHO_ASSIGN_OR_RETURN(const civil::FundSplit split,
                          civil::SplitShare(settled_yen, rate.num, rate.den, 1000));
  RevenueAllocation allocation;
  allocation.share_yen = split.share;
  JISSHO_ASSIGN_OR_RETURN(allocation.settled_thousand,
                          civil::ToThousandYen(settled_yen, civil::Rounding::kHalfUp));
  allocation.share_thousand = split.share / 1000;
  allocation.general_funds_thousand = allocation.settled_thousand - allocation.share_thousand;
  return allocation;
}

absl::Status CheckAllocation(int fiscal_year, int64_t reserved, int64_t committed, int64_t receivable,
                             bool before_books_close, civil::CivilDate today) {
  if (!before_books_close && !BooksClosed(fiscal_year, today)) {
    return MakeError(kBooksOpen, {{"fiscal_year", absl::StrCat(fiscal_year)},
                                  {"closing", civil::FormatDate(civil::ClosingOfBooks(fiscal_year))}});
  }
  if (reserved != 0 || committed != 0 || receivable != 0) {
    return MakeError(kSettlementOpen, {{"reserved", absl::StrCat(reserved)},
                                       {"committed", absl::StrCat(committed)},
                                       {"receivable", absl::StrCat(receivable)}});
  }
  return absl::OkStatus();
}

}  // namespace jissho::subsidy
