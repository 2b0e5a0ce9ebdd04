// Grants under way: advances, reports, inspection, the fixing of the amount, invoice and return.
#include <algorithm>

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

constexpr char kGrantSection[] = "負担金、補助及び交付金";

absl::Status CheckNothingUnderWay(const GrantRow& row) {
  if (row.open_payment_id.empty()) return absl::OkStatus();
  return MakeError(kPaymentPending, {{"payment", row.open_payment_id}});
}

// The claim that the grant's next payment answers, and the payment that it replaces. An instalment whose
// payment was cancelled or reversed is claimed again under its number.
Or<ClaimKey> NextClaim(Desk& desk, GrantRow& row, PaymentKind kind, std::string& replaces) {
  ClaimKey claim{row.id, 0};
  if (kind == PaymentKind::kAdvance) claim.instalment = std::max<int64_t>(1, row.instalments);
  JISSHO_ASSIGN_OR_RETURN(const auto taken,
                          desk.view.Find<ClaimRow>(storage::KeyOf(claim.subject, claim.instalment)));
  if (taken) {
    JISSHO_ASSIGN_OR_RETURN(const auto payment, desk.view.Find<PaymentRow>(taken->payment_id));
    if (payment && IsVoid(payment->state)) {
      replaces = payment->id;
    } else if (kind == PaymentKind::kAdvance) {
      ++claim.instalment;
    }
  }
  if (kind == PaymentKind::kAdvance) row.instalments = claim.instalment;
  return claim;
}

// The grant's payment, opened and noted in the grant's row.
Or<v1::Payment> OpenGrantPayment(Desk& desk, GrantRow row, PaymentKind kind, int64_t amount,
                                 const std::string& description, const v1::BankAccount& account) {
  JISSHO_RETURN_IF_ERROR(CheckNothingUnderWay(row));
  JISSHO_RETURN_IF_ERROR(CheckAccountHolder(row.organisation_name, account.holder_name()));
  PaymentRow payment;
  payment.id = desk.context.NewId("payment");
  payment.kind = static_cast<int64_t>(kind);
  payment.grant_id = row.id;
  payment.programme_id = row.programme_id;
  payment.line = row.line;
  payment.fiscal_year = row.fiscal_year;
  payment.organisation_id = row.organisation_id;
  payment.payee_name = row.organisation_name;
  payment.amount_yen = amount;
  payment.section = kGrantSection;
  payment.description = description;
  payment.debt_fixed = kind == PaymentKind::kFinal;
  JISSHO_ASSIGN_OR_RETURN(payment.account, ToText(account));
  JISSHO_ASSIGN_OR_RETURN(const ClaimKey claim, NextClaim(desk, row, kind, payment.replaces_id));
  row.open_payment_id = payment.id;
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  JISSHO_RETURN_IF_ERROR(desk.OpenPayment(payment, claim));
  return desk.AnswerPayment(payment.id);
}

Or<v1::Payment> RequestAdvance(Desk& desk, const v1::RequestAdvanceRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(
      desk.writes.Fire(request.id(), "grant.request_advance", {{"reason", request.reason()}}));
  JISSHO_ASSIGN_OR_RETURN(const GrantRow row, desk.Grant(request.id()));
  JISSHO_RETURN_IF_ERROR(CheckAdvance(row.decided_yen, row.advanced_yen, request.amount_yen()));
  return OpenGrantPayment(desk, row, PaymentKind::kAdvance, request.amount_yen(), request.reason(),
                          request.account());
}

Or<v1::Grant> ReportProgress(Desk& desk, const v1::ReportProgressRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.report_progress"));
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, desk.Grant(request.id()));
  v1::ProgressNote note;
  note.set_as_of(request.as_of());
  note.set_progress_percent(request.progress_percent());
  note.set_spent_yen(request.spent_yen());
  note.set_text(request.text());
  *note.mutable_submit_time() = ToTimestamp(desk.context.now());
  JISSHO_ASSIGN_OR_RETURN(const std::string text, ToText(note));
  JISSHO_RETURN_IF_ERROR(desk.writes.Insert(ProgressNoteRow{row.id, ++row.progress_notes, text}));
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerGrant(row.id);
}

Or<v1::Grant> SubmitReport(Desk& desk, const v1::SubmitPerformanceReportRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.report"));
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, desk.Grant(request.id()));
  JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate completed_on, civil::ParseDate(request.completion_date()));
  JISSHO_RETURN_IF_ERROR(CheckNotInFuture(completed_on, desk.today));
  JISSHO_ASSIGN_OR_RETURN(const int64_t eligible, EligibleSum(CostsOf(request.costs())));
  v1::PerformanceReport report;
  report.set_completion_date(request.completion_date());
  *report.mutable_costs() = request.costs();
  report.set_eligible_yen(eligible);
  report.set_outcome(request.outcome());
  *report.mutable_submit_time() = ToTimestamp(desk.context.now());
  const std::string due = row.report_due_date.empty() ? row.report_last_date : row.report_due_date;
  report.set_late(!due.empty() && desk.today_text() > due);
  JISSHO_ASSIGN_OR_RETURN(row.report, ToText(report));
  row.inspection.clear();  // of an earlier report
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerGrant(row.id);
}

Or<v1::Grant> OrderCorrection(Desk& desk, const v1::OrderCorrectionRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(
      desk.writes.Fire(request.id(), "grant.order_correction", {{"reason", request.reason()}}));
  return desk.AnswerGrant(request.id());
}

