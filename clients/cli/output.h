// How answers and errors are printed.
#ifndef JISSHO_CLIENTS_CLI_OUTPUT_H_
#define JISSHO_CLIENTS_CLI_OUTPUT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/catalogue.h"
#include "google/protobuf/message.h"

namespace jissho::cli {

// Columns that a text takes on a terminal: wide and full-width characters take two (Unicode UAX #11),
// combining none.
int DisplayWidth(const std::string& text);

// Columns padded by display width, a line under the headings.
std::string Table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows);

// The same with cells of several lines: each is broken at line ends and where it grows wider than its
// column's limit, and an empty line parts the rows. `limits`: one a column, in columns of the terminal.
std::string WrappedTable(const std::vector<std::string>& headings,
                         const std::vector<std::vector<std::string>>& rows, const std::vector<int>& limits);

// A list answer as one line an entry, any other as one line a field. Times are shown in Asia/Tokyo.
std::string ToTable(const Catalogue& catalogue, const google::protobuf::Message& message);
// Proto JSON, stable, one object.
std::string ToJson(const google::protobuf::Message& message);

// Reason, both texts, each field fault, and when to retry.
std::string DescribeError(const absl::Status& status);

// 0 ok, 1 error, 2 usage, 3 not found, 4 conflict or wrong state, 5 not allowed, 6 unavailable or too late.
int ExitCode(const absl::Status& status);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_OUTPUT_H_
