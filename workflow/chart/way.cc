#include "workflow/chart/way.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace jissho::chart {
namespace {

std::set<int> Indexes(const Chart& chart, const std::vector<std::string>& ids) {
  std::set<int> indexes;
  for (const std::string& id : ids) {
    if (const State* state = chart.Find(id)) indexes.insert(state->index);
  }
  return indexes;
}

class Tracer {
 public:
  explicit Tracer(const Chart& chart) : chart_(chart) {}

  void Take(const WayStep& step) {
    if (step.configuration) {
      const std::set<int> after = WithOuter(Indexes(chart_, *step.configuration));
      entered_ = Without(after, way_.active);
      exited_ = Without(way_.active, after);
    } else {
      entered_ = Indexes(chart_, step.entered);
      exited_ = Indexes(chart_, step.exited);
    }
    for (const State& state : chart_.states) TakeTransition(state, step.event);
    Activate(step);
    way_.visited.insert(entered_.begin(), entered_.end());
  }

  Way Done() && { return std::move(way_); }

 private:
  // Within a step a state may come and go several times: what counts is how often.
  void Activate(const WayStep& step) {
    std::map<int, int> balance;
    for (const int state : way_.active) ++balance[state];
    if (step.configuration) {
      for (const int state : entered_) ++balance[state];
      for (const int state : exited_) --balance[state];
    } else {
      Count(step.entered, 1, balance);
      Count(step.exited, -1, balance);
    }
    way_.active.clear();
    for (const auto& [state, count] : balance) {
      if (count > 0) way_.active.insert(state);
    }
  }

  void Count(const std::vector<std::string>& ids, int by, std::map<int, int>& balance) const {
    for (const std::string& id : ids) {
      if (const State* state = chart_.Find(id)) balance[state->index] += by;
    }
  }

  std::set<int> WithOuter(std::set<int> states) const {
    for (const int state : std::set<int>(states)) {
      for (int outer = chart_.states[state].parent; outer > 0; outer = chart_.states[outer].parent) {
        states.insert(outer);
      }
    }
    return states;
  }

  static std::set<int> Without(const std::set<int>& states, const std::set<int>& others) {
    std::set<int> rest;
    std::set_difference(states.begin(), states.end(), others.begin(), others.end(),
                        std::inserter(rest, rest.end()));
    return rest;
  }

  // At most one for the event itself, and whatever followed within the same step.
  void TakeTransition(const State& state, const std::string& event) {
    const bool was_active = way_.active.count(state.index) > 0;
    bool event_taken = false;
    for (const Transition& transition : state.transitions) {
      const bool by_event = was_active && HasEvent(transition, event);
      if (by_event && event_taken) continue;
      if (!(transition.targets.empty() ? by_event : Moved(transition, by_event))) continue;
      way_.transitions.insert(transition.order);
      event_taken |= by_event;
    }
  }

  bool Moved(const Transition& transition, bool by_event) const {
    const bool arrived = std::all_of(transition.target_states.begin(), transition.target_states.end(),
                                     [this](int target) { return Reached(target); });
    if (!arrived || transition.target_states.empty()) return false;
    if (by_event) return true;
    // Within the step: what it started from was left at once, so it stands among the exited ones as well.
    return exited_.count(transition.source) > 0 && entered_.count(transition.source) > 0;
  }

  // A history is never entered itself: what it remembers is.
  bool Reached(int target) const {
    const State& state = chart_.states[target];
    return entered_.count(state.IsHistory() ? state.parent : target) > 0;
  }

  static bool HasEvent(const Transition& transition, const std::string& event) {
    return !event.empty() &&
           std::any_of(transition.events.begin(), transition.events.end(),
                       [&](const std::string& descriptor) { return DescriptorMatches(descriptor, event); });
  }

  const Chart& chart_;
  std::set<int> entered_, exited_;
  Way way_;
};

}  // namespace

Way TraceWay(const Chart& chart, const std::vector<WayStep>& steps) {
  Tracer tracer(chart);
  for (const WayStep& step : steps) tracer.Take(step);
  return std::move(tracer).Done();
}

}  // namespace jissho::chart
