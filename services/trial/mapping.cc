#include "services/trial/mapping.h"

#include "google/protobuf/util/time_util.h"
#include "services/runtime/rpc/etag.h"

namespace jissho::trial {

v1::TrialState StateOf(const std::vector<std::string>& active_states) {
  for (const std::string& state : active_states) {
    if (state == "preparing") return v1::TRIAL_STATE_PREPARING;
    if (state == "ready") return v1::TRIAL_STATE_READY;
    if (state == "running") return v1::TRIAL_STATE_RUNNING;
    if (state == "completed") return v1::TRIAL_STATE_COMPLETED;
    if (state == "cancelled") return v1::TRIAL_STATE_CANCELLED;
  }
  return v1::TRIAL_STATE_UNSPECIFIED;
}

v1::Trial ToProto(const TrialRow& row, const std::vector<std::string>& active_states) {
  v1::Trial out;
  out.set_id(row.id);
  out.set_call_id(row.call_id);
  out.set_programme_id(row.programme_id);
  out.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  out.set_title(row.title);
  out.set_organisation_id(row.organisation_id);
  out.set_organisation_name(row.organisation_name);
  out.set_state(StateOf(active_states));
  out.set_division(row.division);
  out.set_window_start_date(row.window_start);
  out.set_window_end_date(row.window_end);
  out.set_grant_decision_date(row.grant_decision_date);
  out.set_start_date(row.start_date);
  out.set_end_date(row.end_date);
  out.set_result(row.result);
  out.set_cancel_reason(row.cancel_reason);
  out.set_open_promises(static_cast<int32_t>(row.open_promises));
  out.set_etag(runtime::MakeEtag(row.version));
  return out;
}

void AddParts(const Parts& parts, v1::Trial& out) {
  for (const MilestoneRow& row : parts.milestones) {
    v1::Milestone& milestone = *out.add_milestones();
    milestone.set_id(row.id);
    milestone.set_title(row.title);
    milestone.set_due_date(row.due_date);
    milestone.set_completed_date(row.completed_date);
    milestone.set_note(row.note);
  }
  for (const PromiseRow& row : parts.promises) {
    v1::SupportPromise& promise = *out.add_promises();
    promise.set_id(row.id);
    promise.set_kind(static_cast<v1::SupportKind>(row.kind));
    promise.set_what(row.what);
    promise.set_quantity(row.quantity);
    promise.set_due_date(row.due_date);
    promise.set_state(static_cast<v1::PromiseState>(row.state));
    promise.set_delivered_quantity(row.delivered_quantity);
    promise.set_follow_up(row.follow_up);
    promise.set_division(row.division);
    promise.set_delivered_date(row.delivered_date);
  }
  for (const NoteRow& row : parts.notes) {
    v1::InterimNote& note = *out.add_notes();
    note.set_id(row.id);
    *note.mutable_time() =
        google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(row.at));
    note.set_author(row.author);
    note.set_text(row.text);
  }
  for (const IncidentRow& row : parts.incidents) {
    v1::Incident& incident = *out.add_incidents();
    incident.set_id(row.id);
    incident.set_severity(static_cast<v1::Severity>(row.severity));
    incident.set_date(row.date);
    incident.set_what(row.what);
    incident.set_measures(row.measures);
    incident.set_reporter(row.reporter);
  }
  for (const OutreachRow& row : parts.outreach) {
    v1::Outreach& outreach = *out.add_outreach();
    outreach.set_id(row.id);
    outreach.set_kind(static_cast<v1::OutreachKind>(row.kind));
    outreach.set_date(row.date);
    outreach.set_what(row.what);
    outreach.set_url(row.url);
    outreach.set_reach(row.reach);
  }
}

}  // namespace jissho::trial
