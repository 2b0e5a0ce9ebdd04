// Finds and reads what `jissho chart` works on: files, and the product's charts by name.
#ifndef JISSHO_CLIENTS_CLI_CHART_SOURCE_H_
#define JISSHO_CLIENTS_CLI_CHART_SOURCE_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"
#include "workflow/engine/check.h"

namespace jissho::cli {

// The text of a file, of "-" (`in`), or of a chart of the product ("subsidy/grant"). A file goes before a
// name. NOT_FOUND.
absl::StatusOr<std::string> ReadChart(const std::string& source, std::istream& in);

// All faults, as a service would find them; without the profile, as any SCXML engine would: then expressions
// of the ECMAScript data model are not read. Roles and actions that the product does not know are warnings,
// because a file does not say which service it is for.
engine::Checked CheckChart(const std::string& text, bool profile);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_CHART_SOURCE_H_
