// Which states a chart can be in. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_REACHABILITY_H_
#define JISSHO_WORKFLOW_CHART_REACHABILITY_H_

#include <vector>

#include "workflow/chart/chart.h"

namespace jissho::chart {

// By index: true for states that some sequence of events may enter if every condition can hold. Errs to true.
std::vector<bool> ReachableStates(const Chart& chart);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_REACHABILITY_H_
