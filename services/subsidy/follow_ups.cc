// What follows from a chart's step (<jissho:do>), and from what the programme and cases services tell.
#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "jissho/subsidy/v1/events.pb.h"
#include "services/subsidy/desk.h"
#include "services/subsidy/reasons.h"
#include "workflow/base/id.h"

namespace jissho::subsidy {
namespace {

using act::ActionCall;
using act::IncomingEvent;

// Ledger entries of one act need different labels: an action's is its event and instance.
Desk DeskOf(const ActionCall& call, const char* action, const act::Context& context, const act::View& view,
            act::WriteSet& writes) {
  return Desk(context, view, writes, absl::StrCat(action, "/", call.instance_id, "/", call.event));
}

// Keeps the state beside the row, so that lists can select by it. The chart alone decides it.
template <class Row>
act::Action StateAction() {
  return [](const ActionCall& call, const act::Context&, const act::View& view,
            act::WriteSet& writes) -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(auto row, view.Find<Row>(call.instance_id));
    if (!row) return absl::InternalError(absl::StrCat("no row for instance ", call.instance_id));
    row->state = call.params.value("state", "");
    return writes.Update(*row);
  };
}

// Sends `event` on the day after the last day in `date`; no timer where there is no date.
absl::Status WatchDate(Desk& desk, const std::string& instance_id, const char* timer_id, const char* event,
                       const std::string& date) {
  if (date.empty()) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate last, civil::ParseDate(date));
  return desk.writes.SetTimer(instance_id, timer_id, event, civil::StartOfDay(last + 1));
}

absl::Status WatchReport(const ActionCall& call, const act::Context& context, const act::View& view,
                         act::WriteSet& writes) {
  Desk desk = DeskOf(call, "watch_report", context, view, writes);
  JISSHO_ASSIGN_OR_RETURN(const auto grant, view.Get<GrantRow>(call.instance_id, kGrantNotFound));
  return WatchDate(desk, grant.id, "report-overdue", "grant.report_overdue", grant.report_due_date);
}

absl::Status WatchReturn(const ActionCall& call, const act::Context& context, const act::View& view,
                         act::WriteSet& writes) {
  Desk desk = DeskOf(call, "watch_return", context, view, writes);
  JISSHO_ASSIGN_OR_RETURN(const auto grant, view.Get<GrantRow>(call.instance_id, kGrantNotFound));
  return WatchDate(desk, grant.id, "return-overdue", "grant.return_overdue", grant.return_due_date);
}

// The grant ends without money: what was reserved or committed for it is free again.
absl::Status ReleaseGrant(const ActionCall& call, const act::Context& context, const act::View& view,
                          act::WriteSet& writes) {
  Desk desk = DeskOf(call, "release", context, view, writes);
  JISSHO_ASSIGN_OR_RETURN(const auto grant, view.Get<GrantRow>(call.instance_id, kGrantNotFound));
  const Scope scope = ScopeOf(grant);
  JISSHO_ASSIGN_OR_RETURN(const Position position, desk.ledger.PositionOf(scope));
  const LedgerWriter::Note note{grant.decision_id, desk.today_text(), ""};
  if (position.reserved > 0) {
    JISSHO_RETURN_IF_ERROR(desk.ledger.Post(Release(scope, position.reserved), note).status());
  }
  if (position.committed > 0) {
    JISSHO_RETURN_IF_ERROR(desk.ledger.Post(Decommit(scope, position.committed), note).status());
  }
  return absl::OkStatus();
}

absl::Status TellRefused(const ActionCall& call, const act::Context& context, const act::View& view,
                         act::WriteSet& writes) {
  Desk desk = DeskOf(call, "tell_refused", context, view, writes);
  v1::GrantRefused event;
  event.set_case_id(call.case_id);
  event.set_reason(call.event_data.is_object() ? call.event_data.value("reason", "") : "");
  desk.Tell(call.case_id, event);
  return absl::OkStatus();
}

