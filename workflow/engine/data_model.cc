#include "workflow/engine/data_model.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "workflow/base/error.h"
#include "workflow/engine/reasons.h"

namespace jissho::engine {

absl::Status Evaluator::AssignFrom(absl::string_view location, absl::string_view text) {
  JISSHO_ASSIGN_OR_RETURN(Value value, Evaluate(text));
  return Assign(location, std::move(value));
}

absl::Status Evaluator::DeclareFrom(const std::string& name, absl::string_view text) {
  JISSHO_ASSIGN_OR_RETURN(Value value, Evaluate(text));
  return Declare(name, std::move(value));
}

Value Evaluator::Literal(const chart::Payload& body) const {
  if (body.is_xml) return Value::Xml(body.text);
  if (body.text.empty()) return Value();
  Json json = Json::parse(body.text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_discarded()) return Value(std::move(json));
  const std::vector<std::string> words =
      absl::StrSplit(body.text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  return Value(Json(absl::StrJoin(words, " ")));
}

absl::StatusOr<std::unique_ptr<DataModel>> MakeServiceDataModel(absl::string_view name) {
  if (name == "ecmascript") return MakeExpressionDataModel();
  if (name == "null") return MakeNullDataModel();
  return MakeError(kDataModelUnknown, {{"name", std::string(name)}});
}

}  // namespace jissho::engine
