#include "workflow/expression/compiler.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "workflow/expression/text.h"

namespace jissho::expression {
namespace {

constexpr Problem kTooLong{"式が長すぎます。", "the text is too long"};
constexpr Problem kTooDeep{"入れ子が深すぎます。", "nested too deeply"};
constexpr Problem kTooManySteps{"項目が多すぎます。", "too many parts"};
constexpr Problem kMalformedUtf8{"文字コードがUTF-8ではありません。", "not UTF-8"};
constexpr Problem kUnexpected{"ここには書けない語です。", "unexpected here"};
constexpr Problem kEnded{"式が途中で終わっています。", "the expression ends too early"};
constexpr Problem kReserved{"この語は使えません。", "this word is not available"};
constexpr Problem kMethodCall{"呼び出せるのは決められた関数だけです。",
                              "only the named functions can be called, no methods"};
constexpr Problem kUnknownFunction{"この関数はありません。", "no such function"};
constexpr Problem kForbiddenMember{"この名前の項目は参照できません。", "this member name is not available"};
constexpr Problem kArguments{"引数の数が違います。", "wrong number of arguments"};
constexpr Problem kStateLiteral{"In には状態名を文字列で書きます。", "In takes one string literal"};
constexpr Problem kRegularExpression{"正規表現は使えません。", "regular expressions are not available"};
constexpr Problem kHole{"配列の要素が抜けています。", "an array element is missing"};
constexpr Problem kNoLocation{"代入先には変数名と項目だけを書きます。",
                              "a location is a data name and its members"};
constexpr Problem kSystemVariable{"この変数には代入できません。", "a system variable cannot be assigned"};

constexpr absl::string_view kReservedWords[] = {
    "NaN",     "Infinity",  "arguments",  "await",   "break",   "case",       "catch",     "class",
    "const",   "continue",  "debugger",   "default", "delete",  "do",         "else",      "enum",
    "eval",    "export",    "extends",    "false",   "finally", "for",        "function",  "if",
    "import",  "in",        "instanceof", "let",     "new",     "null",       "return",    "static",
    "super",   "switch",    "this",       "throw",   "true",    "try",        "typeof",    "undefined",
    "var",     "void",      "while",      "with",    "yield",   "implements", "interface", "package",
    "private", "protected", "public"};

bool IsReserved(absl::string_view name) {
  return std::find(std::begin(kReservedWords), std::end(kReservedWords), name) != std::end(kReservedWords);
}

struct BinaryOperator {
  absl::string_view sign;
  int precedence;
  Op op;
};
constexpr BinaryOperator kBinary[] = {{"||", 1, Op::kOr},           {"&&", 2, Op::kAnd},
                                      {"===", 3, Op::kStrictEqual}, {"!==", 3, Op::kStrictNotEqual},
                                      {"==", 3, Op::kEqual},        {"!=", 3, Op::kNotEqual},
                                      {"<", 4, Op::kLess},          {"<=", 4, Op::kLessEqual},
                                      {">", 4, Op::kGreater},       {">=", 4, Op::kGreaterEqual},
                                      {"+", 5, Op::kAdd},           {"-", 5, Op::kSubtract},
                                      {"*", 6, Op::kMultiply},      {"/", 6, Op::kDivide},
                                      {"%", 6, Op::kRemainder}};

struct Signature {
  absl::string_view name;
  Function function;
  size_t least;
  size_t most;
};
constexpr Signature kFunctions[] = {
    {"min", Function::kMin, 1, 1024},        {"max", Function::kMax, 1, 1024},
    {"floor", Function::kFloor, 1, 1},       {"abs", Function::kAbs, 1, 1},
    {"contains", Function::kContains, 2, 2}, {"size", Function::kSize, 1, 1},
    {"lower", Function::kLower, 1, 1},       {"startsWith", Function::kStartsWith, 2, 2}};

// Positions and counts are held in 16 bits.
constexpr size_t kHardLimit = 60000;

}  // namespace

bool IsForbiddenMember(absl::string_view name) {
  return name == "constructor" || name == "prototype" || name == "__proto__";
}

Compiler::Compiler(absl::string_view text, const Limits& limits)
    : text_(text), limits_(limits), lexer_(text), program_(std::make_unique<Program>()) {
  limits_.text = std::min(limits_.text, kHardLimit);
  limits_.nodes = std::min(limits_.nodes, kHardLimit);
}

absl::Status Compiler::Start() {
  if (text_.size() > limits_.text) return Fault(kTooLarge, limits_.text, kTooLong);
  if (auto malformed = FindMalformed(text_)) return Fault(kSyntax, *malformed, kMalformedUtf8);
  return Advance();
}

absl::StatusOr<std::shared_ptr<const Expression>> Compiler::Whole() {
  JISSHO_RETURN_IF_ERROR(Start());
  JISSHO_RETURN_IF_ERROR(Conditional());
  JISSHO_RETURN_IF_ERROR(ExpectEnd());
  return std::make_shared<const Expression>(Finish());
}

std::unique_ptr<Program> Compiler::Finish() {
  program_->text = std::string(text_);
  program_->data_names.assign(data_names_.begin(), data_names_.end());
  program_->states.assign(states_.begin(), states_.end());
  return std::exchange(program_, std::make_unique<Program>());
}

void Compiler::Reset() {
  program_ = std::make_unique<Program>();
  interned_.clear();
  data_names_.clear();
  states_.clear();
  stack_ = 0;
}

bool Compiler::At(absl::string_view sign) const {
  return token_.kind == Token::Kind::kPunctuator && token_.text == sign;
}

absl::Status Compiler::Unexpected() const {
  if (token_.kind == Token::Kind::kEnd) return Fault(kSyntax, token_.offset, kEnded);
  if (token_.kind == Token::Kind::kName && IsReserved(token_.text)) {
    return Fault(kNotAllowed, token_.offset, kReserved, token_.text);
  }
  return Fault(kSyntax, token_.offset, kUnexpected, token_.text);
}

absl::Status Compiler::Expect(absl::string_view sign) {
  if (!At(sign)) return Unexpected();
  return Advance();
}

absl::Status Compiler::ExpectEnd() {
  if (token_.kind == Token::Kind::kEnd) return absl::OkStatus();
  if (At(",")) return Fault(kNotAllowed, token_.offset, kUnexpected, ",");
  return Unexpected();
}

absl::Status Compiler::Enter() {
  if (++depth_ > limits_.depth) return Fault(kTooLarge, token_.offset, kTooDeep);
  return absl::OkStatus();
}

absl::Status Compiler::Conditional() {
  JISSHO_RETURN_IF_ERROR(Enter());
  JISSHO_RETURN_IF_ERROR(Binary(1));
  if (At("?")) {
    size_t offset = token_.offset;
    JISSHO_RETURN_IF_ERROR(Advance());
    size_t condition = program_->code.size();
    JISSHO_RETURN_IF_ERROR(Emit(Op::kJumpIfFalse, offset, -1));
    JISSHO_RETURN_IF_ERROR(Conditional());
    JISSHO_RETURN_IF_ERROR(Expect(":"));
    size_t jump = program_->code.size();
    JISSHO_RETURN_IF_ERROR(Emit(Op::kJump, offset, -1));
    program_->code[condition].argument = static_cast<uint16_t>(program_->code.size());
    JISSHO_RETURN_IF_ERROR(Conditional());
    program_->code[jump].argument = static_cast<uint16_t>(program_->code.size());
  }
  Leave();
  return absl::OkStatus();
}

absl::Status Compiler::Binary(int least) {
  JISSHO_RETURN_IF_ERROR(Unary());
  while (token_.kind == Token::Kind::kPunctuator) {
    auto found = std::find_if(std::begin(kBinary), std::end(kBinary),
                              [&](const BinaryOperator& each) { return each.sign == token_.text; });
    if (found == std::end(kBinary) || found->precedence < least) break;
    size_t offset = token_.offset;
    JISSHO_RETURN_IF_ERROR(Advance());
    bool shortcut = found->op == Op::kAnd || found->op == Op::kOr;
    size_t at = program_->code.size();
    if (shortcut) JISSHO_RETURN_IF_ERROR(Emit(found->op, offset, -1));
    JISSHO_RETURN_IF_ERROR(Binary(found->precedence + 1));
    if (shortcut) {
      program_->code[at].argument = static_cast<uint16_t>(program_->code.size());
    } else {
      JISSHO_RETURN_IF_ERROR(Emit(found->op, offset, -1));
    }
  }
  return absl::OkStatus();
}

absl::Status Compiler::Unary() {
  size_t offset = token_.offset;
  bool type = token_.kind == Token::Kind::kName && token_.text == "typeof";
  Op op = type ? Op::kTypeof : At("!") ? Op::kNot : At("-") ? Op::kNegate : Op::kPlus;
  if (!type && op == Op::kPlus && !At("+")) return Postfix();
  JISSHO_RETURN_IF_ERROR(Enter());
  JISSHO_RETURN_IF_ERROR(Advance());
  size_t begin = program_->code.size();
  JISSHO_RETURN_IF_ERROR(Unary());
  Leave();
  bool bare_name = program_->code.size() == begin + 1 && program_->code.back().op == Op::kLoad;
  if (type && bare_name) {
    // The one operator that may look at an unknown name.
    program_->code.back().op = Op::kTypeofName;
    return absl::OkStatus();
  }
  return Emit(op, offset, 0);
}

absl::Status Compiler::DotMember(std::string* name) {
  JISSHO_RETURN_IF_ERROR(Advance());
  if (token_.kind != Token::Kind::kName) return Unexpected();
  if (IsForbiddenMember(token_.text)) return Fault(kNotAllowed, token_.offset, kForbiddenMember, token_.text);
  *name = std::string(token_.text);
  return Advance();
}

absl::Status Compiler::Bracket() {
  size_t offset = token_.offset;
  JISSHO_RETURN_IF_ERROR(Advance());
  size_t begin = program_->code.size();
  JISSHO_RETURN_IF_ERROR(Conditional());
  JISSHO_RETURN_IF_ERROR(Expect("]"));
  Instruction last = program_->code.back();
  bool constant = program_->code.size() == begin + 1 && last.op == Op::kConstant;
  if (!constant || !program_->constants[last.argument].is_string()) return Emit(Op::kIndex, offset, -1);
  std::string name(program_->constants[last.argument].string());
  if (IsForbiddenMember(name)) return Fault(kNotAllowed, last.offset, kForbiddenMember, name);
  program_->code.pop_back();
  --stack_;
  return Emit(Op::kMember, offset, 0, Intern(name));
}

absl::Status Compiler::Postfix() {
  JISSHO_RETURN_IF_ERROR(Primary());
  while (true) {
    if (At(".")) {
      size_t offset = token_.offset;
      std::string name;
      JISSHO_RETURN_IF_ERROR(DotMember(&name));
      JISSHO_RETURN_IF_ERROR(Emit(Op::kMember, offset, 0, Intern(name)));
    } else if (At("[")) {
      JISSHO_RETURN_IF_ERROR(Bracket());
    } else if (At("(")) {
      return Fault(kNotAllowed, token_.offset, kMethodCall);
    } else {
      return absl::OkStatus();
    }
  }
}

absl::Status Compiler::Primary() {
  size_t offset = token_.offset;
  switch (token_.kind) {
    case Token::Kind::kNumber: {
      double number = token_.number;
      JISSHO_RETURN_IF_ERROR(Advance());
      return EmitConstant(Operand::Of(number), offset);
    }
    case Token::Kind::kString: {
      std::string text = std::move(token_.string);
      JISSHO_RETURN_IF_ERROR(Advance());
      return EmitText(std::move(text), offset);
    }
    case Token::Kind::kName:
      return NameOrCall();
    case Token::Kind::kEnd:
      return Unexpected();
    case Token::Kind::kPunctuator:
      break;
  }
  if (At("[")) return ArrayLiteral();
  if (At("{")) return ObjectLiteral();
  if (At("/")) return Fault(kNotAllowed, offset, kRegularExpression);
  if (!At("(")) return Unexpected();
  JISSHO_RETURN_IF_ERROR(Advance());
  JISSHO_RETURN_IF_ERROR(Conditional());
  if (At(",")) return Fault(kNotAllowed, token_.offset, kUnexpected, ",");
  return Expect(")");
}

absl::Status Compiler::NameOrCall() {
  size_t offset = token_.offset;
  std::string name(token_.text);
  bool literal = name == "true" || name == "false" || name == "null" || name == "undefined";
  if (!literal && IsReserved(name)) return Unexpected();
  JISSHO_RETURN_IF_ERROR(Advance());
  if (name == "true" || name == "false") return EmitConstant(Operand::Of(name == "true"), offset);
  if (name == "null") return EmitConstant(Operand::Null(), offset);
  if (name == "undefined") return EmitConstant(Operand(), offset);
  if (At("(")) return Call(name, offset);
  if (name == "_event") return Emit(Op::kEvent, offset, 1);
  if (name == "_sessionid") return Emit(Op::kSessionId, offset, 1);
  if (name == "_name") return Emit(Op::kMachineName, offset, 1);
  data_names_.insert(name);
  return Emit(Op::kLoad, offset, 1, Intern(name));
}

absl::Status Compiler::InState(size_t offset) {
  if (token_.kind != Token::Kind::kString) return Fault(kNotAllowed, token_.offset, kStateLiteral);
  std::string state = std::move(token_.string);
  JISSHO_RETURN_IF_ERROR(Advance());
  if (!At(")")) return Fault(kNotAllowed, token_.offset, kStateLiteral);
  JISSHO_RETURN_IF_ERROR(Advance());
  states_.insert(state);
  return Emit(Op::kIn, offset, 1, Intern(state));
}

absl::Status Compiler::Call(const std::string& name, size_t offset) {
  auto signature = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                [&](const Signature& each) { return each.name == name; });
  if (name != "In" && signature == std::end(kFunctions)) {
    return Fault(kNotAllowed, offset, kUnknownFunction, name);
  }
  JISSHO_RETURN_IF_ERROR(Advance());
  if (name == "In") return InState(offset);
  size_t count = 0;
  while (!At(")")) {
    if (count > 0) JISSHO_RETURN_IF_ERROR(Expect(","));
    JISSHO_RETURN_IF_ERROR(Conditional());
    ++count;
  }
  JISSHO_RETURN_IF_ERROR(Advance());
  if (count < signature->least || count > signature->most)
    return Fault(kNotAllowed, offset, kArguments, name);
  return Emit(Op::kCall, offset, 1 - static_cast<int>(count), static_cast<size_t>(signature->function),
              count);
}

