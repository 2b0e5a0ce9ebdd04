// The border: what an evaluation hands out is JSON, bounded, without numbers that JSON lacks.
#include <cmath>

#include "workflow/expression/evaluate.h"

namespace jissho::expression {
namespace {

using Kind = Operand::Kind;

constexpr Problem kNoNumber{"数として保存できません（NaN、無限大、-0）。",
                            "NaN, Infinity and -0 are not stored"};
constexpr Problem kUndefinedInside{"配列や項目の値が未定義です。", "undefined inside a list or object"};
constexpr Problem kXmlInside{"XMLは配列や項目の値にできません。", "XML inside a list or object"};
constexpr Problem kLongText{"文字列が長すぎます。", "texts are too long"};
constexpr Problem kManyElements{"要素が多すぎます。", "too many elements"};
constexpr Problem kDeep{"入れ子が深すぎます。", "nested too deeply"};

constexpr double kMaxExactInteger = 9007199254740992;  // 2^53

}  // namespace

bool Evaluator::CountText(size_t bytes) {
  result_text_ += bytes;
  return result_text_ <= kMaxResultText || Fail(kResultTooLarge, kLongText);
}

bool Evaluator::CountElements(size_t count, size_t depth) {
  if (depth >= kMaxResultDepth) return Fail(kResultTooLarge, kDeep);
  result_elements_ += count;
  return result_elements_ <= kMaxResultElements || Fail(kResultTooLarge, kManyElements);
}

bool Evaluator::ConvertNumber(double number, Json* json) {
  if (!std::isfinite(number) || (number == 0 && std::signbit(number))) return Fail(kNotStorable, kNoNumber);
  if (std::trunc(number) == number && std::fabs(number) <= kMaxExactInteger) {
    *json = static_cast<int64_t>(number);
  } else {
    *json = number;
  }
  return true;
}

// Element by element, so that a document beyond the bounds is refused before it is copied.
bool Evaluator::ConvertJson(const Json& from, size_t depth, Json* to) {
  if (const auto* array = from.get_ptr<const Json::array_t*>()) {
    if (!CountElements(array->size(), depth)) return false;
    *to = Json::array();
    auto& elements = *to->get_ptr<Json::array_t*>();
    elements.resize(array->size());
    for (size_t i = 0; i < array->size(); ++i) {
      if (!ConvertJson((*array)[i], depth + 1, &elements[i])) return false;
    }
    return true;
  }
  if (const auto* object = from.get_ptr<const Json::object_t*>()) {
    if (!CountElements(object->size(), depth)) return false;
    *to = Json::object();
    auto& members = *to->get_ptr<Json::object_t*>();
    for (const auto& [key, value] : *object) {
      if (!CountText(key.size()) || !ConvertJson(value, depth + 1, &members[key])) return false;
    }
    return true;
  }
  if (from.is_number_float()) return ConvertNumber(*from.get_ptr<const double*>(), to);
  if (from.is_string() && !CountText(from.get_ptr<const std::string*>()->size())) return false;
  *to = from;
  return true;
}

bool Evaluator::Convert(const Operand& operand, size_t depth, Json* json) {
  switch (operand.kind) {
    case Kind::kUndefined:
      return Fail(kNotStorable, kUndefinedInside);
    case Kind::kXml:
      return Fail(kNotStorable, kXmlInside);
    case Kind::kNull:
      *json = nullptr;
      return true;
    case Kind::kBoolean:
      *json = operand.boolean;
      return true;
    case Kind::kNumber:
      return ConvertNumber(operand.number, json);
    case Kind::kString:
      *json = std::string(operand.string());
      return CountText(operand.text.size);
    case Kind::kJson:
      return ConvertJson(*operand.json, depth, json);
    case Kind::kList: {
      if (!CountElements(operand.list->size(), depth)) return false;
      *json = Json::array();
      for (const Operand& element : *operand.list) {
        json->push_back(nullptr);
        if (!Convert(element, depth + 1, &json->back())) return false;
      }
      return true;
    }
    case Kind::kRecord: {
      if (!CountElements(operand.record->size(), depth)) return false;
      *json = Json::object();
      for (const auto& [key, value] : *operand.record) {
        if (!CountText(key->size()) || !Convert(value, depth + 1, &(*json)[*key])) return false;
      }
      return true;
    }
  }
  return false;
}

absl::StatusOr<Value> Evaluator::ToValue(const Operand& operand) {
  if (operand.kind == Kind::kUndefined) return Value();
  if (operand.kind == Kind::kXml) {
    if (!CountText(operand.xml->xml().size())) return status_;
    return *operand.xml;
  }
  Json json;
  if (!Convert(operand, 0, &json)) return status_;
  return Value(std::move(json));
}

absl::StatusOr<Value> Evaluate(const Expression& expression, const Scope& scope) {
  Evaluator evaluator(expression.program(), scope);
  Operand result;
  if (!evaluator.Run(&result)) return evaluator.status();
  return evaluator.ToValue(result);
}

absl::StatusOr<bool> EvaluateCondition(const Expression& expression, const Scope& scope) {
  Evaluator evaluator(expression.program(), scope);
  Operand result;
  if (!evaluator.Run(&result)) return evaluator.status();
  return IsTruthy(result);
}

}  // namespace jissho::expression
