// jissho chart list, validate, show and render: charts for people, without a server.
#ifndef JISSHO_CLIENTS_CLI_CHART_COMMANDS_H_
#define JISSHO_CLIENTS_CLI_CHART_COMMANDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/nouns.h"
#include "clients/cli/run.h"

namespace jissho::cli {

// How the command line wants its answers.
struct OutputStyle {
  const std::string& format;  // "table" or "json"
  const std::string& lang;    // "ja", "en"; anything else: names in both, sentences in Japanese
};

using Draw = std::function<absl::StatusOr<std::string>(const std::string& dot)>;

// Exit codes: 0 done (for validate: no errors), 1 the chart has errors or cannot be drawn, 2 usage, 3 a file
// is not there, 6 Graphviz is not there. All arguments outlive the commands.
void AddChartCommands(Nouns& nouns, OutputStyle style, Draw draw, const Surroundings& around,
                      std::vector<OwnCommand>& commands);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_CHART_COMMANDS_H_