absl::Status Compiler::ArrayLiteral() {
  size_t offset = token_.offset;
  JISSHO_RETURN_IF_ERROR(Advance());
  size_t count = 0;
  while (!At("]")) {
    if (At(",")) return Fault(kNotAllowed, token_.offset, kHole);
    JISSHO_RETURN_IF_ERROR(Conditional());
    ++count;
    if (!At("]")) JISSHO_RETURN_IF_ERROR(Expect(","));
  }
  JISSHO_RETURN_IF_ERROR(Advance());
  return Emit(Op::kArray, offset, 1 - static_cast<int>(count), 0, count);
}

absl::Status Compiler::ObjectKey(std::string* key) {
  if (token_.kind == Token::Kind::kString) {
    *key = std::move(token_.string);
  } else if (token_.kind == Token::Kind::kNumber) {
    *key = NumberToText(token_.number);
  } else if (token_.kind == Token::Kind::kName) {
    *key = std::string(token_.text);
  } else {
    return Unexpected();
  }
  if (IsForbiddenMember(*key)) return Fault(kNotAllowed, token_.offset, kForbiddenMember, *key);
  return Advance();
}

absl::Status Compiler::ObjectLiteral() {
  size_t offset = token_.offset;
  JISSHO_RETURN_IF_ERROR(Advance());
  std::vector<std::string> keys;
  while (!At("}")) {
    std::string key;
    JISSHO_RETURN_IF_ERROR(ObjectKey(&key));
    if (At("(")) return Fault(kNotAllowed, token_.offset, kMethodCall);
    JISSHO_RETURN_IF_ERROR(Expect(":"));
    JISSHO_RETURN_IF_ERROR(Conditional());
    keys.push_back(std::move(key));
    if (!At("}")) JISSHO_RETURN_IF_ERROR(Expect(","));
  }
  JISSHO_RETURN_IF_ERROR(Advance());
  size_t first = program_->names.size();
  for (std::string& key : keys) program_->names.push_back(std::move(key));
  return Emit(Op::kObject, offset, 1 - static_cast<int>(keys.size()), first, keys.size());
}

