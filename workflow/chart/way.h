// The way that an instance took through its chart, read back from what was entered and left.
#ifndef JISSHO_WORKFLOW_CHART_WAY_H_
#define JISSHO_WORKFLOW_CHART_WAY_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workflow/chart/chart.h"

namespace jissho::chart {

// One macrostep. Ids that the chart does not have (of an older version) are left out.
struct WayStep {
  std::string event;  // empty: the start
  std::vector<std::string> entered, exited;
  // Where only the active states after the step are known, the atomic ones at least, in place of the above. A
  // state that was left and entered again does not show then.
  std::optional<std::vector<std::string>> configuration;
};

struct Way {
  std::set<int> active;       // states by index, after the last step
  std::set<int> visited;      // states that were ever entered
  std::set<int> transitions;  // by Transition::order
};

// States are certain. Transitions are inferred, since a journal does not name them: of those with the event
// and the entered targets, the first of its state. One without a target is counted when it has the event.
Way TraceWay(const Chart& chart, const std::vector<WayStep>& steps);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_WAY_H_
