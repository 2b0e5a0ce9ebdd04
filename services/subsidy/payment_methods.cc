// Payments: reading, direct costs, and the four hands through which a payment goes.
#include "absl/strings/str_cat.h"
#include "services/runtime/rpc/paging.h"
#include "services/subsidy/desk.h"
#include "services/subsidy/mapping.h"
#include "services/subsidy/reasons.h"
#include "services/subsidy/store/lists.h"
#include "workflow/base/hash.h"

namespace jissho::subsidy {
namespace {

using runtime::CallContext;
using runtime::Plan;
template <class T>
using Or = absl::StatusOr<T>;

Or<v1::Payment> GetPayment(const CallContext& call, const v1::GetPaymentRequest& request,
                           storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, ReadRow<PaymentRow>(session, request.id()));
  if (!row || !MaySee(call.actor, row->organisation_id))
    return MakeError(kPaymentNotFound, {{"id", request.id()}});
  return PaymentMessage(*row, MaySeeAccount(call.actor, *row));
}

Or<v1::ListPaymentsResponse> ListPayments(const CallContext& call, const v1::ListPaymentsRequest& request,
                                          storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  PaymentFilter filter{request.grant_id(), request.programme_id(), request.state(), "",
                       request.fiscal_year()};
  v1::ListPaymentsResponse response;
  if (!MaySee(call.actor, "")) {
    if (call.actor.organisation.empty()) return response;
    filter.organisation_id = call.actor.organisation;
  }
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListPaymentRows(session, filter, page.after.empty() ? "" : page.after[0], page.size + 1));
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const PaymentRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(*response.add_payments(), PaymentMessage(row, MaySeeAccount(call.actor, row)));
  }
  return response;
}

Or<v1::Payment> BookDirectCost(Desk& desk, const v1::BookDirectCostRequest& request) {
  const Book book{request.budget_line(), request.fiscal_year()};
  JISSHO_RETURN_IF_ERROR(desk.BudgetLine(book).status());
  JISSHO_RETURN_IF_ERROR(CheckBooks(book.fiscal_year, desk.today));
  JISSHO_RETURN_IF_ERROR(CheckAccountHolder(request.payee_name(), request.account().holder_name()));
  PaymentRow payment;
  payment.id = desk.context.NewId("payment");
  payment.kind = static_cast<int64_t>(PaymentKind::kDirect);
  payment.programme_id = request.programme_id();
  payment.line = book.line;
  payment.fiscal_year = book.fiscal_year;
  payment.payee_name = request.payee_name();
  payment.amount_yen = request.amount_yen();
  payment.section = request.section();
  payment.description = request.description();
  payment.debt_fixed = request.debt_fixed();
  payment.document = request.document();
  payment.replaces_id = request.replaces();
  JISSHO_ASSIGN_OR_RETURN(payment.account, ToText(request.account()));
  JISSHO_RETURN_IF_ERROR(
      desk.ledger.Post(Reserve(ScopeOf(payment), payment.amount_yen), {payment.id, desk.today_text(), ""})
          .status());
  JISSHO_RETURN_IF_ERROR(
      desk.OpenPayment(payment, ClaimOfDocument(book, payment.payee_name, payment.document)));
  return desk.AnswerPayment(payment.id);
}

Or<v1::Payment> AcceptDelivery(Desk& desk, const v1::AcceptDeliveryRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Payment(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "payment.accept"));
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, desk.Payment(request.id()));
  row.debt_fixed = true;
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerPayment(row.id);
}

Or<v1::Payment> Order(Desk& desk, const v1::OrderPaymentRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Payment(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "payment.order"));
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, desk.Payment(request.id()));
  const Scope scope = ScopeOf(row);
  JISSHO_ASSIGN_OR_RETURN(const Position position, desk.ledger.PositionOf(scope));
  const int64_t left = position.committed + (row.grant_id.empty() ? position.reserved : 0);
  JISSHO_RETURN_IF_ERROR(
      CheckOrder({static_cast<PaymentKind>(row.kind), scope.book.fiscal_year, row.amount_yen, row.debt_fixed},
                 left, desk.today));
  // A direct cost is committed by its order (支出負担行為兼支出命令); after a bounce it already is.
  if (row.grant_id.empty() && position.reserved > 0) {
    JISSHO_RETURN_IF_ERROR(
        desk.ledger.Post(Commit(scope, position.reserved, row.amount_yen), {row.id, desk.today_text(), ""})
            .status());
  }
  JISSHO_ASSIGN_OR_RETURN(row.order_number,
                          desk.writes.NextNumber(absl::StrCat("subsidy.order/", row.fiscal_year)));
  row.order_date = desk.today_text();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerPayment(row.id);
}

