#include "workflow/expression/value.h"

#include "workflow/expression/reasons.h"

namespace jissho::expression {

Value Value::Xml(std::string text) {
  Value value;
  value.held_ = XmlText{std::move(text)};
  return value;
}

Json ToTagged(const Value& value) {
  Json tagged = Json::object();
  if (value.is_undefined()) {
    tagged["t"] = "undefined";
  } else if (value.is_json()) {
    tagged["t"] = "json";
    tagged["v"] = value.json();
  } else {
    tagged["t"] = "xml";
    tagged["v"] = value.xml();
  }
  return tagged;
}

absl::StatusOr<Value> FromTagged(const Json& tagged) {
  if (!tagged.is_object()) return MakeError(kBadEncoding);
  auto tag = tagged.find("t");
  auto content = tagged.find("v");
  if (tag == tagged.end() || !tag->is_string()) return MakeError(kBadEncoding);
  const std::string& kind = tag->get_ref<const std::string&>();
  if (kind == "undefined" && tagged.size() == 1) return Value();
  if (content == tagged.end() || tagged.size() != 2) return MakeError(kBadEncoding);
  if (kind == "json") return Value(*content);
  if (kind == "xml" && content->is_string()) return Value::Xml(content->get<std::string>());
  return MakeError(kBadEncoding);
}

}  // namespace jissho::expression