absl::Status TellFixed(const ActionCall& call, const act::Context& context, const act::View& view,
                       act::WriteSet& writes) {
  Desk desk = DeskOf(call, "tell_fixed", context, view, writes);
  v1::GrantFixed event;
  event.set_case_id(call.case_id);
  JISSHO_ASSIGN_OR_RETURN(const auto grant, view.Get<GrantRow>(call.instance_id, kGrantNotFound));
  event.set_fixed_yen(grant.fixed_yen);
  event.set_return_yen(call.event_data.value("to_return", int64_t{0}));
  desk.Tell(call.case_id, event);
  return absl::OkStatus();
}

// All is paid and returned. The grant closes with the books: until then a payment can still come back.
absl::Status SettleGrant(const ActionCall& call, const act::Context& context, const act::View& view,
                         act::WriteSet& writes) {
  Desk desk = DeskOf(call, "settle", context, view, writes);
  JISSHO_ASSIGN_OR_RETURN(const auto grant, view.Get<GrantRow>(call.instance_id, kGrantNotFound));
  JISSHO_ASSIGN_OR_RETURN(const Position position, desk.ledger.PositionOf(ScopeOf(grant)));
  v1::GrantSettled event;
  event.set_case_id(grant.id);
  event.set_settled_yen(position.paid - position.returned_total());
  desk.Tell(grant.id, event);
  const civil::CivilDate closing = civil::ClosingOfBooks(static_cast<int>(grant.fiscal_year));
  return writes.SetTimer(grant.id, "books-close", "grant.close", civil::StartOfDay(closing + 1));
}

template <class Message>
absl::StatusOr<Message> Parse(const IncomingEvent& event) {
  Message message;
  if (!message.ParseFromString(event.payload)) {
    return absl::InvalidArgumentError(absl::StrCat("malformed ", event.type));
  }
  return message;
}

absl::Status OnCallPublished(const IncomingEvent& event, const act::Context&, const act::View& view,
                             act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto call, Parse<programme::v1::CallPublished>(event));
  JISSHO_ASSIGN_OR_RETURN(const auto known, view.Find<CallRow>(call.call_id()));
  if (known) return absl::OkStatus();  // published rules are fixed
  return writes.Insert(CallRow{
      call.call_id(), call.programme_id(), call.fiscal_year(), call.budget_line(), call.title(), call.rate(),
      call.cap_yen(), call.rounding_unit_yen() > 0 ? call.rounding_unit_yen() : 1, call.report_due_date()});
}

// Opens the grant and sets the offered money aside. The entry's id comes from the decision: one decision
// reserves once, whatever is delivered again.
absl::Status OnCaseDecided(const IncomingEvent& event, const act::Context& context, const act::View& view,
                           act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto decided, Parse<cases::v1::CaseDecided>(event));
  // Support without money (field, people) needs no grant.
  if (!decided.adopted() || decided.offered_yen() <= 0) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const auto existing, view.Find<GrantRow>(decided.case_id()));
  if (existing) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const auto call, view.Get<CallRow>(decided.call_id(), kCallRulesUnknown));
  GrantRow grant;
  grant.id = decided.case_id();
  grant.call_id = call.id;
  grant.decision_id = decided.decision_id();
  grant.programme_id = call.programme_id;
  grant.fiscal_year = call.fiscal_year;
  grant.line = call.line;
  grant.organisation_id = decided.organisation_id();
  grant.organisation_name = decided.organisation_name();
  grant.title = decided.title();
  grant.rate = call.rate;
  grant.cap_yen = call.cap_yen;
  grant.unit_yen = call.unit_yen;
  grant.offered_yen = decided.offered_yen();
  grant.report_last_date = call.report_last_date;
  JISSHO_RETURN_IF_ERROR(writes.Insert(grant));
  JISSHO_RETURN_IF_ERROR(writes.Start("grant", grant.id, grant.id, grant.organisation_id,
                                      {{"report_due_date", call.report_last_date}}));
  Desk desk(context, view, writes, "reserve");
  return desk.ledger
      .Post(Reserve(ScopeOf(grant), grant.offered_yen),
            {decided.decision_id(), desk.today_text(), "",
             DeriveId(absl::UnixEpoch(), absl::StrCat("subsidy.reservation/", decided.decision_id()))})
      .status();
}

