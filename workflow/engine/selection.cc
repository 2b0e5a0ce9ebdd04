// Which transitions a step takes, and what they leave and enter (SCXML Appendix D).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/engine/interpreter.h"
#include "workflow/engine/reasons.h"

namespace jissho::engine {

using chart::State;
using chart::StateKind;
using chart::Transition;

namespace {

bool Names(const Transition& transition, const std::string& event) {
  return std::any_of(transition.events.begin(), transition.events.end(), [&](const std::string& descriptor) {
    return chart::DescriptorMatches(descriptor, event);
  });
}

bool Intersect(const std::set<int>& a, const std::set<int>& b) {
  return std::any_of(a.begin(), a.end(), [&](int index) { return b.count(index) > 0; });
}

}  // namespace

absl::StatusOr<std::set<int>> ReadConfiguration(const chart::Chart& chart,
                                                const std::vector<std::string>& ids) {
  const auto illegal = [](const std::string& detail) {
    return MakeError(kConfigurationIllegal, {{"detail", detail}});
  };
  std::set<int> configuration;
  for (const std::string& id : ids) {
    const State* state = chart.Find(id);
    if (state == nullptr) return illegal(absl::StrCat("no state ", id));
    if (state->IsHistory()) return illegal(absl::StrCat(id, " is a history"));
    configuration.insert(state->index);
  }
  const auto active_children = [&](const State& state) {
    return std::count_if(state.children.begin(), state.children.end(),
                         [&](int child) { return configuration.count(child) > 0; });
  };
  if (active_children(chart.root()) != 1) return illegal("not exactly one state at the top");
  for (const int index : configuration) {
    const State& state = chart.states[index];
    if (state.parent != 0 && configuration.count(state.parent) == 0) {
      return illegal(absl::StrCat(state.id, " without the state around it"));
    }
    if (state.kind == StateKind::kCompound && active_children(state) != 1) {
      return illegal(absl::StrCat("not exactly one state in ", state.id));
    }
    const auto regions = std::count_if(state.children.begin(), state.children.end(),
                                       [&](int child) { return !chart.states[child].IsHistory(); });
    if (state.kind == StateKind::kParallel && active_children(state) != regions) {
      return illegal(absl::StrCat("not every region of ", state.id));
    }
  }
  return configuration;
}

// Walks from every active atomic state outwards to the first transition that `enabled` accepts.
template <typename Predicate>
static Interpreter::Transitions SelectInnermost(const chart::Chart& chart, const std::set<int>& configuration,
                                                const Predicate& enabled) {
  Interpreter::Transitions selected;
  const auto first_enabled = [&](int index) -> const Transition* {
    for (; index > 0; index = chart.states[index].parent) {
      for (const Transition& transition : chart.states[index].transitions) {
        if (enabled(transition)) return &transition;
      }
    }
    return nullptr;
  };
  for (const int index : configuration) {
    if (!chart.states[index].IsAtomic()) continue;
    const Transition* found = first_enabled(index);
    if (found == nullptr || std::find(selected.begin(), selected.end(), found) != selected.end()) continue;
    selected.push_back(found);
  }
  return selected;
}

Interpreter::Transitions Interpreter::SelectEventless() {
  return RemoveConflicting(SelectInnermost(chart_, configuration_, [this](const Transition& transition) {
    return transition.events.empty() && EventlessHolds(transition);
  }));
}

bool Interpreter::EventlessHolds(const Transition& transition) {
  if (transition.condition.empty()) return true;
  const absl::StatusOr<bool> holds = evaluator_->Condition(transition.condition);
  if (holds.ok()) return *holds;
  // Once until something happens: the error itself is an event, after which this condition is looked at
  // again.
  if (failing_.insert(&transition).second) runner_.RaiseError(holds.status(), transition.position);
  return false;
}

Interpreter::Transitions Interpreter::Select(const Event& event, const TransitionFilter& filter) {
  return RemoveConflicting(SelectInnermost(chart_, configuration_, [&](const Transition& transition) {
    return Enabled(transition, event, filter);
  }));
}

bool Interpreter::Enabled(const Transition& transition, const Event& event, const TransitionFilter& filter) {
  if (!Names(transition, event.name)) return false;
  if (!filter || filter(transition)) return runner_.Condition(transition.condition, transition.position);
  // As if it did not exist: its condition may not even raise an error.
  auto& refused = result_.refused_by_filter;
  if (std::find(refused.begin(), refused.end(), &transition) != refused.end()) return false;
  if (transition.condition.empty() || evaluator_->Condition(transition.condition).value_or(false)) {
    refused.push_back(&transition);
  }
  return false;
}

Interpreter::Transitions Interpreter::RemoveConflicting(const Transitions& enabled) const {
  if (enabled.size() < 2) return enabled;
  std::vector<std::pair<const Transition*, std::set<int>>> kept;  // each with what it leaves
  for (const Transition* transition : enabled) {
    std::set<int> exits = ExitSet(*transition);
    const bool preempted = std::any_of(kept.begin(), kept.end(), [&](const auto& other) {
      return Intersect(exits, other.second) && !chart_.IsDescendant(transition->source, other.first->source);
    });
    if (preempted) continue;
    std::erase_if(kept, [&](const auto& other) { return Intersect(exits, other.second); });
    kept.emplace_back(transition, std::move(exits));
  }
  Transitions transitions;
  for (const auto& [transition, exits] : kept) transitions.push_back(transition);
  return transitions;
}

std::set<int> Interpreter::EffectiveTargets(const Transition& transition) const {
  std::set<int> targets;
  for (const int target : transition.target_states) {
    const State& state = chart_.states[target];
    if (!state.IsHistory()) {
      targets.insert(target);
    } else if (const auto remembered = history_.find(target); remembered != history_.end()) {
      targets.insert(remembered->second.begin(), remembered->second.end());
    } else {
      targets.merge(EffectiveTargets(state.transitions.front()));
    }
  }
  return targets;
}

int Interpreter::Domain(const Transition& transition) const {
  const std::set<int> targets = EffectiveTargets(transition);
  if (targets.empty()) return -1;
  if (transition.source == 0) return 0;  // the initial transition: everything lies below the root
  const bool inside = std::all_of(targets.begin(), targets.end(),
                                  [&](int target) { return chart_.IsDescendant(target, transition.source); });
  if (transition.internal && chart_.states[transition.source].kind == StateKind::kCompound && inside) {
    return transition.source;
  }
  return FindLcca(transition.source, targets);
}

int Interpreter::FindLcca(int head, const std::set<int>& others) const {
  for (int index = chart_.states[head].parent; index > 0; index = chart_.states[index].parent) {
    if (chart_.states[index].kind != StateKind::kCompound) continue;
    const bool holds_all = std::all_of(others.begin(), others.end(),
                                       [&](int other) { return chart_.IsDescendant(other, index); });
    if (holds_all) return index;
  }
  return 0;
}

std::set<int> Interpreter::ExitSet(const Transition& transition) const {
  std::set<int> exits;
  if (transition.target_states.empty()) return exits;
  const int domain = Domain(transition);
  for (const int index : configuration_) {
    if (chart_.IsDescendant(index, domain)) exits.insert(index);
  }
  return exits;
}

void Interpreter::AddDescendants(int index, EntrySet& entry) const {
  const State& state = chart_.states[index];
  if (state.IsHistory()) {
    const auto remembered = history_.find(index);
    const Transition& fallback = state.transitions.front();
    const bool known = remembered != history_.end();
    if (!known) entry.default_history[state.parent] = &fallback.content;
    const std::vector<int>& targets = known ? remembered->second : fallback.target_states;
    for (const int target : targets) AddDescendants(target, entry);
    for (const int target : targets) AddAncestors(target, state.parent, entry);
    return;
  }
  entry.states.insert(index);
  if (state.kind == StateKind::kCompound) {
    entry.default_entry.insert(index);
    for (const int target : state.initial->target_states) AddDescendants(target, entry);
    for (const int target : state.initial->target_states) AddAncestors(target, index, entry);
  } else if (state.kind == StateKind::kParallel) {
    AddRegions(state, entry);
  }
}

void Interpreter::AddAncestors(int index, int ancestor, EntrySet& entry) const {
  for (int up = chart_.states[index].parent; up > 0 && up != ancestor; up = chart_.states[up].parent) {
    entry.states.insert(up);
    if (chart_.states[up].kind == StateKind::kParallel) AddRegions(chart_.states[up], entry);
  }
}

// Every region that no target lies in is entered by default.
void Interpreter::AddRegions(const State& parallel, EntrySet& entry) const {
  for (const int child : parallel.children) {
    if (chart_.states[child].IsHistory()) continue;
    const bool has_target = std::any_of(entry.states.begin(), entry.states.end(),
                                        [&](int state) { return chart_.IsDescendant(state, child); });
    if (!has_target) AddDescendants(child, entry);
  }
}

}  // namespace jissho::engine
