// Turns flags and JSON into a request message.
#ifndef JISSHO_CLIENTS_CLI_REQUEST_BUILDER_H_
#define JISSHO_CLIENTS_CLI_REQUEST_BUILDER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace jissho::cli {

// "call_id" -> "call-id".
std::string FlagName(const std::string& field);

// The field that a bare argument sets: `id`, else the first field that ends in `_id`; nullptr when there is
// none.
const google::protobuf::FieldDescriptor* PositionalField(const google::protobuf::Descriptor& request);

// Sets one field from the text of its flag: numbers and booleans as written, enums by name (with or without
// the prefix), times as RFC 3339 or as "YYYY-MM-DD[ HH:MM[:SS]]" in Asia/Tokyo, messages and lists of
// messages as JSON or as the name of a YAML or JSON file, bytes as @FILE. A boolean may be given as "" for
// true. Several values for a repeated field.
absl::Status SetField(google::protobuf::Message& request, const google::protobuf::FieldDescriptor& field,
                      const std::vector<std::string>& values);

// Reads a whole request from JSON text (proto JSON, snake_case or lowerCamelCase).
absl::Status MergeJson(google::protobuf::Message& request, const std::string& json);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_REQUEST_BUILDER_H_
