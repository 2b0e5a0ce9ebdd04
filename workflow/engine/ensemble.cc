#include "workflow/engine/ensemble.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/chart/parser.h"
#include "workflow/engine/due.h"
#include "workflow/engine/reasons.h"
#include "workflow/engine/route.h"

namespace jissho::engine {
namespace {

std::string TextOf(const Value& value) {
  if (value.is_xml()) return value.xml();
  return value.is_json() && value.json().is_string() ? value.json().get<std::string>() : "";
}

}  // namespace

absl::StatusOr<std::string> Ensemble::Start(std::shared_ptr<const Machine> machine, const InitialData& data) {
  Session session;
  session.machine = std::move(machine);
  session.initial_data = data;
  const std::string id = Add(std::move(session));
  JISSHO_RETURN_IF_ERROR(RunOne(id).status());
  return id;
}

std::string Ensemble::Add(Session session) {
  std::string id = absl::StrCat("session-", order_.size() + 1);
  sessions_.emplace(id, std::move(session));
  order_.push_back(id);
  return id;
}

void Ensemble::Post(const std::string& session_id, Event event) {
  sessions_.at(session_id).queue.push_back(std::move(event));
}

SessionInfo Ensemble::InfoOf(const std::string& id) {
  return {id, [this, id](const Effect& effect) { return Refuse(id, effect); }};
}

std::string Ensemble::Refuse(const std::string& id, const Effect& effect) {
  constexpr char kUnreachable[] = "error.communication";
  if (effect.kind == Effect::Kind::kInvoke) return MachineFor(effect).ok() ? "" : kUnreachable;
  if (!DueOf(effect, now_, options_.working_days).ok()) return "error.execution";
  const Route route = RouteOf(effect);
  switch (route.kind) {
    case Route::Kind::kParent:
      return sessions_.at(id).parent.empty() ? kUnreachable : "";
    case Route::Kind::kSession: {
      const auto found = sessions_.find(route.id);
      return found == sessions_.end() || found->second.snapshot.finished ? kUnreachable : "";
    }
    case Route::Kind::kService:
    case Route::Kind::kOther:
      return options_.accept_other_types ? "" : "error.execution";
    default:
      return "";
  }
}

absl::StatusOr<std::shared_ptr<const Machine>> Ensemble::MachineFor(const Effect& invoke) {
  std::string text = TextOf(invoke.data);
  if (!invoke.src.empty()) {
    if (!options_.load) return MakeError(kChartInvalid, {{"detail", "nothing is loaded here"}});
    JISSHO_ASSIGN_OR_RETURN(text, options_.load(invoke.src));
  }
  if (const auto found = compiled_.find(text); found != compiled_.end()) return found->second;
  JISSHO_ASSIGN_OR_RETURN(chart::Chart chart, chart::Parse(text));
  JISSHO_ASSIGN_OR_RETURN(auto machine, Machine::Build(std::move(chart), options_.data_models));
  compiled_[text] = machine;
  return machine;
}

absl::Status Ensemble::Settle(int steps_max) {
  for (bool busy = true; busy;) {
    busy = false;
    // By index: sessions are added on the way.
    for (size_t i = 0; i < order_.size(); ++i) {
      const std::string id = order_[i];
      JISSHO_ASSIGN_OR_RETURN(const bool ran, RunOne(id));
      busy = busy || ran;
      if (ran && --steps_max < 0) return MakeError(kEndless, {{"limit", "macrosteps"}});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Ensemble::RunOne(const std::string& id) {
  Session& session = sessions_.at(id);
  if (!session.started) {
    session.started = true;
    JISSHO_RETURN_IF_ERROR(Keep(id, nullptr, session.machine->Start(InfoOf(id), session.initial_data)));
    return true;
  }
  if (session.snapshot.finished) {
    session.queue.clear();
    return false;
  }
  if (session.cancelled) {
    JISSHO_RETURN_IF_ERROR(Keep(id, nullptr, session.machine->Cancel(InfoOf(id), session.snapshot)));
    return true;
  }
  if (session.queue.empty()) return false;
  const Event event = std::move(session.queue.front());
  session.queue.pop_front();
  JISSHO_RETURN_IF_ERROR(Keep(id, &event, session.machine->Step(InfoOf(id), session.snapshot, event)));
  return true;
}

absl::Status Ensemble::Keep(const std::string& id, const Event* event, absl::StatusOr<StepResult> step) {
  JISSHO_RETURN_IF_ERROR(step.status());
  ++macrosteps_;
  Session& session = sessions_.at(id);
  session.snapshot = step->next;
  if (options_.amnesia) {
    JISSHO_ASSIGN_OR_RETURN(session.snapshot, SnapshotFromJson(Json::parse(ToJson(step->next).dump())));
  }
  for (const Effect& effect : step->effects) Carry(id, effect);
  if (step->next.finished) Finish(id, step->done_data);
  if (observer_) observer_(id, event, *step);
  return absl::OkStatus();
}

void Ensemble::Carry(const std::string& id, const Effect& effect) {
  if (options_.host) options_.host(id, effect);
  Session& session = sessions_.at(id);
  switch (effect.kind) {
    case Effect::Kind::kSend: {
      const absl::Time due = DueOf(effect, now_, options_.working_days).value_or(now_);
      if (due <= now_) return Deliver(id, effect);
      timers_.emplace(std::make_pair(due, next_timer_++),
                      Pending{{due, id, effect.send_id, effect.event}, effect});
      return;
    }
    case Effect::Kind::kCancel:
      std::erase_if(timers_, [&](const auto& entry) {
        return entry.second.timer.session_id == id && entry.second.timer.send_id == effect.send_id;
      });
      return;
    case Effect::Kind::kInvoke: {
      Session child;
      child.machine = *MachineFor(effect);  // `Refuse` has seen to it
      child.parent = id;
      child.invoke_id = effect.invoke_id;
      child.initial_data.values = effect.values;
      child.initial_data.by_invoke = true;
      const std::string child_id = Add(std::move(child));
      sessions_.at(id).children[effect.invoke_id] = child_id;
      return;
    }
    case Effect::Kind::kForward:
      if (const auto child = session.children.find(effect.invoke_id); child != session.children.end()) {
        Post(child->second, *effect.forwarded);
      }
      return;
    case Effect::Kind::kUninvoke:
      if (const auto child = session.children.find(effect.invoke_id); child != session.children.end()) {
        sessions_.at(child->second).cancelled = true;
        session.children.erase(child);
      }
      return;
    case Effect::Kind::kDo:
    case Effect::Kind::kLog:
      return;
  }
}

void Ensemble::Deliver(const std::string& sender, const Effect& send) {
  const Session& from = sessions_.at(sender);
  const Route route = RouteOf(send);
  std::string receiver;
  if (route.kind == Route::Kind::kSelf) receiver = sender;
  if (route.kind == Route::Kind::kParent) receiver = from.parent;
  if (route.kind == Route::Kind::kSession) receiver = route.id;
  if (route.kind == Route::Kind::kChild) {
    const auto child = from.children.find(route.id);
    if (child != from.children.end()) receiver = child->second;
  }
  const auto found = sessions_.find(receiver);
  if (found == sessions_.end()) return;
  const auto& children = found->second.children;
  const auto invoked = children.find(from.invoke_id);
  const bool is_child = invoked != children.end() && invoked->second == sender;
  // Whom its invoker has left says nothing to it any more (SCXML 6.4.3).
  if (receiver == from.parent && !is_child) return;
  Post(receiver, EventOf(send, sender, is_child ? from.invoke_id : ""));
}

void Ensemble::Finish(const std::string& id, const Value& done_data) {
  std::erase_if(timers_, [&](const auto& entry) { return entry.second.timer.session_id == id; });
  const Session& session = sessions_.at(id);
  if (session.parent.empty()) return;
  const auto& children = sessions_.at(session.parent).children;
  const auto invoked = children.find(session.invoke_id);
  if (invoked == children.end() || invoked->second != id) return;
  Post(session.parent, DoneInvoke(session.invoke_id, done_data));
}

absl::Time Ensemble::NextDue() const {
  return timers_.empty() ? absl::InfiniteFuture() : timers_.begin()->first.first;
}

std::vector<Ensemble::Timer> Ensemble::Timers() const {
  std::vector<Timer> timers;
  for (const auto& [key, pending] : timers_) timers.push_back(pending.timer);
  return timers;
}

absl::Status Ensemble::Advance(absl::Duration by) {
  const absl::Time until = now_ + by;
  JISSHO_RETURN_IF_ERROR(Settle());
  while (!timers_.empty() && NextDue() <= until) {
    now_ = NextDue();
    while (!timers_.empty() && NextDue() == now_) {
      const Pending pending = timers_.begin()->second;
      timers_.erase(timers_.begin());
      Deliver(pending.timer.session_id, pending.send);
    }
    JISSHO_RETURN_IF_ERROR(Settle());
  }
  now_ = until;
  return absl::OkStatus();
}

}  // namespace jissho::engine