absl::Status Compiler::Emit(Op op, size_t offset, int stack_effect, size_t argument, size_t count) {
  if (++nodes_ > limits_.nodes) return Fault(kTooLarge, offset, kTooManySteps);
  program_->code.push_back(
      {op, static_cast<uint16_t>(offset), static_cast<uint16_t>(argument), static_cast<uint16_t>(count)});
  stack_ += stack_effect;
  program_->max_stack = std::max(program_->max_stack, static_cast<size_t>(std::max(stack_, 0)));
  return absl::OkStatus();
}

absl::Status Compiler::EmitText(std::string text, size_t offset) {
  program_->strings.push_back(std::move(text));
  return EmitConstant(Operand::Of(absl::string_view(program_->strings.back())), offset);
}

absl::Status Compiler::EmitConstant(Operand operand, size_t offset) {
  program_->constants.push_back(operand);
  return Emit(Op::kConstant, offset, 1, program_->constants.size() - 1);
}

uint16_t Compiler::Intern(const std::string& name) {
  auto [entry, fresh] = interned_.emplace(name, static_cast<uint16_t>(program_->names.size()));
  if (fresh) program_->names.push_back(name);
  return entry->second;
}

absl::Status Compiler::LocationStep(Location::Step* step) {
  step->offset = token_.offset;
  if (At(".")) return DotMember(&step->key);
  if (!At("[")) {
    bool sign = token_.kind == Token::Kind::kPunctuator;
    return sign ? Fault(kNotAllowed, token_.offset, kNoLocation) : Unexpected();
  }
  Reset();
  // A stand-in for the object, so that Bracket finds what it replaces.
  stack_ = 1;
  JISSHO_RETURN_IF_ERROR(Bracket());
  Instruction last = program_->code.back();
  if (last.op == Op::kMember) {
    step->key = program_->names[last.argument];
    return absl::OkStatus();
  }
  program_->code.pop_back();
  step->computed = std::make_shared<const Expression>(Finish());
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Location>> Compiler::WholeLocation() {
  JISSHO_RETURN_IF_ERROR(Start());
  if (token_.kind == Token::Kind::kEnd) return Unexpected();
  if (token_.kind != Token::Kind::kName) return Fault(kNotAllowed, token_.offset, kNoLocation);
  if (IsReserved(token_.text)) return Unexpected();
  std::string name(token_.text);
  constexpr absl::string_view kSystem[] = {"_event", "_sessionid", "_name", "_ioprocessors", "_x"};
  if (std::find(std::begin(kSystem), std::end(kSystem), absl::string_view(name)) != std::end(kSystem)) {
    return Fault(kNotAllowed, token_.offset, kSystemVariable, name);
  }
  JISSHO_RETURN_IF_ERROR(Advance());
  std::vector<Location::Step> steps;
  while (token_.kind != Token::Kind::kEnd) {
    if (steps.size() >= limits_.depth) return Fault(kTooLarge, token_.offset, kTooDeep);
    steps.emplace_back();
    JISSHO_RETURN_IF_ERROR(LocationStep(&steps.back()));
  }
  return std::make_shared<const Location>(std::string(text_), std::move(name), std::move(steps));
}

absl::StatusOr<std::shared_ptr<const Expression>> Compile(absl::string_view text, const Limits& limits) {
  return Compiler(text, limits).Whole();
}

absl::StatusOr<std::shared_ptr<const Location>> CompileLocation(absl::string_view text,
                                                                const Limits& limits) {
  return Compiler(text, limits).WholeLocation();
}

Expression::Expression(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
Expression::~Expression() = default;
const std::string& Expression::text() const { return program_->text; }
const std::vector<std::string>& Expression::data_names() const { return program_->data_names; }
const std::vector<std::string>& Expression::states() const { return program_->states; }

}  // namespace jissho::expression
