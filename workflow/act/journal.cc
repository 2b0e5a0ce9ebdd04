#include "workflow/act/journal.h"

#include "absl/strings/escaping.h"
#include "workflow/act/queries.h"
#include "workflow/base/hash.h"
#include "workflow/base/test_hooks.h"

namespace jissho::act {

namespace {

// Fills in what the instance's journal says of its newest entry, and writes it.
absl::Status Append(Unit& unit, InstanceRow& row, JournalRow& entry) {
  entry.instance_id = row.id;
  entry.sequence = ++row.journal_sequence;
  entry.case_id = row.case_id;
  entry.at = unit.batch().now();
  entry.chart_hash = row.chart_hash;
  entry.previous_hash = IsPlanted(Bug::kJournalNotChained) ? "" : row.journal_hash;
  entry.hash = JournalHash(entry);
  row.journal_hash = entry.hash;
  return unit.InsertRow(entry);
}

bool IsTold(const Unit& unit, const InstanceRow& row) {
  const Environment& environment = unit.environment();
  return !row.case_id.empty() && !environment.progress_receiver.empty() && environment.encoder != nullptr;
}

absl::Status Tell(Unit& unit, const Progress& progress) {
  const Environment& environment = unit.environment();
  return unit.Emit({environment.progress_receiver, progress.instance.case_id, environment.encoder->type(),
                    absl::Base64Escape(environment.encoder->Encode(progress))});
}

}  // namespace

std::string JournalHash(const JournalRow& entry) {
  const Json content{entry.instance_id, entry.sequence, entry.case_id,    absl::ToUnixMicros(entry.at),
                     entry.actor,       entry.event,    entry.outcome,    entry.entered,
                     entry.exited,      entry.detail,   entry.chart_hash, entry.previous_hash};
  return Sha256Hex(content.dump(-1, ' ', true, Json::error_handler_t::replace));
}

Json Difference(const engine::Snapshot& before, const engine::Snapshot& after) {
  Json out = Json::object();
  for (const auto& [name, value] : after.data) {
    auto it = before.data.find(name);
    if (it == before.data.end() || !(it->second == value)) out[name] = expression::ToTagged(value);
  }
  for (const auto& [name, value] : before.data) {
    if (!after.data.contains(name)) out[name] = nullptr;
  }
  return out;
}

absl::Status AppendJournal(Unit& unit, InstanceRow& row, JournalRow entry) {
  JISSHO_RETURN_IF_ERROR(Append(unit, row, entry));
  if (!IsTold(unit, row)) return absl::OkStatus();
  return Tell(unit, {unit.environment().service, row, entry, TextsIn(entry.entered), TextsIn(entry.exited),
                     ActiveStatesOf(row), OfferedTasksOf(row)});
}

absl::Status AppendStep(Unit& unit, InstanceRow& row, JournalRow entry, const engine::Snapshot& next,
                        const std::vector<std::string>& entered, const std::vector<std::string>& exited,
                        const Json& tasks) {
  row.snapshot = engine::ToJson(next).dump();
  row.tasks = tasks.dump();
  entry.entered = Json(entered).dump();
  entry.exited = Json(exited).dump();
  JISSHO_RETURN_IF_ERROR(Append(unit, row, entry));
  if (!IsTold(unit, row)) return absl::OkStatus();
  const Json none = Json::array();
  return Tell(unit, {unit.environment().service, row, entry, entered, exited, next.configuration,
                     row.incident.empty() ? tasks : none});
}

absl::StatusOr<Json> OpenTasks(const engine::Machine& machine, const std::string& instance_id,
                               const engine::Snapshot& snapshot, const std::string& owner) {
  Json tasks = Json::array();
  JISSHO_ASSIGN_OR_RETURN(auto offers, machine.Offers({instance_id, nullptr}, snapshot));
  for (const engine::Offer& offer : offers) {
    const chart::Task& task = offer.transition->task;
    if (!task.listed) continue;
    Json json{{"event", offer.event}, {"roles", task.roles}, {"ja", task.label}, {"en", task.label_en}};
    if (task.own_organisation) json["organisation"] = owner;
    if (!task.due.empty()) {
      auto it = snapshot.data.find(task.due);
      if (it != snapshot.data.end() && it->second.is_json() && it->second.json().is_string()) {
        json["due"] = it->second.json();
      }
    }
    tasks.push_back(std::move(json));
  }
  return tasks;
}

}  // namespace jissho::act
