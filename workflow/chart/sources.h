// Documents outside the chart: what <data src> and <script src> name, taken into the chart's own text, so
// that the text alone says all that an instance will ever do, and its hash covers it (SCXML 5.3, 5.8).
#ifndef JISSHO_WORKFLOW_CHART_SOURCES_H_
#define JISSHO_WORKFLOW_CHART_SOURCES_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace jissho::chart {

// Reads what a URI names. Thread-safe where the chart is used by several threads.
using Loader = std::function<absl::StatusOr<std::string>(const std::string& uri)>;

// Reads "file:NAME" (or a plain name) below `directory`; anything that leads out of it is refused.
Loader FilesBelow(std::string directory);

// The chart with every `src` of <data> and <script> replaced by what stands there; XML stays XML. A source
// that cannot be read keeps its `src`, which is an error when the chart runs. A text that is no XML is
// returned as it is.
std::string TakeInSources(absl::string_view text, const Loader& load);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_SOURCES_H_
