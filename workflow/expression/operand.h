// What the evaluator computes with: small, trivially copyable, pointing into data or into the evaluation's
// arena, so that a member access copies no document. Internal to this component.
#ifndef JISSHO_WORKFLOW_EXPRESSION_OPERAND_H_
#define JISSHO_WORKFLOW_EXPRESSION_OPERAND_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "workflow/expression/value.h"

namespace jissho::expression {

struct Operand;
// Lists and objects made by the expression itself hold operands, not JSON: ECMAScript lets them contain
// undefined, NaN and the very objects of the data.
using List = std::vector<Operand>;
using Record = std::vector<std::pair<const std::string*, Operand>>;

struct Operand {
  enum class Kind : uint8_t { kUndefined, kNull, kBoolean, kNumber, kString, kJson, kList, kRecord, kXml };
  struct Text {
    const char* data;
    size_t size;
  };

  Kind kind = Kind::kUndefined;
  union {
    bool boolean;
    double number;
    Text text;
    const Json* json;  // an array or object
    const List* list;
    const Record* record;
    const Value* xml;
  };

  Operand() : number(0) {}
  static Operand Null();
  static Operand Of(bool boolean);
  static Operand Of(double number);
  static Operand Of(absl::string_view text);
  static Operand Of(const List* list);
  static Operand Of(const Record* record);
  static Operand OfJson(const Json& json);
  static Operand OfValue(const Value& value);

  absl::string_view string() const { return absl::string_view(text.data, text.size); }
  bool is_nullish() const { return kind == Kind::kUndefined || kind == Kind::kNull; }
  bool is_string() const { return kind == Kind::kString; }
  bool is_number() const { return kind == Kind::kNumber; }
  bool is_object() const { return kind >= Kind::kJson; }
  bool is_array() const { return kind == Kind::kList || (kind == Kind::kJson && json->is_array()); }
};

bool IsTruthy(const Operand& operand);
bool StrictEquals(const Operand& a, const Operand& b);
absl::string_view TypeOf(const Operand& operand);

// Of arrays only.
size_t ArraySize(const Operand& array);
Operand ArrayElement(const Operand& array, size_t index);
// Of objects that are neither arrays nor XML; nullopt-like: false when there is no such own member.
bool FindMember(const Operand& object, const std::string& name, Operand* member);

// ToPrimitive and ToString of what is no string, appended. Refusals by enum because this runs in the hot
// path.
enum class TextOutcome { kOk, kNoPrimitive, kTooLarge };
TextOutcome AppendText(const Operand& operand, size_t max_bytes, std::string* out);

// ToNumber of a primitive.
double PrimitiveToNumber(const Operand& primitive);

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_OPERAND_H_
