// Reads an SCXML document.
#ifndef JISSHO_WORKFLOW_CHART_PARSER_H_
#define JISSHO_WORKFLOW_CHART_PARSER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"

namespace jissho::chart {

inline constexpr int kMaxChartBytes = 1 << 20;
inline constexpr int kMaxChartDepth = 64;  // nested elements

// Reads UTF-8 XML. Fails (see reasons.h) on text that is not well-formed XML, is no SCXML document, or
// exceeds a limit above. Everything else that is wrong stands in Chart::faults, so that Validate tells all
// faults at once. External entities and document types are not read; nothing is loaded from outside the text.
absl::StatusOr<Chart> Parse(absl::string_view xml);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_PARSER_H_
