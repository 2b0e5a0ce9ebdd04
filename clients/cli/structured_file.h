// A message of a request from a file that people write.
#ifndef JISSHO_CLIENTS_CLI_STRUCTURED_FILE_H_
#define JISSHO_CLIENTS_CLI_STRUCTURED_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::cli {

// Reads YAML or JSON as JSON text. Every scalar but null becomes a text, which the JSON of protobuf takes for
// numbers and truth values too: so `days: 0` fits a field of any type. NOT_FOUND, or INVALID_ARGUMENT with
// the line.
absl::StatusOr<std::string> ReadStructuredFile(const std::string& path);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_STRUCTURED_FILE_H_
