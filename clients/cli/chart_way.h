// Reads the way of an instance for a picture.
#ifndef JISSHO_CLIENTS_CLI_CHART_WAY_H_
#define JISSHO_CLIENTS_CLI_CHART_WAY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "workflow/chart/way.h"

namespace jissho::cli {

// JSON values one after the other, a line each or over several lines. An entry has `event`, and `entered` and
// `exited` as a journal's, or the `configuration` that `jissho chart run` prints. Of the answer of `jissho
// instance journal -o json` each of `entries` is read. What has an `outcome` other than "done" moved nothing
// and is skipped. INVALID_ARGUMENT for anything else.
absl::StatusOr<std::vector<chart::WayStep>> ParseWay(absl::string_view text);

// The same from a file. NOT_FOUND.
absl::StatusOr<std::vector<chart::WayStep>> ReadWay(const std::string& file);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_CHART_WAY_H_
