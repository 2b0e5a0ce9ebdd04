#include "tests/support/chart_edges.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "workflow/chart/walk.h"

namespace jissho::testing {
namespace {

using chart::Chart;
using chart::State;
using chart::StateKind;
using chart::Transition;

bool Hears(const Transition& transition, const std::string& event) {
  return std::any_of(
      transition.events.begin(), transition.events.end(),
      [&event](const std::string& descriptor) { return chart::DescriptorMatches(descriptor, event); });
}

// What a step of the chart may put into its own queue; nullopt when that is known only when it runs.
std::optional<std::set<std::string>> Raised(const Chart& chart) {
  std::set<std::string> raised = {"error.execution", "error.communication"};
  for (const State& state : chart.states) raised.insert(absl::StrCat("done.state.", state.id));
  bool known = true;
  chart::ForEachContent(chart, [&](const chart::Content& content) {
    if (const auto* raise = std::get_if<chart::Raise>(&content.what)) raised.insert(raise->event);
    const auto* const send = std::get_if<chart::Send>(&content.what);
    if (send == nullptr || (send->target != "#_internal" && send->target_expr.empty())) return;
    known = known && send->event_expr.empty() && send->target_expr.empty();
    raised.insert(send->event);
  });
  if (!known) return std::nullopt;
  return raised;
}

// The transitions of one step, found out from what it entered and left.
class Step {
 public:
  Step(const Chart& chart, const Move& move) : chart_(chart) {
    active_ = Indexes(move.active);
    entered_ = Indexes(move.entered);
    exited_ = Indexes(move.exited);
  }

  bool Was(int state) const { return active_.count(state) > 0; }

  // Whether it can have been taken: it left its source and arrived where it leads.
  bool Fits(const Transition& transition) const {
    if (transition.target_states.empty()) return transition.targets.empty();
    const bool arrived = std::all_of(transition.target_states.begin(), transition.target_states.end(),
                                     [this](int target) { return Arrived(target); });
    return arrived && (exited_.count(transition.source) > 0 || StaysInside(transition));
  }

  void Take(const Transition& transition) {
    for (const int target : transition.target_states) AddTarget(target);
    if (!transition.target_states.empty()) domains_.insert(Domain(transition));
  }

  // What follows of itself, until nothing does.
  void Follow(const std::vector<const Transition*>& internal) {
    std::set<const Transition*> taken;
    for (bool more = true; more;) {
      more = false;
      for (const Transition* transition : internal) {
        if (!Was(transition->source) && explained_.count(transition->source) == 0) continue;
        if (!Fits(*transition) || !taken.insert(transition).second) continue;
        Take(*transition);
        more = true;
      }
    }
  }

  std::string Fault() const {
    for (const int state : entered_) {
      if (explained_.count(state) == 0)
        return absl::StrCat("entered ", chart_.states[state].id, ", to where no transition leads");
    }
    const bool ended = std::any_of(entered_.begin(), entered_.end(), [this](int state) {
      return chart_.states[state].kind == StateKind::kFinal && chart_.states[state].parent == 0;
    });
    for (const int state : exited_) {
      const bool led_out = std::any_of(domains_.begin(), domains_.end(), [this, state](int domain) {
        return chart_.IsDescendant(state, domain);
      });
      if (!ended && !led_out)
        return absl::StrCat("left ", chart_.states[state].id, ", from where no transition leads");
    }
    return "";
  }

 private:
  std::set<int> Indexes(const std::set<std::string>& ids) const {
    std::set<int> indexes;
    for (const std::string& id : ids) {
      if (const State* state = chart_.Find(id)) indexes.insert(state->index);
    }
    return indexes;
  }

  // A history is never entered itself: what it remembers is.
  int Entrance(int target) const {
    return chart_.states[target].IsHistory() ? chart_.states[target].parent : target;
  }

  bool Arrived(int target) const {
    if (!chart_.states[target].IsHistory()) return entered_.count(target) > 0;
    const int within = Entrance(target);
    return std::any_of(entered_.begin(), entered_.end(), [this, within](int state) {
      return state == within || chart_.IsDescendant(state, within);
    });
  }

