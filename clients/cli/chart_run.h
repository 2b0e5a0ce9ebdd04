// jissho chart run: tries a chart out, event by event, under a virtual clock and without a server.
#ifndef JISSHO_CLIENTS_CLI_CHART_RUN_H_
#define JISSHO_CLIENTS_CLI_CHART_RUN_H_

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/nouns.h"
#include "clients/cli/run.h"

namespace jissho::cli {

// The verb `run` of the noun `chart`. Input, one JSON object a line: {"name": …, "data": …} is an event,
// {"advance": "PT36H"} moves the clock. Output, after the start and after every macrostep, one JSON object a
// line: `event`, `configuration` (ids of the active atomic states, sorted), `data`, `sent`, `timers`, `did`,
// `log`, `finished`, `now`, and `error` where an error event was taken by no transition.
// Exit codes: 0 all lines were read, 1 the chart has faults or fails, 2 usage or a line that says nothing
// known, 3 no such file.
void AddChartRun(Nouns& nouns, const Surroundings& around, std::vector<OwnCommand>& own);

// ISO 8601, of weeks, days, hours, minutes and seconds ("PT36H", "P14D", "PT0.5S"); nullopt for anything
// else, years and months included: they are no fixed span, and what is longer than a thousand years.
std::optional<absl::Duration> ParseIsoDuration(absl::string_view text);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_CHART_RUN_H_
