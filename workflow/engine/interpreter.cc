#include "workflow/engine/interpreter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/engine/reasons.h"

namespace jissho::engine {

using chart::State;
using chart::StateKind;
using chart::Transition;

Interpreter::Interpreter(const chart::Chart& chart, const DataModel& data_model, const SessionInfo& session,
                         const Snapshot& snapshot)
    : chart_(chart),
      session_(session),
      before_(snapshot),
      invocations_(snapshot.invocations),
      next_send_(snapshot.next_send),
      evaluator_(data_model.Open(
          {session.session_id, chart.name, [this](const std::string& id) { return IsActive(id); }},
          snapshot.data)),
      runner_(session_, *evaluator_, invocations_, next_send_) {}

bool Interpreter::IsActive(const std::string& id) const {
  const State* state = chart_.Find(id);
  return state != nullptr && configuration_.count(state->index) > 0;
}

absl::Status Interpreter::Load() {
  JISSHO_ASSIGN_OR_RETURN(configuration_, ReadConfiguration(chart_, before_.configuration));
  const auto index_of = [this](const std::string& id) -> absl::StatusOr<int> {
    const State* state = chart_.Find(id);
    if (state == nullptr)
      return MakeError(kConfigurationIllegal, {{"detail", absl::StrCat("no state ", id)}});
    return state->index;
  };
  for (const auto& [id, remembered] : before_.history) {
    JISSHO_ASSIGN_OR_RETURN(const int history, index_of(id));
    for (const std::string& state : remembered) {
      JISSHO_ASSIGN_OR_RETURN(const int index, index_of(state));
      history_[history].push_back(index);
    }
  }
  for (const std::string& id : before_.initialised) {
    JISSHO_ASSIGN_OR_RETURN(const int index, index_of(id));
    initialised_.insert(index);
  }
  return absl::OkStatus();
}

absl::Status Interpreter::DeclareData(const InitialData& initial_data) {
  if (initial_data.malformed) return MakeError(kInitialDataUnknown, {{"id", "no object"}});
  std::set<std::string> declared;
  for (const State& state : chart_.states) {
    const bool made_now = !chart_.late_binding || state.index == 0;
    for (const chart::Data& data : state.data) {
      if (made_now) declared.insert(data.id);
    }
  }
  if (!initial_data.by_invoke) {
    for (const auto& [id, value] : initial_data.values) {
      if (declared.count(id) == 0) return MakeError(kInitialDataUnknown, {{"id", id}});
    }
  }
  for (const State& state : chart_.states) {
    if (!chart_.late_binding || state.index == 0) {
      const bool may_be_given = !initial_data.by_invoke || state.index == 0;
      DeclareState(state, may_be_given ? initial_data.values : std::map<std::string, Value>());
      continue;
    }
    for (const chart::Data& data : state.data) runner_.Declare(data, Value());  // bound when first entered
  }
  return absl::OkStatus();
}

void Interpreter::DeclareState(const State& state, const std::map<std::string, Value>& given) {
  for (const chart::Data& data : state.data) {
    const auto replaced = given.find(data.id);
    runner_.Declare(data, replaced != given.end() ? std::optional<Value>(replaced->second) : std::nullopt);
  }
}

absl::Status Interpreter::Start(const InitialData& initial_data) {
  result_.matched = true;
  JISSHO_RETURN_IF_ERROR(DeclareData(initial_data));
  for (const chart::Script& script : chart_.scripts) runner_.RunScript(script, chart_.root().position);
  EnterStates({&*chart_.root().initial});
  return Macrostep();
}

absl::Status Interpreter::Take(const Event& event, const TransitionFilter& filter) {
  evaluator_->SetEvent(&event);
  TellInvocations(event);
  const Transitions enabled = Select(event, filter);
  result_.matched = !enabled.empty();
  if (!enabled.empty()) JISSHO_RETURN_IF_ERROR(Microstep(enabled));
  return Macrostep();
}

absl::Status Interpreter::Cancel() {
  running_ = false;
  return Macrostep();
}

// An external event, before it is looked at: its invocation's <finalize>, and the sessions that are to hear
// all that this one hears (SCXML 6.4.3, 6.5).
void Interpreter::TellInvocations(const Event& event) {
  for (const auto& [id, invocation] : invocations_) {
    const State* state = chart_.Find(invocation.state);
    if (state == nullptr || invocation.index >= static_cast<int>(state->invokes.size())) continue;
    const chart::Invoke& invoke = state->invokes[invocation.index];
    if (event.invoke_id == id) runner_.Finalize(invoke, event);
    if (invoke.autoforward) runner_.Forward(id, event);
  }
}

void Interpreter::StartInvocations() {
  const std::set<int> states = std::exchange(to_invoke_, {});
  for (const int index : states) {
    const State& state = chart_.states[index];
    for (size_t i = 0; i < state.invokes.size(); ++i) {
      runner_.Invoke(state.invokes[i], {state.id, static_cast<int>(i)});
    }
  }
}

void Interpreter::EndInvocations(const State& state) {
  to_invoke_.erase(state.index);
  std::vector<std::string> ended;
  for (const auto& [id, invocation] : invocations_) {
    if (invocation.state == state.id) ended.push_back(id);
  }
  for (const std::string& id : ended) runner_.EndInvocation(id);
}

absl::Status Interpreter::Macrostep() {
  auto& queue = runner_.internal_queue();
  while (running_) {
    Transitions enabled = SelectEventless();
    if (enabled.empty()) {
      if (queue.empty()) StartInvocations();  // which may raise errors
      if (queue.empty()) break;
      current_ = std::move(queue.front());
      queue.pop_front();
      evaluator_->SetEvent(&current_);
      enabled = Select(current_, nullptr);
      if (enabled.empty()) NoteUnhandled(current_);
    }
    if (!enabled.empty()) {
      JISSHO_RETURN_IF_ERROR(Microstep(enabled));
    } else if (++microsteps_ > kMaxMicrosteps) {
      return MakeError(kEndless, {{"limit", absl::StrCat(kMaxMicrosteps)}});
    }
  }
  if (!running_) ExitInterpreter();
  if (runner_.overrun()) return MakeError(kEndless, {{"limit", absl::StrCat(kMaxContentElements)}});
  return absl::OkStatus();
}

absl::Status Interpreter::Microstep(const Transitions& enabled) {
  if (++microsteps_ > kMaxMicrosteps) return MakeError(kEndless, {{"limit", absl::StrCat(kMaxMicrosteps)}});
  failing_.clear();
  ExitStates(enabled);
  for (const Transition* transition : enabled) {
    result_.taken.push_back(transition);
    runner_.Run(transition->content);
  }
  EnterStates(enabled);
  if (runner_.overrun()) return MakeError(kEndless, {{"limit", absl::StrCat(kMaxContentElements)}});
  return absl::OkStatus();
}

void Interpreter::NoteUnhandled(const Event& event) {
  if (result_.unhandled_error || !absl::StartsWith(event.name, "error.")) return;
  const std::string detail =
      event.data.is_json() ? event.data.json().dump(-1, ' ', false, Json::error_handler_t::replace) : "";
  result_.unhandled_error = absl::StrCat(event.name, " ", detail);
}

void Interpreter::RaiseDone(const State& state, Value data) {
  Event event;
  event.name = absl::StrCat("done.state.", state.id);
  event.type = Event::Type::kPlatform;
  event.data = std::move(data);
  runner_.internal_queue().push_back(std::move(event));
}

void Interpreter::ExitStates(const Transitions& enabled) {
  std::set<int> exiting;
  for (const Transition* transition : enabled) exiting.merge(ExitSet(*transition));
  for (auto index = exiting.rbegin(); index != exiting.rend(); ++index) RecordHistory(chart_.states[*index]);
  for (auto index = exiting.rbegin(); index != exiting.rend(); ++index) {
    const State& state = chart_.states[*index];
    for (const chart::Block& block : state.on_exit) runner_.Run(block);
    EndInvocations(state);
    configuration_.erase(*index);
    result_.exited.push_back(state.id);
  }
}

void Interpreter::RecordHistory(const State& state) {
  for (const int child : state.children) {
    const State& history = chart_.states[child];
    if (!history.IsHistory()) continue;
    std::vector<int>& remembered = history_[child];
    remembered.clear();
    for (const int active : configuration_) {
      const bool fits = history.kind == StateKind::kHistoryDeep
                            ? chart_.states[active].IsAtomic() && chart_.IsDescendant(active, state.index)
                            : chart_.states[active].parent == state.index;
      if (fits) remembered.push_back(active);
    }
  }
}

void Interpreter::EnterStates(const Transitions& enabled) {
  EntrySet entry;
  for (const Transition* transition : enabled) {
    for (const int target : transition->target_states) AddDescendants(target, entry);
    const int domain = Domain(*transition);
    for (const int target : EffectiveTargets(*transition)) AddAncestors(target, domain, entry);
  }
  for (const int index : entry.states) EnterState(index, entry);
}

void Interpreter::EnterState(int index, const EntrySet& entry) {
  const State& state = chart_.states[index];
  configuration_.insert(index);
  if (!state.invokes.empty()) to_invoke_.insert(index);
  result_.entered.push_back(state.id);
  if (chart_.late_binding && !state.data.empty() && initialised_.insert(index).second)
    DeclareState(state, {});
  for (const chart::Block& block : state.on_entry) runner_.Run(block);
  if (entry.default_entry.count(index) > 0) runner_.Run(state.initial->content);
  if (const auto history = entry.default_history.find(index); history != entry.default_history.end()) {
    runner_.Run(*history->second);
  }
  if (state.kind == StateKind::kFinal) EnterFinal(state);
}

void Interpreter::EnterFinal(const State& state) {
  if (state.parent == 0) {
    running_ = false;
    return;
  }
  const State& parent = chart_.states[state.parent];
  RaiseDone(parent, state.done_data ? runner_.DoneData(*state.done_data) : Value());
  const State& grandparent = chart_.states[parent.parent];
  if (grandparent.kind != StateKind::kParallel) return;
  const bool all = std::all_of(grandparent.children.begin(), grandparent.children.end(), [this](int child) {
    return chart_.states[child].IsHistory() || IsInFinalState(child);
  });
  if (all) RaiseDone(grandparent, Value());
}

bool Interpreter::IsInFinalState(int index) const {
  const State& state = chart_.states[index];
  if (state.kind == StateKind::kCompound) {
    return std::any_of(state.children.begin(), state.children.end(), [this](int child) {
      return chart_.states[child].kind == StateKind::kFinal && configuration_.count(child) > 0;
    });
  }
  if (state.kind != StateKind::kParallel) return false;
  return std::all_of(state.children.begin(), state.children.end(),
                     [this](int child) { return chart_.states[child].IsHistory() || IsInFinalState(child); });
}

void Interpreter::ExitInterpreter() {
  // What the instance ended in stays readable; the standard only asks that the states be left.
  for (const int index : configuration_) result_.next.configuration.push_back(chart_.states[index].id);
  const std::set<int> leaving = configuration_;
  for (auto index = leaving.rbegin(); index != leaving.rend(); ++index) {
    const State& state = chart_.states[*index];
    for (const chart::Block& block : state.on_exit) runner_.Run(block);
    EndInvocations(state);
    configuration_.erase(*index);
    result_.exited.push_back(state.id);
    const bool ends = state.kind == StateKind::kFinal && state.parent == 0;
    if (ends && state.done_data) result_.done_data = runner_.DoneData(*state.done_data);
  }
  // Nobody will take what is still queued; an error among it must not get lost.
  for (const Event& event : runner_.internal_queue()) NoteUnhandled(event);
}

absl::StatusOr<StepResult> Interpreter::Finish() {
  Snapshot& next = result_.next;
  const auto id = [this](int index) { return chart_.states[index].id; };
  if (running_) {
    for (const int index : configuration_) next.configuration.push_back(id(index));
  }
  for (const auto& [history, remembered] : history_) {
    for (const int state : remembered) next.history[id(history)].push_back(id(state));
  }
  for (const int state : initialised_) next.initialised.insert(id(state));
  JISSHO_ASSIGN_OR_RETURN(next.data, evaluator_->Close(!running_));
  next.invocations = std::move(invocations_);
  next.next_send = next_send_;
  next.finished = !running_;
  result_.effects = std::move(runner_.effects());
  return std::move(result_);
}

}  // namespace jissho::engine
