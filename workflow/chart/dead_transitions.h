// Transitions that can never fire, whatever happens. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_DEAD_TRANSITIONS_H_
#define JISSHO_WORKFLOW_CHART_DEAD_TRANSITIONS_H_

#include <vector>

#include "workflow/chart/chart.h"

namespace jissho::chart {

enum class Death {
  kFalseCondition,     // the condition never holds
  kNeverStable,        // `by`, without event or condition, leaves the state before any event is looked at
  kEarlierTakes,       // `by`, earlier in the same state, takes its events in all its cases
  kInnerTakes,         // in every inner state something like `by` takes its events first
  kUnreachableSource,  // its state is never active
  kNeverDone,          // it waits for the end of a state that has no end
};

struct DeadTransition {
  const Transition* transition = nullptr;
  Death death = Death::kFalseCondition;
  const Transition* by = nullptr;  // see Death; both belong to the chart
};

struct DeadParts {
  std::vector<DeadTransition> transitions;  // each at most once
  std::vector<bool> reachable;              // by state index; errs to true
};

// Only what is certain: every transition that is named is dead, but not every dead one is named.
DeadParts FindDeadParts(const Chart& chart);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_DEAD_TRANSITIONS_H_
