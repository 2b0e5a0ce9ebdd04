#include "workflow/act/effects.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "workflow/act/instance.h"
#include "workflow/act/mail.h"
#include "workflow/act/reasons.h"
#include "workflow/act/timer.h"
#include "workflow/engine/due.h"
#include "workflow/engine/route.h"

namespace jissho::act {
namespace {

using engine::Effect;
using engine::Route;

using Children = std::map<std::string, std::string>;  // invoke id -> instance

Children ChildrenOf(const InstanceRow& row) {
  const Json json = Json::parse(row.children.value_or("{}"), nullptr, false);
  return json.is_object() ? json.get<Children>() : Children();
}

void SetChildren(InstanceRow& row, const Children& children) {
  row.children.reset();
  if (!children.empty()) row.children = Json(children).dump();
}

// Whether the instance is what its invoker still knows by this invoke id.
bool IsChild(const InstanceRow& invoker, const InstanceRow& row) {
  const Children children = ChildrenOf(invoker);
  const auto found = children.find(row.invoke_id);
  return found != children.end() && found->second == row.id;
}

std::string TextOf(const engine::Value& value) {
  if (value.is_xml()) return value.xml();
  return value.is_json() && value.json().is_string() ? value.json().get<std::string>() : "";
}

// What an <invoke> starts.
struct Invoked {
  std::shared_ptr<const engine::Machine> machine;
  std::string chart;       // the name of what it starts
  std::string definition;  // empty: one of the service's own, which is stored already
};

absl::StatusOr<Invoked> InvokedBy(Unit& unit, const Effect& invoke) {
  const Catalog& catalog = *unit.environment().catalog;
  Invoked invoked;
  if (const absl::string_view name = chart::InvokedByName(invoke.src); !name.empty()) {
    invoked.chart = std::string(name);
    JISSHO_ASSIGN_OR_RETURN(invoked.machine, catalog.Current(invoked.chart));
    return invoked;
  }
  invoked.definition = TextOf(invoke.data);
  if (!invoke.src.empty()) {
    JISSHO_ASSIGN_OR_RETURN(invoked.definition, catalog.Read(invoke.src));
  }
  JISSHO_ASSIGN_OR_RETURN(invoked.machine, catalog.Compile(invoked.definition));
  invoked.chart = invoked.machine->chart().name;
  return invoked;
}

// The name of the error event that keeps an effect from being tried; empty when it may be.
absl::StatusOr<std::string> ErrorOf(Unit& unit, const InstanceRow& row, const Effect& effect) {
  constexpr char kUnreachable[] = "error.communication";
  if (effect.kind == Effect::Kind::kInvoke) {
    return InvokedBy(unit, effect).ok() ? "" : kUnreachable;
  }
  const Route route = engine::RouteOf(effect);
  if (route.kind == Route::Kind::kOther) return "error.execution";
  if (route.kind == Route::Kind::kService) {
    const bool known = unit.environment().chart_events != nullptr;
    return known && !engine::Waits(effect) && !effect.data.is_xml() ? "" : "error.execution";
  }
  if (route.kind == Route::Kind::kParent) return row.parent.empty() ? kUnreachable : "";
  if (route.kind != Route::Kind::kSession || route.id == row.id) return "";
  JISSHO_ASSIGN_OR_RETURN(auto session, unit.FindRow<InstanceRow>(storage::KeyOf(route.id)));
  return session && !session->finished ? "" : kUnreachable;
}

absl::Status RunAction(Unit& unit, const InstanceRow& row, const engine::Event& cause, const Effect& effect) {
  auto it = unit.environment().actions->find(effect.action);
  if (it == unit.environment().actions->end()) return MakeError(kActionUnknown, {{"action", effect.action}});
  WriteSet writes(&unit);
  const Json data = cause.data.is_json() ? cause.data.json() : Json::object();
  return it->second({row.id, row.case_id, cause.name, data, effect.params}, unit.context(), View(&unit),
                    writes);
}

absl::Status SendToService(Unit& unit, const InstanceRow& row, const Effect& send) {
  const auto target = *chart::ParseServiceTarget(send.target);
  const ChartEventCodec& codec = *unit.environment().chart_events;
  ChartEvent event{target.instance, send.event, std::nullopt, row.id, send.send_id};
  if (send.data.is_json()) event.data = send.data.json();
  return unit.Emit({target.service, row.case_id.empty() ? row.id : row.case_id, codec.type(),
                    absl::Base64Escape(codec.Encode(event))});
}

absl::Status Send(Unit& unit, const InstanceRow& row, const Effect& send) {
  if (engine::RouteOf(send).kind == Route::Kind::kService) return SendToService(unit, row, send);
  if (!engine::Waits(send)) {
    return DeliverSend(unit, row.id, send, expression::ToTagged(send.data).dump());
  }
  const auto due = engine::DueOf(send, unit.batch().now(), unit.environment().working_days);
  if (due.ok()) return SetSendTimer(unit, row.id, *due, send);
  // What the calendar does not know it says itself.
  if (GetErrorDetail(due.status())) return due.status();
  return MakeError(kChartError, {{"detail", std::string(due.status().message())}});
}

absl::Status Invoke(Unit& unit, InstanceRow row, const Effect& invoke) {
  JISSHO_ASSIGN_OR_RETURN(const Invoked invoked, InvokedBy(unit, invoke));
  const std::string& hash = invoked.machine->chart().hash;
  if (!invoked.definition.empty()) {
    JISSHO_ASSIGN_OR_RETURN(auto stored, unit.FindRow<ChartRow>(storage::KeyOf(hash)));
    if (!stored) JISSHO_RETURN_IF_ERROR(unit.InsertRow(ChartRow{hash, invoked.chart, invoked.definition}));
  }
  InstanceRow child;
  child.id =
      unit.context().NewId(absl::StrCat("invoke/", row.id, "/", row.journal_sequence, "/", invoke.invoke_id));
  child.chart = invoked.chart;
  child.chart_hash = hash;
  child.case_id = row.case_id;
  child.owner = row.owner;
  child.shard = row.shard;
  child.snapshot = "{}";
  child.actors = "{}";
  child.tasks = "[]";
  child.timers = "[]";
  child.parent = row.id;
  child.invoke_id = invoke.invoke_id;
  JISSHO_RETURN_IF_ERROR(unit.InsertRow(child));
  Children children = ChildrenOf(row);
  children[invoke.invoke_id] = child.id;
  SetChildren(row, children);
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
  return PostStart(unit, child.id, invoke.values);
}

absl::Status EndInvocation(Unit& unit, InstanceRow row, const std::string& invoke_id) {
  Children children = ChildrenOf(row);
  const auto child = children.find(invoke_id);
  if (child == children.end()) return absl::OkStatus();
  const std::string id = child->second;
  children.erase(child);
  SetChildren(row, children);
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
  return PostCancel(unit, id);
}

absl::Status Forward(Unit& unit, const InstanceRow& row, const Effect& effect) {
  const Children children = ChildrenOf(row);
  const auto child = children.find(effect.invoke_id);
  return child == children.end() ? absl::OkStatus() : PostEvent(unit, child->second, *effect.forwarded);
}

absl::Status CarryOutOne(Unit& unit, const std::string& instance_id, const engine::Event& cause,
                         const Effect& effect) {
  // As of now: an effect before this one may have changed it.
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, instance_id));
  switch (effect.kind) {
    case Effect::Kind::kDo:
      return RunAction(unit, row, cause, effect);
    case Effect::Kind::kSend:
      return Send(unit, row, effect);
    case Effect::Kind::kCancel:
      return CancelSends(unit, instance_id, effect.send_id);
    case Effect::Kind::kInvoke:
      return Invoke(unit, std::move(row), effect);
    case Effect::Kind::kForward:
      return Forward(unit, row, effect);
    case Effect::Kind::kUninvoke:
      return EndInvocation(unit, std::move(row), effect.invoke_id);
    case Effect::Kind::kLog:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

// Whom a send addresses; empty when that is gone.
absl::StatusOr<std::string> ReceiverOf(const InstanceRow& sender, const Route& route) {
  if (route.kind == Route::Kind::kSelf) return sender.id;
  if (route.kind == Route::Kind::kParent) return sender.parent;
  if (route.kind == Route::Kind::kSession) return route.id;
  const Children children = ChildrenOf(sender);
  const auto child = children.find(route.id);
  return child == children.end() ? std::string() : child->second;
}

}  // namespace

absl::Status CarryOut(Unit& unit, const std::string& instance_id, const engine::Event& cause,
                      const std::vector<engine::Effect>& effects) {
  for (const Effect& effect : effects) {
    JISSHO_RETURN_IF_ERROR(CarryOutOne(unit, instance_id, cause, effect));
  }
  return absl::OkStatus();
}

absl::Status DeliverSend(Unit& unit, const std::string& sender_id, const Effect& send,
                         const std::string& data) {
  JISSHO_ASSIGN_OR_RETURN(const InstanceRow sender, LoadInstance(unit, sender_id));
  JISSHO_ASSIGN_OR_RETURN(const std::string receiver_id, ReceiverOf(sender, engine::RouteOf(send)));
  if (receiver_id.empty()) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(auto receiver, unit.FindRow<InstanceRow>(storage::KeyOf(receiver_id)));
  if (!receiver) return absl::OkStatus();
  const bool to_invoker = receiver->id == sender.parent;
  if (to_invoker && !IsChild(*receiver, sender)) return absl::OkStatus();
  return PostEvent(unit, receiver_id,
                   engine::EventOf(send, sender.id, to_invoker ? sender.invoke_id : std::string()), data);
}

absl::Status HearFromService(Unit& unit, const IncomingEvent& incoming) {
  const auto said = unit.environment().chart_events->Decode(incoming.payload);
  if (!said) return MakeError(kEventFailed, {{"detail", absl::StrCat("malformed ", incoming.type)}});
  JISSHO_ASSIGN_OR_RETURN(const InstanceRow row, LoadInstance(unit, said->instance_id));
  if (row.finished) return absl::OkStatus();
  engine::Event event;
  event.name = said->event;
  if (said->data) event.data = engine::Value(*said->data);
  event.send_id = said->send_id;
  event.origin = absl::StrCat(incoming.source, "/", said->sender_instance_id);
  event.origin_type = chart::kServiceSend;
  return PostEvent(unit, row.id, event);
}

engine::SessionInfo SessionOf(Unit& unit, const InstanceRow& row) {
  return {row.id, [&unit, &row](const Effect& effect) {
            absl::StatusOr<std::string> error = ErrorOf(unit, row, effect);
            if (error.ok()) return *std::move(error);
            // The database failed, not the chart: the whole act has to.
            if (unit.deferred_error.ok()) unit.deferred_error = error.status();
            return std::string();
          }};
}

absl::StatusOr<std::shared_ptr<const engine::Machine>> MachineOf(Unit& unit, const std::string& chart_hash) {
  const Catalog& catalog = *unit.environment().catalog;
  auto known = catalog.Version(chart_hash);
  if (known.ok()) return known;
  // Invoked by its text, perhaps by another process.
  JISSHO_ASSIGN_OR_RETURN(auto stored, unit.FindRow<ChartRow>(storage::KeyOf(chart_hash)));
  if (!stored) return known.status();
  return catalog.Compile(stored->definition);
}

absl::Status TellInvoker(Unit& unit, const InstanceRow& row, const engine::Value& done_data) {
  if (row.parent.empty()) return absl::OkStatus();
  JISSHO_ASSIGN_OR_RETURN(auto invoker, unit.FindRow<InstanceRow>(storage::KeyOf(row.parent)));
  if (!invoker || !IsChild(*invoker, row)) return absl::OkStatus();
  return PostEvent(unit, row.parent, engine::DoneInvoke(row.invoke_id, done_data));
}

}  // namespace jissho::act
