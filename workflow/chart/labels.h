// What states and events of a chart are called, for people.
#ifndef JISSHO_WORKFLOW_CHART_LABELS_H_
#define JISSHO_WORKFLOW_CHART_LABELS_H_

#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/vocabulary.h"

namespace jissho::chart {

// The state's labels; its id where there are none.
Wording StateName(const State& state);

// The transition's labels; else those of another transition for the same event; else the event's name. Empty
// for an eventless transition without a label.
Wording EventName(const Chart& chart, const Transition& transition);

// The same for the name of an event.
Wording EventName(const Chart& chart, absl::string_view event);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_LABELS_H_
