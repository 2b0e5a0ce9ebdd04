// The settlement of a year, the allocation of revenue, and the ledger itself.
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/paging.h"
#include "services/subsidy/desk.h"
#include "services/subsidy/mapping.h"
#include "services/subsidy/reasons.h"
#include "services/subsidy/store/lists.h"

namespace jissho::subsidy {
namespace {

using runtime::CallContext;
using runtime::Plan;
template <class T>
using Or = absl::StatusOr<T>;

// Everything but the allocation, from the postings and the payments that stand.
Or<v1::Settlement> Summarise(const Book& book, const std::string& programme_id,
                             const std::vector<PostingRow>& postings, const std::vector<PaymentRow>& payments,
                             civil::CivilDate today) {
  JISSHO_ASSIGN_OR_RETURN(PostingSums sums, SumPostings(postings));
  const auto both = [&](Account account) {
    return sums[{SubjectKind::kGrant, account}] + sums[{SubjectKind::kDirectCost, account}];
  };
  v1::Settlement out;
  out.set_programme_id(programme_id);
  out.set_budget_line(book.line);
  out.set_fiscal_year(book.fiscal_year);
  out.set_allotted_yen(-sums[{SubjectKind::kNone, Account::kUnallotted}]);
  out.set_granted_yen(sums[{SubjectKind::kGrant, Account::kPaid}] +
                      sums[{SubjectKind::kGrant, Account::kReturned}]);
  out.set_direct_yen(sums[{SubjectKind::kDirectCost, Account::kPaid}] +
                     sums[{SubjectKind::kDirectCost, Account::kReturned}]);
  out.set_settled_yen(out.granted_yen() + out.direct_yen());
  out.set_returned_yen(-both(Account::kReturned));
  out.set_returned_late_yen(-both(Account::kReturnedLate));
  out.set_receivable_yen(both(Account::kReceivable));
  out.set_committed_yen(both(Account::kCommitted));
  out.set_reserved_yen(both(Account::kReserved));
  std::set<std::string> grants;
  for (const PaymentRow& payment : payments) {
    if (payment.kind == static_cast<int64_t>(PaymentKind::kAdvance)) {
      out.set_advances_yen(out.advances_yen() + payment.amount_yen);
    }
    if (!payment.grant_id.empty()) grants.insert(payment.grant_id);
  }
  out.set_payment_count(static_cast<int32_t>(payments.size()));
  out.set_grant_count(static_cast<int32_t>(grants.size()));
  out.set_books_closed(BooksClosed(book.fiscal_year, today));
  return out;
}

void Put(const AllocationRow& row, v1::Settlement* out) {
  out->set_allocated(true);
  out->set_share(row.share);
  out->set_settled_thousand_yen(row.settled_thousand);
  out->set_state_share_thousand_yen(row.share_thousand);
  out->set_general_funds_thousand_yen(row.general_funds_thousand);
}

Or<v1::Settlement> SummarizeSettlement(const CallContext& call, const v1::SummarizeSettlementRequest& request,
                                       storage::Session& session) {
  const Book book{request.budget_line(), request.fiscal_year()};
  JISSHO_ASSIGN_OR_RETURN(const auto line, ReadRow<BudgetLineRow>(session, BudgetLineId(book)));
  if (!line) {
    return MakeError(kBudgetLineNotFound,
                     {{"line", book.line}, {"fiscal_year", absl::StrCat(book.fiscal_year)}});
  }
  const storage::CellRow params = ProgrammeParams(book, request.programme_id());
  JISSHO_ASSIGN_OR_RETURN(const auto postings,
                          storage::Select<PostingRow>(session, kProgrammePostings, params));
  JISSHO_ASSIGN_OR_RETURN(const auto payments,
                          storage::Select<PaymentRow>(session, kStandingPayments, params));
  JISSHO_ASSIGN_OR_RETURN(v1::Settlement out, Summarise(book, request.programme_id(), postings, payments,
                                                        civil::TokyoDate(call.now)));
  JISSHO_ASSIGN_OR_RETURN(const auto allocation,
                          ReadRow<AllocationRow>(session, AllocationId(request.programme_id(), book)));
  if (allocation) Put(*allocation, &out);
  return out;
}

Or<v1::Settlement> Allocate(Desk& desk, const v1::AllocateRevenueRequest& request) {
  const Book book{request.budget_line(), request.fiscal_year()};
  JISSHO_RETURN_IF_ERROR(desk.BudgetLine(book).status());
  const std::string id = AllocationId(request.programme_id(), book);
  JISSHO_ASSIGN_OR_RETURN(const auto existing, desk.view.Find<AllocationRow>(id));
  if (existing) return MakeError(kAlreadyAllocated, {{"fiscal_year", absl::StrCat(book.fiscal_year)}});
  const storage::CellRow params = ProgrammeParams(book, request.programme_id());
  JISSHO_ASSIGN_OR_RETURN(const auto postings, desk.view.Select<PostingRow>(kProgrammePostings, params));
  JISSHO_ASSIGN_OR_RETURN(const auto payments, desk.view.Select<PaymentRow>(kStandingPayments, params));
  JISSHO_ASSIGN_OR_RETURN(v1::Settlement out,
                          Summarise(book, request.programme_id(), postings, payments, desk.today));
  JISSHO_RETURN_IF_ERROR(CheckAllocation(book.fiscal_year, out.reserved_yen(), out.committed_yen(),
                                         out.receivable_yen(), request.before_books_close(), desk.today));
  JISSHO_ASSIGN_OR_RETURN(const RevenueAllocation split, AllocationOf(out.settled_yen(), request.share()));
  const Fund fund =
      request.source() == v1::FUND_SOURCE_UNSPECIFIED ? Fund::kNational : static_cast<Fund>(request.source());
  JISSHO_RETURN_IF_ERROR(
      desk.ledger
          .Post(jissho::subsidy::Allocate({book, request.programme_id(), SubjectKind::kNone, ""},
                                          out.settled_yen(), split.share_yen, fund),
                {id, desk.today_text(), ""})
          .status());
  const AllocationRow row{id,
                          request.share(),
                          static_cast<int64_t>(fund),
                          split.settled_thousand,
                          split.share_thousand,
                          split.general_funds_thousand};
  JISSHO_RETURN_IF_ERROR(desk.writes.Insert(row));
  Put(row, &out);
  return out;
}

Or<Plan<v1::Settlement>> AllocateRevenue(const CallContext&, const v1::AllocateRevenueRequest& request) {
  const std::string line = BudgetLineId({request.budget_line(), request.fiscal_year()});
  auto plan = PlanAt<v1::Settlement>(line, {act::ReadOf<BudgetLineRow>(line)},
                                     [request](Desk& desk) { return Allocate(desk, request); });
  plan.alone = true;
  return plan;
}

Or<v1::ListLedgerEntriesResponse> ListLedgerEntries(const CallContext&,
                                                    const v1::ListLedgerEntriesRequest& request,
                                                    storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  int64_t year = 0;
  int64_t number = 0;
  if (!page.after.empty() && (page.after.size() != 2 || !absl::SimpleAtoi(page.after[0], &year) ||
                              !absl::SimpleAtoi(page.after[1], &number))) {
    return MakeError(runtime::kPageTokenInvalid);
  }
  JISSHO_ASSIGN_OR_RETURN(auto entries, ReadEntries(session, request.fiscal_year(), request.subject_id(),
                                                    year, number, page.size + 1));
  v1::ListLedgerEntriesResponse response;
  if (static_cast<int>(entries.size()) > page.size) {
    entries.resize(page.size);
    const EntryRow& last = entries.back().row;
    response.set_next_page_token(
        runtime::MakePageToken(request, {absl::StrCat(last.fiscal_year), absl::StrCat(last.number)}));
  }
  for (const StoredEntry& entry : entries) *response.add_entries() = EntryMessage(entry);
  return response;
}

Or<v1::CheckLedgerResponse> CheckLedger(const CallContext&, const v1::CheckLedgerRequest& request,
                                        storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const LedgerReport report, VerifyLedger(session, request.fiscal_year()));
  v1::CheckLedgerResponse response;
  response.set_entries(report.entries);
  response.set_balances(report.balances);
  for (const Violation& violation : report.violations) {
    v1::LedgerViolation* out = response.add_violations();
    out->set_entry_id(violation.entry_id);
    out->set_rule(violation.rule);
    out->set_detail(violation.detail);
  }
  return response;
}

}  // namespace

void RegisterSettlementMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::AllocateRevenueRequest, v1::Settlement>("AllocateRevenue", AllocateRevenue);
  registry.Read<v1::SummarizeSettlementRequest, v1::Settlement>("SummarizeSettlement", SummarizeSettlement);
  registry.Read<v1::ListLedgerEntriesRequest, v1::ListLedgerEntriesResponse>("ListLedgerEntries",
                                                                             ListLedgerEntries);
  registry.Read<v1::CheckLedgerRequest, v1::CheckLedgerResponse>("CheckLedger", CheckLedger);
}

}  // namespace jissho::subsidy
