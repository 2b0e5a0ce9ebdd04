#include "workflow/expression/operand.h"

#include <cmath>
#include <limits>

#include "workflow/expression/expression.h"
#include "workflow/expression/text.h"

namespace jissho::expression {
namespace {

using Kind = Operand::Kind;

// Elements of a list are joined by commas, null and undefined as nothing (Array.prototype.join).
TextOutcome AppendAtDepth(const Operand& operand, size_t max_bytes, size_t depth, std::string* out) {
  if (depth > kMaxResultDepth) return TextOutcome::kTooLarge;
  switch (operand.kind) {
    case Kind::kUndefined:
      out->append("undefined");
      break;
    case Kind::kNull:
      out->append("null");
      break;
    case Kind::kBoolean:
      out->append(operand.boolean ? "true" : "false");
      break;
    case Kind::kNumber:
      out->append(NumberToText(operand.number));
      break;
    case Kind::kString:
      if (out->size() + operand.text.size > max_bytes) return TextOutcome::kTooLarge;
      out->append(operand.text.data, operand.text.size);
      break;
    case Kind::kXml:
      return TextOutcome::kNoPrimitive;
    default: {
      if (!operand.is_array()) {
        // An own toString hides the inherited one and, being data, cannot be called.
        Operand own;
        if (FindMember(operand, "toString", &own)) return TextOutcome::kNoPrimitive;
        out->append("[object Object]");
        break;
      }
      size_t size = ArraySize(operand);
      for (size_t i = 0; i < size; ++i) {
        if (i > 0) out->push_back(',');
        Operand element = ArrayElement(operand, i);
        if (element.is_nullish()) {
          if (out->size() > max_bytes) return TextOutcome::kTooLarge;
          continue;
        }
        TextOutcome outcome = AppendAtDepth(element, max_bytes, depth + 1, out);
        if (outcome != TextOutcome::kOk) return outcome;
      }
    }
  }
  return out->size() > max_bytes ? TextOutcome::kTooLarge : TextOutcome::kOk;
}

}  // namespace

Operand Operand::Null() {
  Operand operand;
  operand.kind = Kind::kNull;
  return operand;
}

Operand Operand::Of(bool boolean) {
  Operand operand;
  operand.kind = Kind::kBoolean;
  operand.boolean = boolean;
  return operand;
}

Operand Operand::Of(double number) {
  Operand operand;
  operand.kind = Kind::kNumber;
  operand.number = number;
  return operand;
}

Operand Operand::Of(absl::string_view text) {
  Operand operand;
  operand.kind = Kind::kString;
  operand.text = {text.data(), text.size()};
  return operand;
}

Operand Operand::Of(const List* list) {
  Operand operand;
  operand.kind = Kind::kList;
  operand.list = list;
  return operand;
}

Operand Operand::Of(const Record* record) {
  Operand operand;
  operand.kind = Kind::kRecord;
  operand.record = record;
  return operand;
}

Operand Operand::OfJson(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null:
      return Null();
    case Json::value_t::boolean:
      return Of(*json.get_ptr<const Json::boolean_t*>());
    case Json::value_t::number_integer:
      return Of(static_cast<double>(*json.get_ptr<const Json::number_integer_t*>()));
    case Json::value_t::number_unsigned:
      return Of(static_cast<double>(*json.get_ptr<const Json::number_unsigned_t*>()));
    case Json::value_t::number_float:
      return Of(*json.get_ptr<const Json::number_float_t*>());
    case Json::value_t::string:
      return Of(absl::string_view(*json.get_ptr<const Json::string_t*>()));
    case Json::value_t::array:
    case Json::value_t::object: {
      Operand operand;
      operand.kind = Kind::kJson;
      operand.json = &json;
      return operand;
    }
    default:
      return Operand();  // binary and discarded are no JSON texts
  }
}

Operand Operand::OfValue(const Value& value) {
  if (value.is_undefined()) return Operand();
  if (value.is_json()) return OfJson(value.json());
  Operand operand;
  operand.kind = Kind::kXml;
  operand.xml = &value;
  return operand;
}

bool IsTruthy(const Operand& operand) {
  switch (operand.kind) {
    case Kind::kUndefined:
    case Kind::kNull:
      return false;
    case Kind::kBoolean:
      return operand.boolean;
    case Kind::kNumber:
      return operand.number != 0 && !std::isnan(operand.number);
    case Kind::kString:
      return operand.text.size != 0;
    default:
      return true;
  }
}

bool StrictEquals(const Operand& a, const Operand& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kUndefined:
    case Kind::kNull:
      return true;
    case Kind::kBoolean:
      return a.boolean == b.boolean;
    case Kind::kNumber:
      return a.number == b.number;
    case Kind::kString:
      return a.string() == b.string();
    case Kind::kJson:
      return a.json == b.json;
    case Kind::kList:
      return a.list == b.list;
    case Kind::kRecord:
      return a.record == b.record;
    case Kind::kXml:
      return a.xml == b.xml;
  }
  return false;
}

absl::string_view TypeOf(const Operand& operand) {
  switch (operand.kind) {
    case Kind::kUndefined:
      return "undefined";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    default:
      return "object";
  }
}

size_t ArraySize(const Operand& array) {
  return array.kind == Kind::kList ? array.list->size() : array.json->size();
}

Operand ArrayElement(const Operand& array, size_t index) {
  if (array.kind == Kind::kList) return (*array.list)[index];
  return Operand::OfJson((*array.json->get_ptr<const Json::array_t*>())[index]);
}

bool FindMember(const Operand& object, const std::string& name, Operand* member) {
  if (object.kind == Kind::kRecord) {
    for (const auto& [key, value] : *object.record) {
      if (*key == name) {
        *member = value;
        return true;
      }
    }
    return false;
  }
  const auto& members = *object.json->get_ptr<const Json::object_t*>();
  auto found = members.find(name);
  if (found == members.end()) return false;
  *member = Operand::OfJson(found->second);
  return true;
}

TextOutcome AppendText(const Operand& operand, size_t max_bytes, std::string* out) {
  return AppendAtDepth(operand, max_bytes, 0, out);
}

double PrimitiveToNumber(const Operand& primitive) {
  switch (primitive.kind) {
    case Kind::kNull:
      return 0;
    case Kind::kBoolean:
      return primitive.boolean ? 1 : 0;
    case Kind::kNumber:
      return primitive.number;
    case Kind::kString:
      return TextToNumber(primitive.string());
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace jissho::expression
