// Which states a chart can be in. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_REACHABILITY_H_
#define JISSHO_WORKFLOW_CHART_REACHABILITY_H_

#include <functional>
#include <vector>

#include "workflow/chart/chart.h"

namespace jissho::chart {

// By index: true for states that some sequence of events may enter if every condition can hold. Transitions
// for which `passable` is false lead nowhere. Errs to true.
std::vector<bool> ReachableStates(const Chart& chart, const std::function<bool(const Transition&)>& passable);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_REACHABILITY_H_
