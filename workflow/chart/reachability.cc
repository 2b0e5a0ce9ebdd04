#include "workflow/chart/reachability.h"

namespace jissho::chart {
namespace {

class Search {
 public:
  Search(const Chart& chart, const std::function<bool(const Transition&)>& passable)
      : chart_(chart), passable_(passable), reached_(chart.states.size(), false) {}

  std::vector<bool> Run() {
    Reach(0);
    while (!pending_.empty()) {
      const State& state = chart_.states[pending_.back()];
      pending_.pop_back();
      Expand(state);
    }
    return std::move(reached_);
  }

 private:
  void Reach(int index) {
    if (reached_[index]) return;
    reached_[index] = true;
    pending_.push_back(index);
  }

  void Follow(const Transition& transition) {
    for (const int target : transition.target_states) Reach(target);
  }

  void Expand(const State& state) {
    if (state.parent >= 0) Reach(state.parent);
    for (const Transition& transition : state.transitions) {
      if (passable_(transition)) Follow(transition);
    }
    // An explicit entry into a descendant does not run the initial transition; that such a state is
    // nevertheless counted as reached errs to the safe side.
    if (state.initial) Follow(*state.initial);
    if (state.kind != StateKind::kParallel) return;
    for (const int child : state.children) {
      if (!chart_.states[child].IsHistory()) Reach(child);
    }
  }

  const Chart& chart_;
  const std::function<bool(const Transition&)>& passable_;
  std::vector<bool> reached_;
  std::vector<int> pending_;
};

}  // namespace

std::vector<bool> ReachableStates(const Chart& chart,
                                  const std::function<bool(const Transition&)>& passable) {
  return Search(chart, passable).Run();
}

}  // namespace jissho::chart
