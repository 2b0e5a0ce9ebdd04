// What follows by rule: the charts' actions, and what other services' events do here.
#include <functional>

#include "jissho/cases/v1/events.pb.h"
#include "jissho/intake/v1/events.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "services/intake/intake_service.h"
#include "services/intake/mapping.h"
#include "services/intake/reasons.h"

namespace jissho::intake {

namespace {

using act::ActionCall;
using act::Context;
using act::IncomingEvent;
using act::View;
using act::WriteSet;

constexpr char kLapsed[] = "補正期限までに再提出がありませんでした。";

template <class Event>
void Tell(WriteSet& writes, const Event& event) {
  writes.Emit({"cases", event.proposal_id(), std::string(event.GetDescriptor()->full_name()),
               event.SerializeAsString()});
}

std::string ReasonOf(const ActionCall& call, const std::string& otherwise) {
  return call.event_data.is_object() ? call.event_data.value("reason", otherwise) : otherwise;
}

template <class Row>
act::Action SetState(const Reason& missing) {
  return
      [&missing](const ActionCall& call, const Context&, const View& view, WriteSet& writes) -> absl::Status {
        JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<Row>(call.instance_id, missing));
        row.state = call.params.value("state", "");
        return writes.Update(row);
      };
}

absl::Status Accepted(const ActionCall& call, const Context&, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<ProposalRow>(call.instance_id, kProposalNotFound));
  v1::ProposalAccepted event;
  event.set_proposal_id(row.id);
  event.set_call_id(row.call_id);
  Tell(writes, event);
  return absl::OkStatus();
}

absl::Status Returned(const ActionCall& call, const Context&, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<ProposalRow>(call.instance_id, kProposalNotFound));
  absl::Time due;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, call.event_data.value("due", ""), &due, &error)) {
    return absl::InternalError("proposal.return carries no due time");
  }
  row.correction_due = due;
  row.remark = ReasonOf(call, "");
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  v1::ProposalReturned event;
  event.set_proposal_id(row.id);
  event.set_reason(row.remark);
  *event.mutable_due_time() = ToTimestamp(due);
  Tell(writes, event);
  return absl::OkStatus();
}

// The end of a proposal: notes why, and frees its title for another one.
template <class Event>
absl::Status Ended(const ActionCall& call, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<ProposalRow>(call.instance_id, kProposalNotFound));
  row.remark = ReasonOf(call, kLapsed);
  row.correction_due.reset();
  if (!row.title_key.empty()) {
    JISSHO_RETURN_IF_ERROR(writes.Delete<TitleRow>(storage::KeyOf(row.title_key)));
    row.title_key.clear();
  }
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  Event event;
  event.set_proposal_id(row.id);
  event.set_reason(row.remark);
  Tell(writes, event);
  return absl::OkStatus();
}

template <class Event>
act::Action End() {
  return [](const ActionCall& call, const Context&, const View& view, WriteSet& writes) {
    return Ended<Event>(call, view, writes);
  };
}

template <class Event>
act::EventHandler Typed(
    std::function<absl::Status(const Event&, const Context&, const View&, WriteSet&)> handler) {
  return [handler](const IncomingEvent& incoming, const Context& context, const View& view,
                   WriteSet& writes) -> absl::Status {
    Event event;
    if (!event.ParseFromString(incoming.payload))
      return absl::InvalidArgumentError("malformed event " + incoming.type);
    return handler(event, context, view, writes);
  };
}

// Comes again when the call's closing time is extended.
absl::Status CallPublished(const programme::v1::CallPublished& event, const Context&, const View& view,
                           WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto present, view.Find<CallRow>(event.call_id()));
  CallRow row = present.value_or(CallRow{});
  row.id = event.call_id();
  row.programme_id = event.programme_id();
  row.fiscal_year = event.fiscal_year();
  row.title = event.title();
  row.sections = act::Json(std::vector<std::string>(event.sections().begin(), event.sections().end())).dump();
  row.open_at = FromTimestamp(event.open_time());
  row.close_at = FromTimestamp(event.close_time());
  row.cap_yen = event.cap_yen();
  row.rate = event.rate();
  row.trial_start_date = event.trial_start_date();
  row.trial_end_date = event.trial_end_date();
  row.correction_days = event.correction_days();
  return present ? writes.Update(row) : writes.Insert(row);
}

absl::Status CallClosed(const programme::v1::CallClosed& event, const Context& context, const View& view,
                        WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<CallRow>(event.call_id(), kCallNotPublished));
  row.closed_at = context.now();
  return writes.Update(row);
}

absl::Status CaseDecided(const cases::v1::CaseDecided& event, const Context&, const View&, WriteSet& writes) {
  return writes.FireAsMessage(event.case_id(), "case.decided",
                              {{"adopted", event.adopted()}, {"outcome", event.outcome()}});
}

}  // namespace

void AddActions(act::Definitions& definitions) {
  definitions.actions["intake.proposal_state"] = SetState<ProposalRow>(kProposalNotFound);
  definitions.actions["intake.consultation_state"] = SetState<ConsultationRow>(kConsultationNotFound);
  definitions.actions["intake.accepted"] = Accepted;
  definitions.actions["intake.returned"] = Returned;
  definitions.actions["intake.ineligible"] = End<v1::ProposalIneligible>();
  definitions.actions["intake.withdrawn"] = End<v1::ProposalWithdrawn>();
  definitions.actions["intake.declined"] = End<v1::AdoptionDeclined>();
}

void AddEventHandlers(act::Definitions& definitions) {
  definitions.events["jissho.programme.v1.CallPublished"] =
      Typed<programme::v1::CallPublished>(CallPublished);
  definitions.events["jissho.programme.v1.CallClosed"] = Typed<programme::v1::CallClosed>(CallClosed);
  definitions.events["jissho.cases.v1.CaseDecided"] = Typed<cases::v1::CaseDecided>(CaseDecided);
}

}  // namespace jissho::intake
