#include "workflow/act/act.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "workflow/act/instance.h"
#include "workflow/act/mail.h"
#include "workflow/act/migration.h"
#include "workflow/act/reasons.h"
#include "workflow/act/rows.h"
#include "workflow/act/timer.h"
#include "workflow/act/unit.h"
#include "workflow/base/id.h"

namespace jissho::act {

bool Actor::HasRole(absl::string_view role) const {
  return std::any_of(roles.begin(), roles.end(), [role](const std::string& own) { return own == role; });
}

Actor Actor::System(absl::string_view service) {
  return {absl::StrCat("system:", service), {"system"}, "", "LOCAL"};
}

std::string Context::NewId(absl::string_view label) const {
  return DeriveId(
      now_, absl::StrCat(command_->caller, "\n", command_->method, "\n",
                         // Events and timers have no request id; what they are stands in the hash.
                         command_->request_id.empty() ? command_->request_hash : command_->request_id, "\n",
                         label));
}

namespace {

engine::Event EventWith(const std::string& name, const Json& data) {
  engine::Event event;
  event.name = name;
  event.data = expression::Value(data);
  return event;
}

}  // namespace

Read ReadInstance(const std::string& instance_id) { return ReadOf<InstanceRow>(instance_id); }

absl::StatusOr<const storage::CellRow*> View::FindCells(const storage::TableSpec& table,
                                                        const storage::CellRow& key) const {
  return unit_->Find(table, key);
}

absl::StatusOr<storage::Session*> View::RangeSession() const { return unit_->RangeSession(); }

absl::StatusOr<int64_t> WriteSet::NextNumber(const std::string& series) {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit_->FindRow<CounterRow>(storage::KeyOf(series)));
  CounterRow counter = row.value_or(CounterRow{series, 0});
  ++counter.value;
  JISSHO_RETURN_IF_ERROR(row ? unit_->UpdateRow(counter) : unit_->InsertRow(counter));
  return counter.value;
}

void WriteSet::Emit(OutgoingEvent event) {
  absl::Status status =
      unit_->Emit({event.receiver, event.stream, event.type, absl::Base64Escape(event.payload)});
  if (!status.ok() && unit_->deferred_error.ok()) unit_->deferred_error = status;
}

absl::Status WriteSet::Start(const std::string& chart, const std::string& instance_id,
                             const std::string& case_id, const std::string& owner, const Json& data) {
  return StartInstance(*unit_, chart, instance_id, case_id, owner, data);
}

absl::Status WriteSet::Fire(const std::string& instance_id, const std::string& event, const Json& data) {
  return FireEvent(*unit_, instance_id, EventWith(event, data), Firing::kByActor);
}

absl::Status WriteSet::FireAsSystem(const std::string& instance_id, const std::string& event,
                                    const Json& data) {
  return FireEvent(*unit_, instance_id, EventWith(event, data), Firing::kBySystem);
}

absl::Status WriteSet::FireAsMessage(const std::string& instance_id, const std::string& event,
                                     const Json& data) {
  return FireEvent(*unit_, instance_id, EventWith(event, data), Firing::kByMessage);
}

absl::Status WriteSet::TakeMail(const std::string& instance_id, int64_t sequence) {
  return act::TakeMail(*unit_, instance_id, sequence);
}

absl::StatusOr<bool> WriteSet::IsIn(const std::string& instance_id, const std::string& state) const {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit_->FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!row) return false;
  JISSHO_ASSIGN_OR_RETURN(engine::Snapshot snapshot,
                          engine::SnapshotFromJson(Json::parse(row->snapshot, nullptr, false)));
  return std::find(snapshot.configuration.begin(), snapshot.configuration.end(), state) !=
         snapshot.configuration.end();
}

absl::StatusOr<bool> WriteSet::MoveToVersion(const std::string& instance_id, const InstanceMove& move) {
  return MoveInstance(*unit_, instance_id, move);
}

absl::StatusOr<bool> WriteSet::IsFinished(const std::string& instance_id) const {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit_->FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  return row && row->finished;
}

absl::Status WriteSet::SetTimer(const std::string& instance_id, const std::string& timer_id,
                                const std::string& event, absl::Time due, const Json& data) {
  TimerRow timer;
  timer.instance_id = instance_id;
  timer.timer_id = timer.send_id = timer_id;
  timer.due = due;
  timer.event = event;
  timer.data = expression::ToTagged(expression::Value(data)).dump();
  return act::SetTimer(*unit_, std::move(timer));
}

absl::Status WriteSet::CancelTimer(const std::string& instance_id, const std::string& timer_id) {
  return act::CancelTimer(*unit_, instance_id, timer_id);
}

absl::Status WriteSet::InsertCells(const storage::TableSpec& table, storage::CellRow cells) {
  return unit_->Insert(table, std::move(cells));
}
absl::Status WriteSet::UpdateCells(const storage::TableSpec& table, storage::CellRow cells) {
  return unit_->Update(table, std::move(cells));
}
absl::Status WriteSet::DeleteCells(const storage::TableSpec& table, const storage::CellRow& key) {
  return unit_->Delete(table, key);
}

}  // namespace jissho::act