Or<v1::Grant> Inspect(Desk& desk, const v1::InspectGrantRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.inspect"));
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, desk.Grant(request.id()));
  JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate inspected_on, civil::ParseDate(request.inspection_date()));
  JISSHO_RETURN_IF_ERROR(CheckNotInFuture(inspected_on, desk.today));
  v1::PerformanceReport report;
  JISSHO_RETURN_IF_ERROR(FromText(row.report, &report));
  if (request.accepted_eligible_yen() > report.eligible_yen()) {
    return MakeError(kAmountAboveReport, {{"amount", absl::StrCat(request.accepted_eligible_yen())},
                                          {"reported", absl::StrCat(report.eligible_yen())}});
  }
  v1::Inspection inspection;
  inspection.set_inspection_date(request.inspection_date());
  inspection.set_place(request.place());
  inspection.set_findings(request.findings());
  inspection.set_accepted_eligible_yen(request.accepted_eligible_yen());
  inspection.set_inspector(desk.context.actor().id);
  JISSHO_ASSIGN_OR_RETURN(row.inspection, ToText(inspection));
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerGrant(row.id);
}

// The chart branches on what the fixing leaves to be paid or returned and tells cases the fixed amount, so
// the row is written before the event; a refused event undoes it.
Or<v1::Grant> FixAmount(Desk& desk, const v1::FixGrantRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, desk.Grant(request.id(), request.etag()));
  const Scope scope = ScopeOf(row);
  v1::Inspection inspection;
  JISSHO_RETURN_IF_ERROR(FromText(row.inspection, &inspection));
  JISSHO_ASSIGN_OR_RETURN(const Fixing fixing, Fix(TermsOf(row), row.decided_yen, row.advanced_yen,
                                                   inspection.accepted_eligible_yen()));
  const std::string return_due = fixing.to_return > 0 ? civil::FormatDate(desk.today + kReturnDays) : "";
  const act::Json data = {
      {"to_pay", fixing.to_pay}, {"to_return", fixing.to_return}, {"return_due_date", return_due}};
  row.return_due_date = return_due;
  row.fixed = true;
  row.fixed_yen = fixing.fixed;
  row.fix_date = desk.today_text();
  JISSHO_ASSIGN_OR_RETURN(row.fix_notice_number,
                          desk.writes.NextNumber(absl::StrCat("subsidy.notice/", row.fiscal_year)));
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(row.id, "grant.fix", data));
  JISSHO_RETURN_IF_ERROR(CheckNothingUnderWay(row));
  for (const Entry& entry : EntriesOf(scope, fixing)) {
    JISSHO_RETURN_IF_ERROR(desk.ledger.Post(entry, {row.id, desk.today_text(), ""}).status());
  }
  return desk.AnswerGrant(row.id);
}

Or<v1::Payment> Invoice(Desk& desk, const v1::InvoiceGrantRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.invoice"));
  JISSHO_ASSIGN_OR_RETURN(const GrantRow row, desk.Grant(request.id()));
  const int64_t due = row.fixed_yen - row.advanced_yen;
  if (due <= 0) return MakeError(kNothingDue);
  return OpenGrantPayment(desk, row, PaymentKind::kFinal, due, row.title, request.account());
}

Or<v1::Grant> RecordReturn(Desk& desk, const v1::RecordReturnRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(const GrantRow row, desk.Grant(request.id(), request.etag()));
  const Scope scope = ScopeOf(row);
  JISSHO_ASSIGN_OR_RETURN(const Position position, desk.ledger.PositionOf(scope));
  const int64_t owed = std::max<int64_t>(0, position.receivable - request.amount_yen());
  // Before the event, because entering SETTLED reports what was returned; in a wrong state nothing is owed,
  // and the chart's refusal comes first.
  if (position.receivable > 0) {
    if (request.amount_yen() > position.receivable) {
      return MakeError(kReturnAboveReceivable, {{"receivable", absl::StrCat(position.receivable)},
                                                {"amount", absl::StrCat(request.amount_yen())}});
    }
    JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate returned_on, civil::ParseDate(request.return_date()));
    JISSHO_RETURN_IF_ERROR(CheckNotInFuture(returned_on, desk.today));
    const bool late = BooksClosed(scope.book.fiscal_year, returned_on);
    JISSHO_RETURN_IF_ERROR(
        desk.ledger.Post(Return(scope, request.amount_yen(), late), {row.id, request.return_date(), ""})
            .status());
  }
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(row.id, "grant.record_return", {{"owed", owed}}));
  return desk.AnswerGrant(row.id);
}

template <class Answer, class Request>
void AddAct(runtime::MethodRegistry& registry, const std::string& name,
            Or<Answer> (*work)(Desk&, const Request&)) {
  registry.Act<Request, Answer>(name, [work](const CallContext&, const Request& request) -> Or<Plan<Answer>> {
    return GrantPlan<Answer>(request.id(), [work, request](Desk& desk) { return work(desk, request); });
  });
}

}  // namespace

void RegisterPerformanceMethods(runtime::MethodRegistry& registry) {
  AddAct(registry, "RequestAdvance", RequestAdvance);
  AddAct(registry, "ReportProgress", ReportProgress);
  AddAct(registry, "SubmitPerformanceReport", SubmitReport);
  AddAct(registry, "OrderCorrection", OrderCorrection);
  AddAct(registry, "InspectGrant", Inspect);
  AddAct(registry, "FixGrant", FixAmount);
  AddAct(registry, "InvoiceGrant", Invoice);
  AddAct(registry, "RecordReturn", RecordReturn);
}

}  // namespace jissho::subsidy
