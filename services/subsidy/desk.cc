#include "services/subsidy/desk.h"

#include "absl/strings/str_cat.h"
#include "services/runtime/rpc/etag.h"
#include "services/subsidy/mapping.h"
#include "services/subsidy/reasons.h"

namespace jissho::subsidy {
namespace {

absl::Status CheckVersion(const std::string& etag, int64_t version) {
  return etag.empty() ? absl::OkStatus() : runtime::CheckEtag(etag, version);
}

}  // namespace

Scope ScopeOf(const GrantRow& grant) {
  return {
      {grant.line, static_cast<int>(grant.fiscal_year)}, grant.programme_id, SubjectKind::kGrant, grant.id};
}

Scope ScopeOf(const PaymentRow& payment) {
  const bool direct = payment.grant_id.empty();
  return {{payment.line, static_cast<int>(payment.fiscal_year)},
          payment.programme_id,
          direct ? SubjectKind::kDirectCost : SubjectKind::kGrant,
          direct ? payment.id : payment.grant_id};
}

GrantTerms TermsOf(const GrantRow& grant) { return {grant.rate, grant.cap_yen, grant.unit_yen}; }

Desk::Desk(const act::Context& context, const act::View& view, act::WriteSet& writes,
           const std::string& label)
    : context(context),
      view(view),
      writes(writes),
      ledger(context, view, writes, label),
      today(civil::TokyoDate(context.now())) {}

absl::StatusOr<GrantRow> Desk::Grant(const std::string& id, const std::string& etag) {
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, view.Get<GrantRow>(id, kGrantNotFound));
  if (!MaySee(context.actor(), row.organisation_id)) return MakeError(kGrantNotFound, {{"id", id}});
  JISSHO_RETURN_IF_ERROR(CheckVersion(etag, row.version));
  return row;
}

absl::StatusOr<PaymentRow> Desk::Payment(const std::string& id, const std::string& etag) {
  JISSHO_ASSIGN_OR_RETURN(PaymentRow row, view.Get<PaymentRow>(id, kPaymentNotFound));
  if (!MaySee(context.actor(), row.organisation_id)) return MakeError(kPaymentNotFound, {{"id", id}});
  JISSHO_RETURN_IF_ERROR(CheckVersion(etag, row.version));
  return row;
}

absl::StatusOr<BudgetLineRow> Desk::BudgetLine(const Book& book) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Find<BudgetLineRow>(BudgetLineId(book)));
  if (row) return *row;
  return MakeError(kBudgetLineNotFound,
                   {{"line", book.line}, {"fiscal_year", absl::StrCat(book.fiscal_year)}});
}

absl::StatusOr<v1::Grant> Desk::AnswerGrant(const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const GrantRow row, view.Get<GrantRow>(id, kGrantNotFound));
  JISSHO_ASSIGN_OR_RETURN(const Position position, ledger.PositionOf(ScopeOf(row)));
  return GrantMessage(row, position);
}

absl::StatusOr<v1::Payment> Desk::AnswerPayment(const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const PaymentRow row, view.Get<PaymentRow>(id, kPaymentNotFound));
  return PaymentMessage(row, MaySeeAccount(context.actor(), row));
}

// The row of the claim is read (locked) and written in the act's own transaction: no list beside it has to be
// kept up to date. Of two that find none, the primary key lets one through.
absl::Status Desk::TakeClaim(const PaymentRow& payment, const ClaimKey& claim) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Find<ClaimRow>(storage::KeyOf(claim.subject, claim.instalment)));
  if (!row) {
    if (!payment.replaces_id.empty()) return MakeError(kPaymentNotFound, {{"id", payment.replaces_id}});
    return writes.Insert(ClaimRow{claim.subject, claim.instalment, 0, payment.id});
  }
  JISSHO_ASSIGN_OR_RETURN(const auto earlier, view.Find<PaymentRow>(row->payment_id));
  // A payment that is not there any more may have been made all the same.
  if (!earlier || !IsVoid(earlier->state) || payment.replaces_id != earlier->id) {
    return MakeError(kAlreadyClaimed, {{"payment", row->payment_id}});
  }
  row->payment_id = payment.id;
  return writes.Update(*row);
}

absl::Status Desk::OpenPayment(PaymentRow payment, const ClaimKey& claim) {
  JISSHO_RETURN_IF_ERROR(TakeClaim(payment, claim));
  payment.attempt = 1;
  JISSHO_RETURN_IF_ERROR(writes.Insert(payment));
  const bool accepted = payment.kind != static_cast<int64_t>(PaymentKind::kDirect) || payment.debt_fixed;
  JISSHO_RETURN_IF_ERROR(writes.Start("payment", payment.id, payment.grant_id, payment.organisation_id,
                                      {{"accepted", accepted}}));
  return writes.Fire(payment.id, "payment.request");
}

void Desk::Tell(const std::string& case_id, const google::protobuf::Message& event) {
  writes.Emit({"cases", case_id, event.GetTypeName(), event.SerializeAsString()});
}

}  // namespace jissho::subsidy
