#include "services/trial/events.h"

#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/events.pb.h"
#include "jissho/programme/v1/events.pb.h"
#include "jissho/trial/v1/events.pb.h"
#include "services/civil/date.h"
#include "services/trial/reasons.h"
#include "services/trial/store/rows.h"

namespace jissho::trial {

namespace {

using act::Json;

template <class Message>
using Handle = absl::Status (*)(const Message&, const act::View&, act::WriteSet&);

template <class Message>
std::pair<std::string, act::EventHandler> On(Handle<Message> handle) {
  return {std::string(Message::descriptor()->full_name()),
          [handle](const act::IncomingEvent& incoming, const act::Context&, const act::View& view,
                   act::WriteSet& writes) -> absl::Status {
            Message message;
            if (!message.ParseFromString(incoming.payload))
              return absl::InvalidArgumentError("malformed event");
            return handle(message, view, writes);
          }};
}

absl::Status OnCallPublished(const programme::v1::CallPublished& event, const act::View& view,
                             act::WriteSet& writes) {
  const CallRow row{event.call_id(), event.programme_id(),     event.fiscal_year(),
                    event.title(),   event.trial_start_date(), event.trial_end_date()};
  JISSHO_ASSIGN_OR_RETURN(auto known, view.Find<CallRow>(row.id));
  return known ? writes.Update(row) : writes.Insert(row);
}

absl::Status OnCaseDecided(const cases::v1::CaseDecided& event, const act::View& view,
                           act::WriteSet& writes) {
  if (!event.adopted()) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(auto known, view.Find<TrialRow>(event.case_id()));
  if (known) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(CallRow call, view.Get<CallRow>(event.call_id(), kTrialCallUnknown));
  TrialRow row;
  row.id = event.case_id();
  row.call_id = event.call_id();
  row.programme_id = event.programme_id();
  row.fiscal_year = event.fiscal_year();
  row.title = event.title();
  row.organisation_id = event.organisation_id();
  row.organisation_name = event.organisation_name();
  row.window_start = call.window_start;
  row.window_end = call.window_end;
  JISSHO_RETURN_IF_ERROR(writes.Insert(row));
  return writes.Start("trial", row.id, row.id, row.organisation_id, Json{{"window_end", call.window_end}});
}

absl::Status OnGrantDecided(const cases::v1::CaseGrantDecided& event, const act::View& view,
                            act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Find<TrialRow>(event.case_id()));
  if (!row) return absl::OkStatus();
  row->grant_decision_date = event.decision_date();
  JISSHO_RETURN_IF_ERROR(writes.Update(*row));
  return writes.FireAsMessage(row->id, "grant.decided", Json{{"decided_yen", event.decided_yen()}});
}

absl::Status OnGrantRefused(const cases::v1::CaseGrantRefused& event, const act::View&,
                            act::WriteSet& writes) {
  return writes.FireAsMessage(event.case_id(), "grant.refused", Json{{"reason", event.reason()}});
}

absl::Status OnDeclined(const cases::v1::CaseDeclined& event, const act::View&, act::WriteSet& writes) {
  return writes.FireAsMessage(event.case_id(), "case.declined", Json{{"reason", event.reason()}});
}

// A trial that ends because the adoption was declined or the grant refused.
absl::Status NoteCancelled(const act::ActionCall& call, const act::Context& context, const act::View& view,
                           act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(TrialRow row, view.Get<TrialRow>(call.instance_id, kTrialNotFound));
  row.cancel_reason = call.event_data.value("reason", "");
  row.end_date = civil::FormatDate(civil::TokyoDate(context.now()));
  return writes.Update(row);
}

template <class Message>
void Send(const Message& message, act::WriteSet& writes) {
  writes.Emit({"cases", message.case_id(), std::string(Message::descriptor()->full_name()),
               message.SerializeAsString()});
}

absl::Status Tell(const act::ActionCall& call, const act::Context&, const act::View& view,
                  act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(TrialRow row, view.Get<TrialRow>(call.instance_id, kTrialNotFound));
  const std::string message = call.params.value("message", "");
  if (message == "TrialStarted") {
    v1::TrialStarted out;
    out.set_case_id(row.id);
    out.set_start_date(row.start_date);
    Send(out, writes);
  } else if (message == "TrialCompleted") {
    v1::TrialCompleted out;
    out.set_case_id(row.id);
    out.set_end_date(row.end_date);
    Send(out, writes);
  } else if (message == "TrialCancelled") {
    v1::TrialCancelled out;
    out.set_case_id(row.id);
    out.set_had_started(!row.start_date.empty());
    out.set_reason(row.cancel_reason);
    out.set_end_date(row.end_date);
    Send(out, writes);
  } else {
    return absl::InternalError(absl::StrCat("the chart 'trial' tells of ", message, ", which is no event"));
  }
  return absl::OkStatus();
}

}  // namespace

std::map<std::string, act::EventHandler> EventHandlers() {
  return {On<programme::v1::CallPublished>(OnCallPublished), On<cases::v1::CaseDecided>(OnCaseDecided),
          On<cases::v1::CaseGrantDecided>(OnGrantDecided), On<cases::v1::CaseGrantRefused>(OnGrantRefused),
          On<cases::v1::CaseDeclined>(OnDeclined)};
}

std::map<std::string, act::Action> Actions() {
  return {{"trial.tell", Tell}, {"trial.cancelled", NoteCancelled}};
}

}  // namespace jissho::trial
