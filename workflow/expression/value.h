// A value of a chart's data model: undefined, JSON, or the text of an XML document.
//
// The three are kept apart on purpose: undefined is not null, and an XML text is not a string. ToTagged is
// the form in which values are stored; it keeps them apart:
//   {"t":"undefined"}   {"t":"json","v":<any JSON>}   {"t":"xml","v":"<a/>"}
// Values are plain data: copies are independent, const access is thread-safe.
#ifndef JISSHO_WORKFLOW_EXPRESSION_VALUE_H_
#define JISSHO_WORKFLOW_EXPRESSION_VALUE_H_

#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

namespace jissho::expression {

using Json = nlohmann::json;

class Value {
 public:
  Value() = default;  // undefined
  explicit Value(Json json) : held_(std::move(json)) {}
  static Value Xml(std::string text);

  bool is_undefined() const { return std::holds_alternative<std::monostate>(held_); }
  bool is_json() const { return std::holds_alternative<Json>(held_); }
  bool is_xml() const { return std::holds_alternative<XmlText>(held_); }

  // Require is_json() or is_xml().
  const Json& json() const { return *std::get_if<Json>(&held_); }
  Json& json() { return *std::get_if<Json>(&held_); }
  const std::string& xml() const { return std::get_if<XmlText>(&held_)->text; }

  // Same kind and same content; JSON numbers compare by value (1 equals 1.0).
  friend bool operator==(const Value&, const Value&) = default;

 private:
  struct XmlText {
    std::string text;
    friend bool operator==(const XmlText&, const XmlText&) = default;
  };
  std::variant<std::monostate, Json, XmlText> held_;
};

Json ToTagged(const Value& value);

// EXPRESSION_BAD_ENCODING for anything that ToTagged does not make.
absl::StatusOr<Value> FromTagged(const Json& tagged);

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_VALUE_H_
