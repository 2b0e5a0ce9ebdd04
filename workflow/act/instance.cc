#include "workflow/act/instance.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/act/effects.h"
#include "workflow/act/journal.h"
#include "workflow/act/mail.h"
#include "workflow/act/reasons.h"
#include "workflow/act/shard.h"
#include "workflow/act/timer.h"
#include "workflow/base/test_hooks.h"
#include "workflow/engine/machine.h"

namespace jissho::act {

namespace {

constexpr int kDepthMax = 16;

Json ParseOr(const std::string& text, Json otherwise) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? std::move(otherwise) : json;
}

std::string Allowed(const Json& tasks) {
  std::vector<std::string> names;
  for (const Json& task : tasks) names.push_back(task.value("event", ""));
  return names.empty() ? "-" : absl::StrJoin(names, ", ");
}

// Why a transition is not for this actor; OK when it is.
absl::Status Permits(const chart::Transition& transition, const std::string& event, const Json& data,
                     const Actor& actor, const InstanceRow& row, const Json& actors, Firing firing) {
  const chart::Task& task = transition.task;
  if (firing != Firing::kByActor) {
    const bool for_system =
        task.roles.empty() || std::find(task.roles.begin(), task.roles.end(), "system") != task.roles.end();
    return for_system
               ? absl::OkStatus()
               : MakeError(kRoleRequired, {{"event", event}, {"roles", absl::StrJoin(task.roles, ", ")}});
  }
  if (std::none_of(task.roles.begin(), task.roles.end(),
                   [&](const std::string& role) { return actor.HasRole(role); })) {
    return MakeError(
        kRoleRequired,
        {{"event", event}, {"roles", task.roles.empty() ? "system" : absl::StrJoin(task.roles, ", ")}});
  }
  if (task.own_organisation && (actor.organisation.empty() || actor.organisation != row.owner)) {
    return MakeError(kNotOwnOrganisation);
  }
  for (const std::string& earlier : task.not_same_actor_as) {
    if (actors.value(earlier, "") == actor.id && !IsPlanted(Bug::kFourEyesForgotten))
      return MakeError(kFourEyes, {{"event", event}, {"earlier", earlier}});
  }
  if (task.reason_required) {
    const std::string reason = data.is_object() && data.contains("reason") && data["reason"].is_string()
                                   ? data["reason"].get<std::string>()
                                   : "";
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
      return MakeError(kReasonRequired, {{"event", event}});
  }
  return absl::OkStatus();
}

// What a step has made of an instance, written: state, tasks, journal, and what it asks of its host.
absl::Status Keep(Unit& unit, InstanceRow row, const engine::Machine& machine, const engine::StepResult& step,
                  JournalRow entry, const engine::Event& cause, bool is_new = false) {
  JISSHO_ASSIGN_OR_RETURN(const Json tasks, OpenTasks(machine, row.id, step.next, row.owner));
  row.finished = step.next.finished;
  entry.event = cause.name;
  for (const chart::Transition* transition : step.taken) Take(machine.chart().name, transition->order);
  JISSHO_RETURN_IF_ERROR(
      AppendStep(unit, row, std::move(entry), step.next, step.entered, step.exited, tasks));
  JISSHO_RETURN_IF_ERROR(is_new ? unit.InsertRow(row) : unit.UpdateRow(row));
  ++unit.depth;
  const absl::Status carried = CarryOut(unit, row.id, cause, step.effects);
  --unit.depth;
  JISSHO_RETURN_IF_ERROR(carried);
  if (!step.next.finished) return absl::OkStatus();
  JISSHO_RETURN_IF_ERROR(CancelAllTimers(unit, row.id));
  return TellInvoker(unit, row, step.done_data);
}

absl::Status CheckErrors(const Unit& unit, const engine::StepResult& step) {
  // SCXML drops an error that no transition takes; a procedure with money in it may not.
  if (!step.unhandled_error || !unit.environment().catalog->rules().service_profile) return absl::OkStatus();
  return MakeError(kChartError, {{"detail", *step.unhandled_error}});
}

engine::Event Cause(absl::string_view name, const Json& data = Json::object()) {
  engine::Event event;
  event.name = std::string(name);
  event.data = expression::Value(data);
  return event;
}

std::string SystemActor(const Unit& unit) { return absl::StrCat("system:", unit.environment().service); }

JournalRow EntryBy(const std::string& actor, const Json& detail) {
  JournalRow entry;
  entry.actor = actor;
  entry.outcome = "done";
  entry.detail = detail.dump();
  return entry;
}

}  // namespace

absl::StatusOr<InstanceRow> LoadInstance(Unit& unit, const std::string& instance_id) {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!row) return MakeError(kInstanceNotFound, {{"id", instance_id}});
  return *std::move(row);
}

absl::Status StartInstance(Unit& unit, const std::string& chart, const std::string& instance_id,
                           const std::string& case_id, const std::string& owner, const Json& data) {
  JISSHO_ASSIGN_OR_RETURN(auto machine, unit.environment().catalog->Current(chart));
  InstanceRow row;
  row.id = instance_id;
  row.chart = chart;
  row.chart_hash = machine->chart().hash;
  row.case_id = case_id;
  row.owner = owner;
  row.shard = ShardOf(case_id, instance_id);
  row.actors = "{}";
  row.timers = "[]";
  JISSHO_ASSIGN_OR_RETURN(engine::StepResult step, machine->Start(SessionOf(unit, row), data));
  JISSHO_RETURN_IF_ERROR(CheckErrors(unit, step));
  return Keep(unit, row, *machine, step, EntryBy(unit.context().actor().id, Difference({}, step.next)),
              Cause("start", data), /*is_new=*/true);
}

