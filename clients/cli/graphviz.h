// Runs Graphviz's program dot.
#ifndef JISSHO_CLIENTS_CLI_GRAPHVIZ_H_
#define JISSHO_CLIENTS_CLI_GRAPHVIZ_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::cli {

// The SVG that dot draws of this text. UNAVAILABLE when the program is not installed, INTERNAL with its words
// when it fails. A process of its own and not its library: that one is not thread-safe, and leaks.
absl::StatusOr<std::string> DrawSvg(const std::string& dot);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_GRAPHVIZ_H_
