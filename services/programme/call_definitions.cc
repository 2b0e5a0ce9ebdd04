#include "jissho/review/v1/events.pb.h"
#include "services/programme/mapping.h"
#include "services/programme/programme_service.h"
#include "services/programme/reasons.h"

namespace jissho::programme {
namespace {

absl::Status SetCallState(const act::ActionCall& call, const act::Context&, const act::View& view,
                          act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(CallRow row, view.Get<CallRow>(call.instance_id, kCallNotFound));
  row.state = call.params.value("state", "");
  return writes.Update(row);
}

void Tell(act::WriteSet& writes, const std::string& receiver, const std::string& call_id,
          const google::protobuf::Message& event) {
  writes.Emit({receiver, call_id, event.GetDescriptor()->full_name(), event.SerializeAsString()});
}

// Announces the call as it stands now, and sets its timers; again after an amendment.
absl::Status Announce(const act::ActionCall& call, const act::Context& context, const act::View& view,
                      act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const CallRow row, view.Get<CallRow>(call.instance_id, kCallNotFound));
  JISSHO_ASSIGN_OR_RETURN(const ProgrammeRow owner,
                          view.Get<ProgrammeRow>(row.programme_id, kProgrammeNotFound));
  JISSHO_ASSIGN_OR_RETURN(const v1::Programme programme, ToProgramme(owner));
  JISSHO_ASSIGN_OR_RETURN(const v1::CallRules rules, RulesOf(row));
  const v1::CallPublished event = ToAnnouncement(row, rules, programme.no());
  for (const char* receiver : {"intake", "review", "subsidy", "trial"}) Tell(writes, receiver, row.id, event);
  const absl::Time open = FromTimestamp(rules.open_time());
  if (open > context.now()) JISSHO_RETURN_IF_ERROR(writes.SetTimer(row.id, "open", "call.opened", open));
  return writes.SetTimer(row.id, "close", "call.closed", FromTimestamp(rules.close_time()));
}

absl::Status TellClosed(const act::ActionCall& call, const act::Context&, const act::View&,
                        act::WriteSet& writes) {
  v1::CallClosed event;
  event.set_call_id(call.instance_id);
  for (const char* receiver : {"intake", "review"}) Tell(writes, receiver, call.instance_id, event);
  return absl::OkStatus();
}

// A runner-up that is adopted later releases the round again: only the number changes then.
absl::Status RoundReleased(const act::IncomingEvent& event, const act::Context&, const act::View& view,
                           act::WriteSet& writes) {
  review::v1::RoundReleased released;
  if (!released.ParseFromString(event.payload)) return absl::InvalidArgumentError("not a RoundReleased");
  JISSHO_ASSIGN_OR_RETURN(CallRow row, view.Get<CallRow>(released.call_id(), kCallNotFound));
  if (row.state != "decided") {
    JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(row.id, "call.decided"));
    JISSHO_ASSIGN_OR_RETURN(row, view.Get<CallRow>(row.id, kCallNotFound));
  }
  row.adopted = released.adopted();
  return writes.Update(row);
}

}  // namespace

void AddCallDefinitions(act::Definitions& definitions) {
  definitions.actions["programme.call_state"] = SetCallState;
  definitions.actions["programme.call_announced"] = Announce;
  definitions.actions["programme.call_closed"] = TellClosed;
  definitions.events[review::v1::RoundReleased::descriptor()->full_name()] = RoundReleased;
}

}  // namespace jissho::programme
