#include "services/cases/mapping.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/time_util.h"
#include "nlohmann/json.hpp"
#include "services/runtime/rpc/etag.h"

namespace jissho::cases {

namespace {

using google::protobuf::util::TimeUtil;
using Json = nlohmann::json;

constexpr char kPrefix[] = "CASE_STATE_";

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

template <class Out>
void AddTexts(const std::string& json_array, Out* out) {
  const Json json = Json::parse(json_array, nullptr, false);
  if (!json.is_array()) return;
  for (const Json& entry : json) {
    if (entry.is_string()) *out->Add() = entry.get<std::string>();
  }
}

}  // namespace

v1::CaseState StateFromName(const std::string& name) {
  v1::CaseState state = v1::CASE_STATE_UNSPECIFIED;
  v1::CaseState_Parse(absl::StrCat(kPrefix, name), &state);
  return state;
}

std::string NameOf(v1::CaseState state) {
  if (state == v1::CASE_STATE_UNSPECIFIED) return "";
  return v1::CaseState_Name(state).substr(sizeof(kPrefix) - 1);
}

v1::Case ToProto(const CaseRow& row, const std::vector<std::string>& active_states, bool history_broken) {
  v1::Case out;
  out.set_id(row.id);
  out.set_programme_id(row.programme_id);
  out.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  out.set_call_id(row.call_id);
  out.set_receipt_number(row.receipt_number);
  out.set_title(row.title);
  out.set_section(row.section);
  out.set_organisation_id(row.organisation_id);
  out.set_organisation_name(row.organisation_name);
  out.set_state(StateFromName(row.state));
  for (const std::string& state : active_states) out.add_active_states(state);
  if (row.received_at) *out.mutable_received_time() = ToTimestamp(*row.received_at);
  out.set_revision(static_cast<int32_t>(row.revision));
  out.set_requested_yen(row.requested_yen);
  out.set_outcome(row.outcome);
  AddTexts(row.conditions, out.mutable_conditions());
  out.set_decision_date(row.decision_date);
  out.set_offered_yen(row.offered_yen);
  out.set_decided_yen(row.decided_yen);
  out.set_grant_decision_date(row.grant_decision_date);
  out.set_fixed_yen(row.fixed_yen);
  out.set_return_yen(row.return_yen);
  out.set_settled_yen(row.settled_yen);
  out.set_trial_start_date(row.trial_start_date);
  out.set_trial_end_date(row.trial_end_date);
  out.set_trial_run(row.trial_run);
  out.set_trial_completed(row.trial_completed);
  out.set_division(row.division);
  out.set_imported(row.imported);
  out.set_survey_status_code(row.survey_status_code);
  if (row.survey_answered_at) *out.mutable_survey_answered_time() = ToTimestamp(*row.survey_answered_at);
  out.set_ended_reason(row.ended_reason);
  out.set_history_broken(history_broken);
  out.set_etag(runtime::MakeEtag(row.version));
  return out;
}

v1::HistoryEntry ToProto(const HistoryRow& row) {
  v1::HistoryEntry out;
  out.set_position(row.position);
  out.set_service(row.service);
  out.set_chart(row.chart);
  out.set_instance_id(row.instance_id);
  out.set_broken(row.broken);
  engine::v1::JournalEntry& entry = *out.mutable_entry();
  entry.set_sequence(row.sequence);
  *entry.mutable_time() = ToTimestamp(row.at);
  entry.set_actor(row.actor);
  entry.set_event(row.event);
  entry.set_outcome(row.outcome);
  AddTexts(row.entered, entry.mutable_entered());
  AddTexts(row.exited, entry.mutable_exited());
  entry.set_detail_json(row.detail);
  entry.set_chart_hash(row.chart_hash);
  entry.set_previous_hash(row.previous_hash);
  entry.set_hash(row.hash);
  return out;
}

v1::OpenTask ToProto(const TaskRow& row, const std::string& case_title, absl::Time now) {
  v1::OpenTask out;
  out.set_case_id(row.case_id);
  out.set_case_title(case_title);
  out.set_overdue(row.due < absl::ToUnixMicros(now));
  engine::v1::Task& task = *out.mutable_task();
  task.set_instance_id(row.instance_id);
  task.set_service(row.service);
  task.set_event(row.event);
  for (absl::string_view role : absl::StrSplit(row.roles, ' ', absl::SkipEmpty()))
    task.add_roles(std::string(role));
  task.set_label_ja(row.label_ja);
  task.set_label_en(row.label_en);
  if (row.due != kNoDue) *task.mutable_due_time() = ToTimestamp(absl::FromUnixMicros(row.due));
  task.set_organisation(row.organisation);
  task.set_case_id(row.case_id);
  return out;
}

}  // namespace jissho::cases
