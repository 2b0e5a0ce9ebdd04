#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/events.pb.h"
#include "services/review/reasons.h"
#include "services/review/support.h"

namespace jissho::review {
namespace {

using act::Context;
using act::IncomingEvent;
using act::View;
using act::WriteSet;

template <class Message>
absl::StatusOr<Message> Parse(const IncomingEvent& event) {
  Message message;
  if (message.ParseFromString(event.payload)) return message;
  return absl::InternalError(absl::StrCat("malformed event ", event.type));
}

absl::Status OnCallPublished(const IncomingEvent& event, const Context&, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto call, Parse<programme::v1::CallPublished>(event));
  // Rules are fixed by the first publication.
  JISSHO_ASSIGN_OR_RETURN(const auto existing, view.Find<RoundRow>(call.call_id()));
  if (existing) return absl::OkStatus();
  RoundRow round;
  round.call_id = call.call_id();
  round.title = call.title();
  round.rules = RulesJson(call);
  round.settings = SettingsJson(DefaultSettings());
  round.ranking_log = "[]";
  JISSHO_RETURN_IF_ERROR(writes.Insert(round));
  return writes.Start("round", call.call_id(), "", "", {{"places", call.first_review_places()}});
}

absl::Status OnCallClosed(const IncomingEvent& event, const Context& context, const View& view,
                          WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto call, Parse<programme::v1::CallClosed>(event));
  JISSHO_ASSIGN_OR_RETURN(RoundRow round, ReadRound(view, call.call_id()));
  round.call_closed_at = context.now();
  JISSHO_RETURN_IF_ERROR(writes.Update(round));
  return writes.FireAsMessage(call.call_id(), "call.closed");
}

// The publication travels on another stream and may come later: then this event is refused and delivered
// again.
absl::Status OnCaseAccepted(const IncomingEvent& event, const Context&, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto accepted, Parse<cases::v1::CaseAccepted>(event));
  JISSHO_RETURN_IF_ERROR(ReadRound(view, accepted.call_id()).status());
  JISSHO_ASSIGN_OR_RETURN(const auto existing, view.Find<EntryRow>(accepted.case_id()));
  if (existing) return absl::OkStatus();
  EntryRow entry;
  entry.case_id = accepted.case_id();
  entry.call_id = accepted.call_id();
  entry.receipt_number = accepted.receipt_number();
  entry.title = accepted.title();
  entry.section = accepted.section();
  entry.organisation_id = accepted.organisation_id();
  entry.organisation_name = accepted.organisation_name();
  entry.requested_yen = accepted.requested_yen();
  JISSHO_RETURN_IF_ERROR(writes.Insert(entry));
  JISSHO_RETURN_IF_ERROR(
      writes.Start("entry", entry.case_id, entry.case_id, entry.organisation_id, Json::object()));
  // One that was corrected late joins the stage that is open.
  JISSHO_ASSIGN_OR_RETURN(const bool first_open, writes.IsIn(entry.call_id, "first_review"));
  return first_open ? writes.FireAsSystem(entry.case_id, "stage.first") : absl::OkStatus();
}

absl::Status OnCaseWithdrawn(const IncomingEvent& event, const Context&, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto withdrawn, Parse<cases::v1::CaseWithdrawn>(event));
  JISSHO_ASSIGN_OR_RETURN(const auto entry, view.Find<EntryRow>(withdrawn.case_id()));
  if (!entry) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(const bool undecided, writes.IsIn(entry->case_id, "under_review"));
  if (!undecided) return absl::OkStatus();
  JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(entry->case_id, "withdraw"));
  JISSHO_ASSIGN_OR_RETURN(const auto decision, view.Find<DecisionRow>(entry->case_id));
  JISSHO_ASSIGN_OR_RETURN(const std::string state,
                          StateAmong(writes, entry->call_id, {"drafted", "approved"}));
  if (state.empty() || !decision || !IsAdopted(*decision)) return absl::OkStatus();
  return writes.FireAsSystem(entry->call_id, "draft.stale");
}

absl::Status OnCaseDeclined(const IncomingEvent& event, const Context&, const View&, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto declined, Parse<cases::v1::CaseDeclined>(event));
  JISSHO_ASSIGN_OR_RETURN(const std::string state,
                          StateAmong(writes, declined.case_id(), {"adopted", "reserve"}));
  if (state.empty()) return absl::OkStatus();
  JISSHO_RETURN_IF_ERROR(writes.CancelTimer(declined.case_id(), "reserve-expiry"));
  return writes.FireAsSystem(declined.case_id(), "decline", {{"reason", declined.reason()}});
}

// A runner-up whose time has run out is not adopted: until the case hears of it, the year's figures stay
// open.
absl::Status TellLapsed(const act::ActionCall& call, const act::Context&, const act::View& view,
                        act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const DecisionRow row, view.Get<DecisionRow>(call.instance_id, kDecisionNotFound));
  JISSHO_ASSIGN_OR_RETURN(const DraftRow draft, view.Get<DraftRow>(row.call_id, kDecisionNotFound));
  v1::DecisionReleased event;
  event.set_case_id(row.case_id);
  event.set_call_id(row.call_id);
  event.set_decision_id(row.decision_id);
  event.set_outcome(v1::OUTCOME_REJECTED);
  event.set_rank(static_cast<int32_t>(row.place));
  event.set_decision_date(draft.decision_date);
  writes.Emit({"cases", row.case_id, event.GetTypeName(), event.SerializeAsString()});
  return absl::OkStatus();
}

}  // namespace

std::map<std::string, act::Action> Actions() { return {{"review.tell_lapsed", TellLapsed}}; }

std::map<std::string, act::EventHandler> EventHandlers() {
  return {{"jissho.programme.v1.CallPublished", OnCallPublished},
          {"jissho.programme.v1.CallClosed", OnCallClosed},
          {"jissho.cases.v1.CaseAccepted", OnCaseAccepted},
          {"jissho.cases.v1.CaseWithdrawn", OnCaseWithdrawn},
          {"jissho.cases.v1.CaseDeclined", OnCaseDeclined}};
}

}  // namespace jissho::review
