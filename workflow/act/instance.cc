#include "workflow/act/instance.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/act/journal.h"
#include "workflow/act/reasons.h"
#include "workflow/base/clock.h"
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
    if (actors.value(earlier, "") == actor.id)
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

// An instant, or a date that means its first moment in Tokyo.
absl::StatusOr<absl::Time> ParseDue(const std::string& text) {
  absl::Time due;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &due, &error)) return due;
  if (absl::ParseTime("%Y-%m-%d", text, Tokyo(), &due, &error)) return due;
  return MakeError(kChartError, {{"detail", absl::StrCat("'", text, "' is neither an instant nor a date")}});
}

absl::Status RunEffect(Unit& unit, const std::string& instance_id, const std::string& event, const Json& data,
                       const engine::Effect& effect);

absl::Status RunEffects(Unit& unit, const std::string& instance_id, const std::string& event,
                        const Json& data, const std::vector<engine::Effect>& effects) {
  for (const engine::Effect& effect : effects) {
    JISSHO_RETURN_IF_ERROR(RunEffect(unit, instance_id, event, data, effect));
  }
  return absl::OkStatus();
}

absl::Status RunAction(Unit& unit, const InstanceRow& row, const std::string& event, const Json& data,
                       const engine::Effect& effect) {
  auto it = unit.environment().actions->find(effect.action);
  if (it == unit.environment().actions->end()) return MakeError(kActionUnknown, {{"action", effect.action}});
  WriteSet writes(&unit);
  return it->second({row.id, row.case_id, event, data, effect.params}, unit.context(), View(&unit), writes);
}

absl::Status SendMail(Unit& unit, InstanceRow& row, const engine::Effect& effect) {
  MailRow mail;
  mail.instance_id = row.id;
  mail.sequence = ++row.mail_sequence;
  mail.event = effect.event;
  mail.data = expression::ToTagged(effect.data).dump();
  JISSHO_RETURN_IF_ERROR(unit.InsertRow(mail));
  return unit.UpdateRow(row);
}

absl::Status RunEffect(Unit& unit, const std::string& instance_id, const std::string& event, const Json& data,
                       const engine::Effect& effect) {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!row) return MakeError(kInstanceNotFound, {{"id", instance_id}});
  switch (effect.kind) {
    case engine::Effect::Kind::kDo:
      return RunAction(unit, *row, event, data, effect);
    case engine::Effect::Kind::kCancel:
      return CancelTimer(unit, instance_id, effect.send_id);
    case engine::Effect::Kind::kLog:
    case engine::Effect::Kind::kInvoke:
    case engine::Effect::Kind::kForward:
    case engine::Effect::Kind::kUninvoke:
      return absl::OkStatus();
    case engine::Effect::Kind::kSend:
      break;
  }
  if (!effect.at.empty() || effect.delay > absl::ZeroDuration()) {
    const std::string id =
        effect.send_id.empty() ? absl::StrCat("send-", row->mail_sequence + 1) : effect.send_id;
    if (effect.send_id.empty()) {
      ++row->mail_sequence;
      JISSHO_RETURN_IF_ERROR(unit.UpdateRow(*row));
    }
    absl::Time due = unit.batch().now() + effect.delay;
    if (!effect.at.empty()) {
      JISSHO_ASSIGN_OR_RETURN(due, ParseDue(effect.at));
    }
    return SetTimer(unit, instance_id, id, effect.event, due, expression::ToTagged(effect.data));
  }
  return SendMail(unit, *row, effect);
}

}  // namespace

absl::Status StartInstance(Unit& unit, const std::string& chart, const std::string& instance_id,
                           const std::string& case_id, const std::string& owner, const Json& data) {
  JISSHO_ASSIGN_OR_RETURN(auto machine, unit.environment().catalog->Current(chart));
  const engine::SessionInfo session{instance_id, nullptr};
  JISSHO_ASSIGN_OR_RETURN(engine::StepResult step, machine->Start(session, data));
  if (step.unhandled_error) return MakeError(kChartError, {{"detail", *step.unhandled_error}});
  InstanceRow row;
  row.id = instance_id;
  row.chart = chart;
  row.chart_hash = machine->chart().hash;
  row.case_id = case_id;
  row.owner = owner;
  row.snapshot = engine::ToJson(step.next).dump();
  row.actors = "{}";
  row.timers = "[]";
  JISSHO_ASSIGN_OR_RETURN(const Json tasks, OpenTasks(*machine, row.id, step.next, row.owner));
  row.tasks = tasks.dump();
  row.finished = step.next.finished;
  JournalRow entry;
  entry.actor = unit.context().actor().id;
  entry.event = "start";
  entry.outcome = "done";
  entry.entered = Json(step.entered).dump();
  entry.exited = "[]";
  entry.detail = Difference({}, step.next).dump();
  JISSHO_RETURN_IF_ERROR(AppendJournal(unit, row, entry));
  JISSHO_RETURN_IF_ERROR(unit.InsertRow(row));
  return RunEffects(unit, instance_id, "start", data, step.effects);
}

