// Payments that do not go through: sent back, cancelled, rejected by the bank, booked wrongly.
#include "absl/strings/str_cat.h"
#include "services/subsidy/desk.h"
#include "services/subsidy/mapping.h"
#include "services/subsidy/reasons.h"

namespace jissho::subsidy {
namespace {

using runtime::CallContext;
using runtime::Plan;
template <class T>
using Or = absl::StatusOr<T>;

bool IsAdvance(const PaymentRow& payment) {
  return payment.kind == static_cast<int64_t>(PaymentKind::kAdvance);
}

// The event with its reason, which the row keeps for the list.
Or<PaymentRow> FireWithReason(Desk& desk, const std::string& id, const std::string& etag,
                              const std::string& event, const std::string& reason) {
  JISSHO_RETURN_IF_ERROR(desk.Payment(id, etag).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(id, event, {{"reason", reason}}));
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, desk.Payment(id));
  row.last_reason = reason;
  return row;
}

Or<v1::Payment> Bounce(Desk& desk, const v1::BouncePaymentRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(
      PaymentRow row, FireWithReason(desk, request.id(), request.etag(), "payment.bounce", request.reason()));
  row.check_date.clear();
  row.checked_account.clear();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerPayment(row.id);
}

// Frees what a direct cost still holds of the budget.
absl::Status FreeDirectCost(Desk& desk, const PaymentRow& row) {
  const Scope scope = ScopeOf(row);
  JISSHO_ASSIGN_OR_RETURN(const Position position, desk.ledger.PositionOf(scope));
  const LedgerWriter::Note note{row.id, desk.today_text(), ""};
  if (position.reserved > 0)
    JISSHO_RETURN_IF_ERROR(desk.ledger.Post(Release(scope, position.reserved), note).status());
  if (position.committed > 0) {
    JISSHO_RETURN_IF_ERROR(desk.ledger.Post(Decommit(scope, position.committed), note).status());
  }
  return absl::OkStatus();
}

Or<v1::Payment> Cancel(Desk& desk, const v1::CancelPaymentRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(const PaymentRow row, FireWithReason(desk, request.id(), request.etag(),
                                                               "payment.cancel", request.reason()));
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  if (row.grant_id.empty()) {
    JISSHO_RETURN_IF_ERROR(FreeDirectCost(desk, row));
    return desk.AnswerPayment(row.id);
  }
  JISSHO_ASSIGN_OR_RETURN(GrantRow grant, desk.Grant(row.grant_id));
  grant.open_payment_id.clear();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(grant));
  if (!IsAdvance(row)) JISSHO_RETURN_IF_ERROR(desk.writes.FireAsSystem(grant.id, "grant.payment_cancelled"));
  return desk.AnswerPayment(row.id);
}

// Takes the booking back: the mirror entry, and what the grant had made of it. `still_open`: it will be paid
// again.
absl::Status UndoBooking(Desk& desk, PaymentRow& row, bool still_open) {
  JISSHO_RETURN_IF_ERROR(CheckBooks(static_cast<int>(row.fiscal_year), desk.today));
  JISSHO_RETURN_IF_ERROR(desk.ledger.PostReversal(row.entry_id, {row.id, desk.today_text(), ""}).status());
  row.entry_id.clear();
  row.payment_date.clear();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  if (row.grant_id.empty()) return still_open ? absl::OkStatus() : FreeDirectCost(desk, row);
  JISSHO_ASSIGN_OR_RETURN(GrantRow grant, desk.Grant(row.grant_id));
  if (IsAdvance(row) && grant.fixed) return MakeError(kGrantAlreadyFixed);
  if (!grant.open_payment_id.empty()) return MakeError(kPaymentPending, {{"payment", grant.open_payment_id}});
  if (IsAdvance(row)) grant.advanced_yen -= row.amount_yen;
  if (still_open) grant.open_payment_id = row.id;
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(grant));
  if (IsAdvance(row)) return absl::OkStatus();
  return desk.writes.FireAsSystem(grant.id, still_open ? "grant.payment_rejected" : "grant.payment_reversed");
}

Or<v1::Payment> Reject(Desk& desk, const v1::RejectPaymentRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(
      PaymentRow row, FireWithReason(desk, request.id(), request.etag(), "payment.reject", request.reason()));
  JISSHO_RETURN_IF_ERROR(UndoBooking(desk, row, /*still_open=*/true));
  return desk.AnswerPayment(row.id);
}

Or<v1::Payment> Reverse(Desk& desk, const v1::ReversePaymentRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, FireWithReason(desk, request.id(), request.etag(),
                                                         "payment.reverse", request.reason()));
  JISSHO_RETURN_IF_ERROR(UndoBooking(desk, row, /*still_open=*/false));
  return desk.AnswerPayment(row.id);
}

Or<v1::Payment> CorrectAccount(Desk& desk, const v1::CorrectAccountRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, desk.Payment(request.id(), request.etag()));
  const bool rejected = row.state == "PAY_FAILED";
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "payment.correct"));
  JISSHO_ASSIGN_OR_RETURN(row, desk.Payment(request.id()));
  JISSHO_RETURN_IF_ERROR(CheckAccountHolder(row.payee_name, request.account().holder_name()));
  JISSHO_ASSIGN_OR_RETURN(row.account, ToText(request.account()));
  if (rejected) {
    ++row.attempt;
    JISSHO_ASSIGN_OR_RETURN(row.order_number,
                            desk.writes.NextNumber(absl::StrCat("subsidy.order/", row.fiscal_year)));
  }
  row.check_date.clear();
  row.checked_account.clear();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
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

void RegisterPaymentRepairMethods(runtime::MethodRegistry& registry) {
  AddPaymentAct(registry, "CancelPayment", Cancel);
  AddPaymentAct(registry, "BouncePayment", Bounce);
  AddPaymentAct(registry, "RejectPayment", Reject);
  AddPaymentAct(registry, "ReversePayment", Reverse);
  AddPaymentAct(registry, "CorrectAccount", CorrectAccount);
}

}  // namespace jissho::subsidy
