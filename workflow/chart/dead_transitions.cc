#include "workflow/chart/dead_transitions.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "workflow/chart/constant.h"
#include "workflow/chart/reachability.h"
#include "workflow/chart/walk.h"

namespace jissho::chart {
namespace {

constexpr char kDone[] = "done.state.";
constexpr char kDoneInvoke[] = "done.invoke.";

class DeadSearch {
 public:
  explicit DeadSearch(const Chart& chart) : chart_(chart) {}

  DeadParts Run() {
    Prepare();
    for (const State& state : chart_.states) {
      if (!state.IsHistory()) SearchWithin(state);
    }
    parts_.reachable = ReachableStates(
        chart_, [this](const Transition& transition) { return dead_.count(&transition) == 0; });
    CollectRaised();
    for (const State& state : chart_.states) {
      if (!state.IsHistory()) SearchAround(state);
    }
    return std::move(parts_);
  }

 private:
  // Once for all: conditions are compiled, and both are asked for again and again below.
  void Prepare() {
    leaves_at_once_.assign(chart_.states.size(), nullptr);
    for (const State& state : chart_.states) {
      if (state.index > 0) leaves_at_once_[state.index] = leaves_at_once_[state.parent];
      for (const Transition& transition : state.transitions) {
        if (AlwaysHolds(chart_, transition)) always_.insert(&transition);
        if (NeverHolds(chart_, transition)) never_.insert(&transition);
        const bool leaves = transition.events.empty() && !transition.targets.empty() && Always(transition);
        if (leaves && !state.IsHistory()) leaves_at_once_[state.index] = &transition;
      }
    }
  }

  bool Always(const Transition& transition) const { return always_.count(&transition) > 0; }
  bool Never(const Transition& transition) const { return never_.count(&transition) > 0; }

  // The eventless transition that makes this state, or one around it, end before an event is looked at.
  const Transition* LeavesAtOnce(const State& state) const { return leaves_at_once_[state.index]; }

  void Bury(const Transition& transition, Death death, const Transition* by = nullptr) {
    if (dead_.insert(&transition).second) parts_.transitions.push_back({&transition, death, by});
  }

  // What can be told from the state and those around it alone.
  void SearchWithin(const State& state) {
    const Transition* leaves = LeavesAtOnce(state);
    for (const Transition& transition : state.transitions) {
      if (Never(transition)) {
        Bury(transition, Death::kFalseCondition);
      } else if (leaves != nullptr && !transition.events.empty()) {
        Bury(transition, Death::kNeverStable, leaves);
      } else if (const Transition* earlier = TakenBy(state, transition)) {
        Bury(transition, Death::kEarlierTakes, earlier);
      }
    }
  }

  void SearchAround(const State& state) {
    for (const Transition& transition : state.transitions) {
      if (!parts_.reachable[state.index]) {
        Bury(transition, Death::kUnreachableSource);
      } else if (const Transition* inner = TakenInside(state, transition)) {
        Bury(transition, Death::kInnerTakes, inner);
      } else if (WaitsForNoEnd(transition)) {
        Bury(transition, Death::kNeverDone);
      }
    }
  }

  bool Takes(const Transition& first, const Transition& later) const {
    if (Shadows(first, later)) return true;
    if (first.condition.empty() || !Always(first)) return false;
    Transition unconditional = first;
    unconditional.condition.clear();
    return Shadows(unconditional, later);
  }

  // The living transition of the state that takes the events of `later`, if it stands before `later`.
  const Transition* TakenBy(const State& state, const Transition& later) const {
    for (const Transition& first : state.transitions) {
      if (&first == &later) break;
      if (!Never(first) && Takes(first, later)) return &first;
    }
    return nullptr;
  }

  // Not null when every state inside that can be active takes the events of `transition` first.
  const Transition* TakenInside(const State& outer, const Transition& transition) const {
    const Transition* found = nullptr;
    for (int index = outer.index + 1; index <= outer.last; ++index) {
      const State& leaf = chart_.states[index];
      if (!leaf.IsAtomic() || !parts_.reachable[index]) continue;
      const Transition* taken = TakenOnTheWay(leaf, outer, transition);
      if (taken == nullptr) return nullptr;
      if (found == nullptr) found = taken;
    }
    return found;
  }

  const Transition* TakenOnTheWay(const State& leaf, const State& outer, const Transition& transition) const {
    if (const Transition* leaves = LeavesAtOnce(leaf); leaves != nullptr && !transition.events.empty()) {
      return leaves;
    }
    for (int index = leaf.index; index != outer.index; index = chart_.states[index].parent) {
      if (const Transition* taken = TakenBy(chart_.states[index], transition)) return taken;
    }
    return nullptr;
  }

  // A chart may raise such an event by itself, or by an expression that we do not evaluate.
  void CollectRaised() {
    ForEachContent(chart_, [this](const Content& content) {
      if (const auto* raise = std::get_if<Raise>(&content.what)) raised_.insert(raise->event);
      if (const auto* send = std::get_if<Send>(&content.what)) {
        raised_.insert(send->event);
        raises_anything_ |= !send->event_expr.empty();
      }
    });
  }

  bool WaitsForNoEnd(const Transition& transition) const {
    return !transition.events.empty() && !raises_anything_ &&
           std::all_of(transition.events.begin(), transition.events.end(),
                       [this](const std::string& descriptor) { return NamesNoEnd(descriptor); });
  }

  bool NamesNoEnd(const std::string& descriptor) const {
    const bool of_invoked = absl::StartsWith(descriptor, kDoneInvoke);
    if (!of_invoked && !absl::StartsWith(descriptor, kDone)) return false;
    if (std::any_of(raised_.begin(), raised_.end(),
                    [&](const std::string& event) { return DescriptorMatches(descriptor, event); })) {
      return false;
    }
    return std::none_of(chart_.states.begin(), chart_.states.end(), [&](const State& state) {
      return of_invoked ? Invokes(state, descriptor)
                        : DescriptorMatches(descriptor, absl::StrCat(kDone, state.id)) && HasEnd(state);
    });
  }

  static bool Invokes(const State& state, const std::string& descriptor) {
    return std::any_of(state.invokes.begin(), state.invokes.end(), [&](const Invoke& invoke) {
      // One without an id gets it when it begins.
      return invoke.id.empty() || DescriptorMatches(descriptor, absl::StrCat(kDoneInvoke, invoke.id));
    });
  }

  bool HasEnd(const State& state) const {
    const auto has_end = [this](int child) { return HasEnd(chart_.states[child]); };
    const auto is_final = [this](int child) { return chart_.states[child].kind == StateKind::kFinal; };
    if (state.kind == StateKind::kCompound) {
      return std::any_of(state.children.begin(), state.children.end(), is_final);
    }
    if (state.kind != StateKind::kParallel) return false;
    return std::all_of(state.children.begin(), state.children.end(),
                       [&](int child) { return chart_.states[child].IsHistory() || has_end(child); });
  }

  const Chart& chart_;
  DeadParts parts_;
  std::set<const Transition*> dead_, always_, never_;
  std::vector<const Transition*> leaves_at_once_;  // by state
  std::set<std::string> raised_;
  bool raises_anything_ = false;
};

}  // namespace

DeadParts FindDeadParts(const Chart& chart) { return DeadSearch(chart).Run(); }

}  // namespace jissho::chart