Or<v1::Payment> Check(Desk& desk, const v1::CheckPaymentRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Payment(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "payment.check"));
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, desk.Payment(request.id()));
  JISSHO_RETURN_IF_ERROR(
      CheckAudit(request.lawful(), request.debt_fixed(), static_cast<int>(row.fiscal_year), desk.today));
  row.check_date = desk.today_text();
  row.checked_account = Sha256Hex(row.account);
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerPayment(row.id);
}

// The payment's share in the grant: an advance counts as one, a final payment settles it.
absl::Status TellGrantPaid(Desk& desk, const PaymentRow& payment) {
  if (payment.grant_id.empty()) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(GrantRow grant, desk.Grant(payment.grant_id));
  grant.open_payment_id.clear();
  const bool advance = payment.kind == static_cast<int64_t>(PaymentKind::kAdvance);
  if (advance) grant.advanced_yen += payment.amount_yen;
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(grant));
  return advance ? absl::OkStatus() : desk.writes.FireAsSystem(grant.id, "grant.paid");
}

Or<v1::Payment> Execute(Desk& desk, const v1::ExecutePaymentRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Payment(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "payment.execute"));
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, desk.Payment(request.id()));
  JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate date, civil::ParseDate(request.payment_date()));
  JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate ordered_on, civil::ParseDate(row.order_date));
  JISSHO_RETURN_IF_ERROR(CheckExecution(static_cast<int>(row.fiscal_year), ordered_on, date, desk.today));
  if (row.checked_account != Sha256Hex(row.account))
    return MakeError(kAccountNotChecked, {{"payment", row.id}});
  // The ledger knows what was paid, also where the payment's row or chart was put back to an earlier state.
  const std::string entry_id = PayEntryId(row.id, row.attempt);
  JISSHO_ASSIGN_OR_RETURN(const auto made, desk.view.Find<EntryRow>(entry_id));
  if (made) {
    return MakeError(kAlreadyPaid,
                     {{"payment", row.id}, {"attempt", absl::StrCat(row.attempt)}, {"entry", entry_id}});
  }
  JISSHO_ASSIGN_OR_RETURN(row.entry_id, desk.ledger.Post(Pay(ScopeOf(row), row.amount_yen),
                                                         {row.id, request.payment_date(), "", entry_id}));
  row.payment_date = request.payment_date();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  JISSHO_RETURN_IF_ERROR(TellGrantPaid(desk, row));
  return desk.AnswerPayment(row.id);
}

template <class Request>
void AddPaymentAct(runtime::MethodRegistry& registry, const std::string& name,
                   Or<v1::Payment> (*work)(Desk&, const Request&)) {
  registry.Act<Request, v1::Payment>(
      name, [work](const CallContext&, const Request& request) -> Or<Plan<v1::Payment>> {
        return PaymentPlan<v1::Payment>(request.id(),
                                        [work, request](Desk& desk) { return work(desk, request); });
      });
}

}  // namespace

void RegisterPaymentMethods(runtime::MethodRegistry& registry) {
  registry.Read<v1::GetPaymentRequest, v1::Payment>("GetPayment", GetPayment);
  registry.Read<v1::ListPaymentsRequest, v1::ListPaymentsResponse>("ListPayments", ListPayments);
  registry.Act<v1::BookDirectCostRequest, v1::Payment>(
      "BookDirectCost",
      [](const CallContext&, const v1::BookDirectCostRequest& request) -> Or<Plan<v1::Payment>> {
        const std::string line = BudgetLineId({request.budget_line(), request.fiscal_year()});
        return PlanAt<v1::Payment>(line, {act::ReadOf<BudgetLineRow>(line)},
                                   [request](Desk& desk) { return BookDirectCost(desk, request); });
      });
  AddPaymentAct(registry, "AcceptDelivery", AcceptDelivery);
  AddPaymentAct(registry, "OrderPayment", Order);
  AddPaymentAct(registry, "CheckPayment", Check);
  AddPaymentAct(registry, "ExecutePayment", Execute);
}

}  // namespace jissho::subsidy
