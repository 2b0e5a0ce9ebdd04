// Breaks text into lines.
#ifndef JISSHO_WORKFLOW_CHART_WRAP_H_
#define JISSHO_WORKFLOW_CHART_WRAP_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jissho::chart {

// UTF-8 text in lines of at most `columns`, a wide (Japanese) character being two. Breaks at line ends,
// behind spaces and between wide characters, but not before what may not begin a line in Japanese. A longer
// word stays whole.
std::vector<std::string> WrapText(absl::string_view text, int columns);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_WRAP_H_
