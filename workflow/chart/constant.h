// Conditions whose truth is known without running the chart. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_CONSTANT_H_
#define JISSHO_WORKFLOW_CHART_CONSTANT_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"

namespace jissho::chart {

// What an expression of a chart with the ECMAScript data model says whatever happens, e.g. "1 > 2"; nullopt
// when that depends on data, states or the event, or when it is no expression that we know.
std::optional<bool> ConstantTruth(const Chart& chart, absl::string_view condition);

// The condition is absent or surely holds.
bool AlwaysHolds(const Chart& chart, const Transition& transition);
// The condition surely does not hold.
bool NeverHolds(const Chart& chart, const Transition& transition);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_CONSTANT_H_