absl::Status StartInvoked(Unit& unit, const std::string& instance_id,
                          std::map<std::string, engine::Value> values) {
  JISSHO_ASSIGN_OR_RETURN(const InstanceRow row, LoadInstance(unit, instance_id));
  JISSHO_ASSIGN_OR_RETURN(auto machine, MachineOf(unit, row.chart_hash));
  engine::InitialData data;
  data.values = std::move(values);
  data.by_invoke = true;
  JISSHO_ASSIGN_OR_RETURN(engine::StepResult step, machine->Start(SessionOf(unit, row), data));
  JISSHO_RETURN_IF_ERROR(CheckErrors(unit, step));
  return Keep(unit, row, *machine, step, EntryBy(SystemActor(unit), Difference({}, step.next)),
              Cause("start"));
}

absl::Status CancelInvoked(Unit& unit, const std::string& instance_id) {
  JISSHO_ASSIGN_OR_RETURN(const InstanceRow row, LoadInstance(unit, instance_id));
  if (row.finished) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(auto machine, MachineOf(unit, row.chart_hash));
  JISSHO_ASSIGN_OR_RETURN(engine::Snapshot before, engine::SnapshotFromJson(ParseOr(row.snapshot, nullptr)));
  JISSHO_ASSIGN_OR_RETURN(engine::StepResult step, machine->Cancel(SessionOf(unit, row), before));
  JISSHO_RETURN_IF_ERROR(CheckErrors(unit, step));
  return Keep(unit, row, *machine, step,
              EntryBy(SystemActor(unit), Json{{"changed", Difference(before, step.next)}}), Cause("cancel"));
}

absl::Status FireEvent(Unit& unit, const std::string& instance_id, const engine::Event& event,
                       Firing firing) {
  if (unit.depth >= kDepthMax) return MakeError(kFireTooDeep);
  JISSHO_ASSIGN_OR_RETURN(auto found, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!found) {
    if (firing == Firing::kByMessage) return absl::OkStatus();
    return MakeError(kInstanceNotFound, {{"id", instance_id}});
  }
  InstanceRow row = *std::move(found);
  if (!row.incident.empty()) {
    // What comes as a message waits behind the one that is stuck.
    if (firing == Firing::kByMessage) return PostEvent(unit, instance_id, event);
    unit.refused_instance = instance_id;
    unit.refused_event = event.name;
    return MakeError(kInstanceSuspended, {{"incident", row.incident}, {"id", instance_id}});
  }
  JISSHO_ASSIGN_OR_RETURN(auto machine, MachineOf(unit, row.chart_hash));
  JISSHO_ASSIGN_OR_RETURN(engine::Snapshot before, engine::SnapshotFromJson(ParseOr(row.snapshot, nullptr)));
  Json actors = ParseOr(row.actors, Json::object());
  const Actor& actor = unit.context().actor();
  const Json data = event.data.is_json() ? event.data.json() : Json::object();
  absl::Status refusal;
  engine::StepResult step;
  step.next = before;
  if (!row.finished) {
    JISSHO_ASSIGN_OR_RETURN(
        step, machine->Step(SessionOf(unit, row), before, event, [&](const chart::Transition& transition) {
          absl::Status permitted = Permits(transition, event.name, data, actor, row, actors, firing);
          // What the right person lacks says more than who the right person would be.
          if (!permitted.ok() && (refusal.ok() || HasReason(refusal, kRoleRequired))) refusal = permitted;
          return permitted.ok();
        }));
  }
  if (!step.matched && firing != Firing::kByMessage) {
    unit.refused_instance = instance_id;
    unit.refused_event = event.name;
    if (!refusal.ok()) return refusal;
    return MakeError(kStateNotAllowed, {{"event", event.name},
                                        {"state", absl::StrJoin(before.configuration, ", ")},
                                        {"allowed", Allowed(ParseOr(row.tasks, Json::array()))}});
  }
  JISSHO_RETURN_IF_ERROR(CheckErrors(unit, step));
  const std::string actor_id = firing == Firing::kByActor ? actor.id : SystemActor(unit);
  if (step.matched) actors[event.name] = actor_id;
  row.actors = actors.dump();
  Json detail{{"changed", Difference(before, step.next)}};
  if (data.is_object() && data.contains("reason")) detail["reason"] = data["reason"];
  if (firing != Firing::kByActor && actor.id != actor_id) detail["caused_by"] = actor.id;
  JournalRow entry = EntryBy(actor_id, detail);
  if (!step.matched) entry.outcome = "ignored";
  return Keep(unit, std::move(row), *machine, step, std::move(entry), event);
}

absl::Status JournalRefusal(Unit& unit, const std::string& instance_id, const std::string& event,
                            const absl::Status& refusal) {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!row) return absl::OkStatus();
  const auto detail = GetErrorDetail(refusal);
  JournalRow entry;
  entry.actor = unit.context().actor().id;
  entry.event = event;
  entry.outcome = "refused";
  entry.entered = "[]";
  entry.exited = "[]";
  entry.detail = Json{{"refusal", detail ? detail->reason : std::string(refusal.message())},
                      {"method", unit.context().command().method}}
                     .dump();
  JISSHO_RETURN_IF_ERROR(AppendJournal(unit, *row, entry));
  return unit.UpdateRow(*row);
}

}  // namespace jissho::act
