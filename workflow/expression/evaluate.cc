#include "workflow/expression/evaluate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "workflow/expression/text.h"

namespace jissho::expression {
namespace {

using Kind = Operand::Kind;

constexpr Problem kUnknownName{"データに宣言してください。", "declare it in the data model"};
constexpr Problem kNoStates{"ここでは状態を調べられません。", "states cannot be asked here"};
constexpr Problem kMemberOfNothing{"値がないものの項目は参照できません。",
                                   "undefined and null have no members"};
constexpr Problem kMemberOfXml{"XMLの項目は参照できません。", "XML has no members here"};
constexpr Problem kNoPrimitive{"文字列にも数にもできない値です。", "the value has no primitive form"};
constexpr Problem kHalfCharacter{"文字の途中は取り出せません。", "half of a surrogate pair cannot be taken"};
constexpr Problem kForbiddenKey{"この名前の項目は参照できません。", "this member name is not available"};
constexpr Problem kWork{"計算の途中の値が大きすぎます。", "intermediate values are too large"};
constexpr Problem kLongText{"文字列が長すぎます。", "a text is too long"};

constexpr size_t kLocalStack = 32;

}  // namespace

bool Evaluator::Fail(const Reason& reason, Problem problem, absl::string_view subject) {
  status_ = Fault(reason, offset_, problem, subject);
  return false;
}

bool Evaluator::Spend(size_t bytes) {
  spent_ += bytes;
  return spent_ <= kMaxWorkingBytes || Fail(kResultTooLarge, kWork);
}

bool Evaluator::Keep(std::string text, Operand* operand) {
  if (text.size() > kMaxResultText) return Fail(kResultTooLarge, kLongText);
  if (!Spend(text.size())) return false;
  texts_.push_front(std::move(text));
  *operand = Operand::Of(absl::string_view(texts_.front()));
  return true;
}

bool Evaluator::Text(const Operand& operand, Operand* text) {
  if (operand.is_string()) {
    *text = operand;
    return true;
  }
  std::string out;
  switch (AppendText(operand, kMaxResultText, &out)) {
    case TextOutcome::kOk:
      return Keep(std::move(out), text);
    case TextOutcome::kNoPrimitive:
      return Fail(kTypeError, kNoPrimitive);
    case TextOutcome::kTooLarge:
      return Fail(kResultTooLarge, kLongText);
  }
  return false;
}

// JSON's lists and objects have no valueOf of their own that could be called: both hints end at the text.
bool Evaluator::ToPrimitive(const Operand& operand, Operand* primitive) {
  if (operand.is_object()) return Text(operand, primitive);
  *primitive = operand;
  return true;
}

bool Evaluator::ToNumber(const Operand& operand, double* number) {
  if (operand.is_number()) {
    *number = operand.number;
    return true;
  }
  Operand primitive;
  if (!ToPrimitive(operand, &primitive)) return false;
  *number = PrimitiveToNumber(primitive);
  return true;
}

bool Evaluator::ToKey(const Operand& operand, std::string* key) {
  Operand text;
  if (!Text(operand, &text)) return false;
  *key = std::string(text.string());
  return !IsForbiddenMember(*key) || Fail(kNotAllowed, kForbiddenKey, *key);
}

bool Evaluator::Run(Operand* result) {
  if (program_.max_stack <= kLocalStack) {
    Operand stack[kLocalStack];
    return Execute(stack, result);
  }
  std::vector<Operand> stack(program_.max_stack);
  return Execute(stack.data(), result);
}

bool Evaluator::Execute(Operand* stack, Operand* result) {
  Operand* top = stack - 1;
  const std::vector<Instruction>& code = program_.code;
  for (size_t at = 0; at < code.size(); ++at) {
    const Instruction& step = code[at];
    offset_ = step.offset;
    if (step.op <= Op::kIn) {
      if (!Push(step, ++top)) return false;
    } else if (step.op <= Op::kTypeof) {
      if (!Replace(step, top)) return false;
    } else if (step.op <= Op::kStrictNotEqual) {
      --top;
      if (!Combine(step, top, top[1])) return false;
    } else if (step.op <= Op::kJump) {
      bool jump = step.op == Op::kJump || IsTruthy(*top) == (step.op == Op::kOr);
      bool drops = step.op == Op::kJumpIfFalse || (step.op != Op::kJump && !jump);
      if (drops) --top;
      if (jump) at = step.argument - size_t{1};
    } else {
      top -= step.count;
      ++top;
      bool made = step.op == Op::kArray ? MakeArray(top, step.count)
                  : step.op == Op::kObject
                      ? MakeObject(step, top)
                      : CallFunction(static_cast<Function>(step.argument), top, step.count);
      if (!made) return false;
    }
  }
  *result = *top;
  return true;
}

bool Evaluator::Load(const Instruction& step, Operand* slot) {
  const std::string& name = program_.names[step.argument];
  if (scope_.data != nullptr) {
    auto found = scope_.data->find(name);
    if (found != scope_.data->end()) {
      *slot = Operand::OfValue(found->second);
      if (step.op == Op::kTypeofName) *slot = Operand::Of(TypeOf(*slot));
      return true;
    }
  }
  if (step.op != Op::kTypeofName) return Fail(kReferenceError, kUnknownName, name);
  *slot = Operand::Of(absl::string_view("undefined"));
  return true;
}

bool Evaluator::Push(const Instruction& step, Operand* slot) {
  switch (step.op) {
    case Op::kConstant:
      *slot = program_.constants[step.argument];
      return true;
    case Op::kEvent:
      *slot = scope_.event == nullptr ? Operand() : Operand::OfValue(*scope_.event);
      return true;
    case Op::kSessionId:
      *slot = Operand::Of(absl::string_view(scope_.session_id));
      return true;
    case Op::kMachineName:
      *slot = Operand::Of(absl::string_view(scope_.name));
      return true;
    case Op::kIn:
      if (!scope_.in) return Fail(kReferenceError, kNoStates);
      *slot = Operand::Of(scope_.in(program_.names[step.argument]));
      return true;
    default:
      return Load(step, slot);
  }
}

bool Evaluator::Replace(const Instruction& step, Operand* top) {
  double number = 0;
  switch (step.op) {
    case Op::kMember: {
      Operand object = *top;
      return Member(object, program_.names[step.argument], top);
    }
    case Op::kNot:
      *top = Operand::Of(!IsTruthy(*top));
      return true;
    case Op::kTypeof:
      *top = Operand::Of(TypeOf(*top));
      return true;
    default:
      if (!ToNumber(*top, &number)) return false;
      *top = Operand::Of(step.op == Op::kNegate ? -number : number);
      return true;
  }
}

bool Evaluator::Element(const Operand& object, size_t index, Operand* element) {
  *element = Operand();
  if (object.is_array()) {
    if (index < ArraySize(object)) *element = ArrayElement(object, index);
  } else if (object.is_string()) {
    CharacterAt found = FindCharacter(object.string(), index);
    if (found.outcome == CharacterAt::Outcome::kHalf) return Fail(kTypeError, kHalfCharacter);
    if (found.outcome == CharacterAt::Outcome::kFound) *element = Operand::Of(found.character);
  }
  return true;
}

bool Evaluator::Member(const Operand& object, const std::string& name, Operand* member) {
  if (object.is_nullish()) return Fail(kTypeError, kMemberOfNothing, name);
  if (object.kind == Kind::kXml) return Fail(kTypeError, kMemberOfXml, name);
  if (object.is_array() || object.is_string()) {
    if (name == "length") {
      size_t length = object.is_array() ? ArraySize(object) : Utf16Length(object.string());
      *member = Operand::Of(static_cast<double>(length));
      return true;
    }
    std::optional<size_t> index = ParseIndex(name);
    if (index.has_value()) return Element(object, *index, member);
    *member = Operand();
    return true;
  }
  *member = Operand();
  if (object.is_object()) FindMember(object, name, member);
  return true;
}

bool Evaluator::Index(const Operand& object, const Operand& key, Operand* member) {
  bool listed = object.is_array() || object.is_string();
  bool integral =
      key.is_number() && key.number >= 0 && key.number < 4e9 && std::trunc(key.number) == key.number;
  if (listed && integral) return Element(object, static_cast<size_t>(key.number), member);
  if (object.is_nullish()) return Fail(kTypeError, kMemberOfNothing);
  std::string name;
  if (!ToKey(key, &name)) return false;
  return Member(object, name, member);
}

bool Evaluator::Add(Operand* left, const Operand& right) {
  if (left->is_number() && right.is_number()) {
    *left = Operand::Of(left->number + right.number);
    return true;
  }
  Operand a;
  Operand b;
  if (!ToPrimitive(*left, &a) || !ToPrimitive(right, &b)) return false;
  if (!a.is_string() && !b.is_string()) {
    *left = Operand::Of(PrimitiveToNumber(a) + PrimitiveToNumber(b));
    return true;
  }
  if (!Text(a, &a) || !Text(b, &b)) return false;
  if (a.text.size + b.text.size > kMaxResultText) return Fail(kResultTooLarge, kLongText);
  return Keep(absl::StrCat(a.string(), b.string()), left);
}

bool Evaluator::Compare(Op op, Operand* left, const Operand& right) {
  Operand a;
  Operand b;
  if (!ToPrimitive(*left, &a) || !ToPrimitive(right, &b)) return false;
  bool texts = a.is_string() && b.is_string();
  double x = texts ? CompareUtf16(a.string(), b.string()) : PrimitiveToNumber(a);
  double y = texts ? 0 : PrimitiveToNumber(b);
  bool holds = op == Op::kLess ? x < y : op == Op::kLessEqual ? x <= y : op == Op::kGreater ? x > y : x >= y;
  *left = Operand::Of(holds);
  return true;
}

bool Evaluator::LooseEquals(const Operand& left, const Operand& right, bool* equal) {
  if (left.is_nullish() || right.is_nullish()) {
    *equal = left.is_nullish() && right.is_nullish();
    return true;
  }
  if (left.kind == right.kind || (left.is_object() && right.is_object())) {
    *equal = StrictEquals(left, right);
    return true;
  }
  Operand a;
  Operand b;
  if (!ToPrimitive(left, &a) || !ToPrimitive(right, &b)) return false;
  *equal = a.kind == b.kind ? StrictEquals(a, b) : PrimitiveToNumber(a) == PrimitiveToNumber(b);
  return true;
}

bool Evaluator::Combine(const Instruction& step, Operand* left, const Operand& right) {
  bool equal = false;
  switch (step.op) {
    case Op::kIndex: {
      Operand object = *left;
      return Index(object, right, left);
    }
    case Op::kAdd:
      return Add(left, right);
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return Compare(step.op, left, right);
    case Op::kStrictEqual:
    case Op::kStrictNotEqual:
      *left = Operand::Of(StrictEquals(*left, right) == (step.op == Op::kStrictEqual));
      return true;
    case Op::kEqual:
    case Op::kNotEqual:
      if (!LooseEquals(*left, right, &equal)) return false;
      *left = Operand::Of(equal == (step.op == Op::kEqual));
      return true;
    default:
      break;
  }
  double a = 0;
  double b = 0;
  if (!ToNumber(*left, &a) || !ToNumber(right, &b)) return false;
  double result = step.op == Op::kMultiply   ? a * b
                  : step.op == Op::kDivide   ? a / b
                  : step.op == Op::kSubtract ? a - b
                                             : std::fmod(a, b);
  *left = Operand::Of(result);
  return true;
}

bool Evaluator::MakeArray(Operand* first, size_t count) {
  if (!Spend(count * sizeof(Operand))) return false;
  lists_.emplace_front(first, first + count);
  *first = Operand::Of(&lists_.front());
  return true;
}

bool Evaluator::MakeObject(const Instruction& step, Operand* first) {
  if (!Spend(step.count * sizeof(Record::value_type))) return false;
  Record record;
  record.reserve(step.count);
  for (size_t i = 0; i < step.count; ++i) {
    const std::string* key = &program_.names[step.argument + i];
    auto same =
        std::find_if(record.begin(), record.end(), [&](const auto& member) { return *member.first == *key; });
    if (same == record.end()) {
      record.emplace_back(key, first[i]);
    } else {
      same->second = first[i];
    }
  }
  records_.push_front(std::move(record));
  *first = Operand::Of(&records_.front());
  return true;
}

}  // namespace jissho::expression
