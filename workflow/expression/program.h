// The compiled form: steps for a stack machine. Internal to this component.
#ifndef JISSHO_WORKFLOW_EXPRESSION_PROGRAM_H_
#define JISSHO_WORKFLOW_EXPRESSION_PROGRAM_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "workflow/expression/operand.h"

namespace jissho::expression {

enum class Op : uint8_t {
  // Push one operand.
  kConstant,    // constants[argument]
  kLoad,        // data variable names[argument]
  kTypeofName,  // typeof names[argument]
  kEvent,
  kSessionId,
  kMachineName,
  kIn,  // names[argument]
  // Replace the top.
  kMember,  // names[argument]
  kNot,
  kNegate,
  kPlus,
  kTypeof,
  // Replace the two on top by one.
  kIndex,
  kMultiply,
  kDivide,
  kRemainder,
  kAdd,
  kSubtract,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kStrictEqual,
  kStrictNotEqual,
  // Jumps; argument is the target.
  kAnd,          // falsy: jump and keep the top; else drop it
  kOr,           // truthy: jump and keep the top; else drop it
  kJumpIfFalse,  // drops the top
  kJump,
  // Replace `count` on top by one.
  kArray,
  kObject,  // keys are names[argument…]
  kCall,    // argument is a Function
};

enum class Function : uint16_t { kMin, kMax, kFloor, kAbs, kContains, kSize, kLower, kStartsWith };

struct Instruction {
  Op op;
  uint16_t offset = 0;  // byte in the text
  uint16_t argument = 0;
  uint16_t count = 0;
};

struct Program {
  std::string text;
  std::vector<Instruction> code;
  std::vector<Operand> constants;  // texts point into `strings`
  std::deque<std::string> strings;
  std::vector<std::string> names;
  size_t max_stack = 0;
  std::vector<std::string> data_names;
  std::vector<std::string> states;
};

// Names that lead from a value to the interpreter in other engines; refused wherever a member is named.
bool IsForbiddenMember(absl::string_view name);

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_PROGRAM_H_