absl::Status FireEvent(Unit& unit, const std::string& instance_id, const std::string& event, const Json& data,
                       Firing firing) {
  if (unit.depth >= kDepthMax) return MakeError(kFireTooDeep);
  JISSHO_ASSIGN_OR_RETURN(auto found, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!found) {
    if (firing == Firing::kByMessage) return absl::OkStatus();
    return MakeError(kInstanceNotFound, {{"id", instance_id}});
  }
  InstanceRow row = *std::move(found);
  JISSHO_ASSIGN_OR_RETURN(auto machine, unit.environment().catalog->Version(row.chart_hash));
  JISSHO_ASSIGN_OR_RETURN(engine::Snapshot before, engine::SnapshotFromJson(ParseOr(row.snapshot, nullptr)));
  Json actors = ParseOr(row.actors, Json::object());
  const Actor& actor = unit.context().actor();
  absl::Status refusal;
  const engine::SessionInfo session{instance_id, nullptr};
  engine::StepResult step;
  step.next = before;
  if (!row.finished) {
    JISSHO_ASSIGN_OR_RETURN(
        step, machine->Step(session, before,
                            {event, engine::Event::Type::kExternal, expression::Value(data), "", "", "", ""},
                            [&](const chart::Transition& transition) {
                              absl::Status permitted =
                                  Permits(transition, event, data, actor, row, actors, firing);
                              // What the right person lacks says more than who the right person would be.
                              if (!permitted.ok() && (refusal.ok() || HasReason(refusal, kRoleRequired)))
                                refusal = permitted;
                              return permitted.ok();
                            }));
  }
  if (!step.matched && firing != Firing::kByMessage) {
    unit.refused_instance = instance_id;
    unit.refused_event = event;
    if (!refusal.ok()) return refusal;
    return MakeError(kStateNotAllowed, {{"event", event},
                                        {"state", absl::StrJoin(before.configuration, ", ")},
                                        {"allowed", Allowed(ParseOr(row.tasks, Json::array()))}});
  }
  if (step.unhandled_error) return MakeError(kChartError, {{"detail", *step.unhandled_error}});
  const std::string actor_id =
      firing == Firing::kByActor ? actor.id : absl::StrCat("system:", unit.environment().service);
  if (step.matched) actors[event] = actor_id;
  row.actors = actors.dump();
  row.snapshot = engine::ToJson(step.next).dump();
  JISSHO_ASSIGN_OR_RETURN(const Json tasks, OpenTasks(*machine, row.id, step.next, row.owner));
  row.tasks = tasks.dump();
  row.finished = step.next.finished;
  JournalRow entry;
  entry.actor = actor_id;
  entry.event = event;
  entry.outcome = step.matched ? "done" : "ignored";
  entry.entered = Json(step.entered).dump();
  entry.exited = Json(step.exited).dump();
  Json detail{{"changed", Difference(before, step.next)}};
  if (data.is_object() && data.contains("reason")) detail["reason"] = data["reason"];
  if (firing != Firing::kByActor && actor.id != actor_id) detail["caused_by"] = actor.id;
  entry.detail = detail.dump();
  JISSHO_RETURN_IF_ERROR(AppendJournal(unit, row, entry));
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
  ++unit.depth;
  absl::Status status = RunEffects(unit, instance_id, event, data, step.effects);
  --unit.depth;
  return status;
}

absl::Status SetTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id,
                      const std::string& event, absl::Time due, const Json& data) {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!row) return MakeError(kInstanceNotFound, {{"id", instance_id}});
  Json timers = ParseOr(row->timers, Json::array());
  TimerRow timer{instance_id, timer_id, due, event, data.dump()};
  if (std::find(timers.begin(), timers.end(), timer_id) != timers.end()) {
    JISSHO_ASSIGN_OR_RETURN(auto existing, unit.FindRow<TimerRow>(storage::KeyOf(instance_id, timer_id)));
    return existing ? unit.UpdateRow(timer) : unit.InsertRow(timer);
  }
  timers.push_back(timer_id);
  row->timers = timers.dump();
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(*row));
  return unit.InsertRow(timer);
}

absl::Status CancelTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id) {
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!row) return MakeError(kInstanceNotFound, {{"id", instance_id}});
  Json timers = ParseOr(row->timers, Json::array());
  auto it = std::find(timers.begin(), timers.end(), timer_id);
  if (it == timers.end()) return absl::OkStatus();
  timers.erase(it);
  row->timers = timers.dump();
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(*row));
  return unit.Delete(storage::TableOf<TimerRow>(), storage::KeyOf(instance_id, timer_id));
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