bool BeforeDecision(const GrantRow& grant) {
  return grant.state == "ADOPTED" || grant.state == "APPLIED" || grant.state == "DRAFTED";
}

// The applicant declined. Too late once the trial runs: then the grant goes its way.
absl::Status OnCaseDeclined(const IncomingEvent& event, const act::Context&, const act::View& view,
                            act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto declined, Parse<cases::v1::CaseDeclined>(event));
  JISSHO_ASSIGN_OR_RETURN(const auto grant, view.Find<GrantRow>(declined.case_id()));
  if (!grant || (!BeforeDecision(*grant) && grant->state != "DECIDED")) return absl::OkStatus();
  return writes.FireAsSystem(grant->id, "grant.decline", {{"reason", declined.reason()}});
}

absl::Status OnTrialStarted(const IncomingEvent& event, const act::Context&, const act::View& view,
                            act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto started, Parse<cases::v1::CaseTrialStarted>(event));
  JISSHO_ASSIGN_OR_RETURN(const auto grant, view.Find<GrantRow>(started.case_id()));
  if (!grant || grant->state != "DECIDED") return absl::OkStatus();
  return writes.FireAsSystem(grant->id, "grant.start", {{"start_date", started.start_date()}});
}

// The trial is over, also when it was broken off: the performance report is due (Act on Subsidies art. 14).
// Without a decision there is nothing to report on, and the money is free again.
absl::Status OnTrialEnded(const IncomingEvent& event, const act::Context&, const act::View& view,
                          act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto ended, Parse<cases::v1::CaseTrialEnded>(event));
  JISSHO_ASSIGN_OR_RETURN(auto grant, view.Find<GrantRow>(ended.case_id()));
  if (!grant) return absl::OkStatus();
  if (BeforeDecision(*grant))
    return writes.FireAsSystem(grant->id, "grant.decline", {{"reason", "trial cancelled"}});
  if (grant->state != "DECIDED" && grant->state != "IN_PROGRESS") return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate end, civil::ParseDate(ended.end_date()));
  civil::CivilDate last = end + kReportDays;
  if (!grant->report_last_date.empty()) {
    JISSHO_ASSIGN_OR_RETURN(last, civil::ParseDate(grant->report_last_date));
  }
  grant->report_due_date = civil::FormatDate(ReportDue(end, last));
  JISSHO_RETURN_IF_ERROR(writes.Update(*grant));
  return writes.FireAsSystem(grant->id, "grant.end", {{"report_due_date", grant->report_due_date}});
}

}  // namespace

std::map<std::string, act::Action> Actions() {
  return {
      {"appropriation.state", StateAction<AppropriationRow>()},
      {"payment.state", StateAction<PaymentRow>()},
      {"grant.state", StateAction<GrantRow>()},
      {"grant.watch_report", WatchReport},
      {"grant.watch_return", WatchReturn},
      {"grant.release", ReleaseGrant},
      {"grant.tell_refused", TellRefused},
      {"grant.tell_fixed", TellFixed},
      {"grant.settle", SettleGrant},
  };
}

std::map<std::string, act::EventHandler> EventHandlers() {
  return {
      {"jissho.programme.v1.CallPublished", OnCallPublished},
      {"jissho.cases.v1.CaseDecided", OnCaseDecided},
      {"jissho.cases.v1.CaseDeclined", OnCaseDeclined},
      {"jissho.cases.v1.CaseTrialStarted", OnTrialStarted},
      {"jissho.cases.v1.CaseTrialEnded", OnTrialEnded},
  };
}

}  // namespace jissho::subsidy
