// Visits what stands inside a chart, so that who compiles or checks it need not know where it can stand.
#ifndef JISSHO_WORKFLOW_CHART_WALK_H_
#define JISSHO_WORKFLOW_CHART_WALK_H_

#include <functional>

#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"

namespace jissho::chart {

// What a piece of expression text is used as.
enum class Use { kValue, kCondition, kLocation, kScript };

// Every transition: those of the states in document order, then the initial ones.
void ForEachTransition(const Chart& chart, const std::function<void(const Transition&)>& visit);

// Every element of executable content, also those nested in <if> and <foreach>, outer before inner.
void ForEachContent(const Chart& chart, const std::function<void(const Content&)>& visit);

// Every expression text with its use and the position of its element. The item and index of a <foreach> are
// names, not expressions, and are not visited; texts of scripts are.
void ForEachExpression(const Chart& chart,
                       const std::function<void(Use, absl::string_view, const Position&)>& visit);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_WALK_H_