  // Of the initial transition the source is the root, which nobody leaves.
  bool StaysInside(const Transition& transition) const {
    if (transition.source == 0) return true;
    const auto& targets = transition.target_states;
    return transition.internal && std::all_of(targets.begin(), targets.end(), [&](int target) {
             return chart_.IsDescendant(target, transition.source);
           });
  }

  // The innermost compound state around source and targets (SCXML D, getTransitionDomain).
  int Domain(const Transition& transition) const {
    if (StaysInside(transition)) return transition.source;
    for (int up = chart_.states[transition.source].parent; up > 0; up = chart_.states[up].parent) {
      const bool holds_all =
          std::all_of(transition.target_states.begin(), transition.target_states.end(),
                      [&](int target) { return chart_.IsDescendant(Entrance(target), up); });
      if (chart_.states[up].kind == StateKind::kCompound && holds_all) return up;
    }
    return 0;
  }

  // A target, what is entered with it by default, and the states around both.
  void AddTarget(int target) {
    const int entrance = Entrance(target);
    AddDefault(entrance);
    if (entrance != target) {
      for (int state = entrance + 1; state <= chart_.states[entrance].last; ++state) Explain(state);
    }
    AddAround(entrance);
  }

  void AddAround(int state) {
    for (int up = chart_.states[state].parent; up > 0 && entered_.count(up) > 0;
         up = chart_.states[up].parent) {
      Explain(up);
      if (chart_.states[up].kind == StateKind::kParallel) AddRegions(up);
    }
  }

  void AddRegions(int parallel) {
    for (const int child : chart_.states[parallel].children) {
      if (!chart_.states[child].IsHistory()) AddDefault(child);
    }
  }

  void AddDefault(int index) {
    if (!defaulted_.insert(index).second) return;
    const State& state = chart_.states[index];
    Explain(index);
    if (state.kind == StateKind::kParallel) AddRegions(index);
    if (state.kind != StateKind::kCompound) return;
    for (const int target : state.initial->target_states) AddTarget(target);
  }

  void Explain(int state) {
    if (entered_.count(state) > 0) explained_.insert(state);
  }

  const Chart& chart_;
  std::set<int> active_, entered_, exited_;
  std::set<int> explained_;  // of the entered ones
  std::set<int> defaulted_;  // looked at by AddDefault
  std::set<int> domains_;    // of the transitions taken: all below was left
};

}  // namespace

ChartEdges::ChartEdges(const Chart* chart) : chart_(chart) {
  const auto raised = Raised(*chart);
  for (const State& state : chart->states) {
    for (const Transition& transition : state.transitions) {
      const bool by_itself =
          transition.events.empty() || !raised ||
          std::any_of(raised->begin(), raised->end(),
                      [&transition](const std::string& event) { return Hears(transition, event); });
      if (by_itself && !state.IsHistory()) internal_.push_back(&transition);
    }
  }
}

std::string ChartEdges::FaultOfStart(const Move& move) const {
  Step step(*chart_, move);
  const Transition& initial = *chart_->root().initial;
  if (!step.Fits(initial))
    return absl::StrCat("does not begin in ", chart_->states[initial.target_states.front()].id);
  step.Take(initial);
  step.Follow(internal_);
  return step.Fault();
}

std::string ChartEdges::FaultOfEvent(const Move& move, const std::string& event) const {
  Step step(*chart_, move);
  bool heard = false, taken = false;
  for (const State& state : chart_->states) {
    if (!step.Was(state.index)) continue;
    for (const Transition& transition : state.transitions) {
      if (!Hears(transition, event)) continue;
      heard = true;
      if (!step.Fits(transition)) continue;
      taken = true;
      step.Take(transition);
    }
  }
  if (!heard) return "no transition of the active states takes this event";
  if (!taken) return "no transition of this event arrives there";
  step.Follow(internal_);
  return step.Fault();
}

std::string ChartEdges::FaultOfIgnored(const Move& move) const {
  Step step(*chart_, move);
  step.Follow(internal_);
  return step.Fault();
}

}  // namespace jissho::testing
