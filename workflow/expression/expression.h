// The expressions of charts in service: a whitelisted part of ECMAScript, total, bounded and fast.
//
// Grammar. Literals (null true false undefined, numbers, strings, arrays, objects), data names, `_event`,
// `_sessionid`, `_name`, member access `a.b` `a['b']` `a[0]` `.length`, unary ! - + typeof, binary
// * / % + - < <= > >= == != === !== && ||, `?:`, parentheses, and calls of these functions only:
//   In('state')        true in that state; the argument must be a string literal, so that charts can be
//   checked min(n, …) max(n, …) floor(n) abs(n)     as ECMAScript's Math contains(list, x)  an element is x
//   (as ===, and NaN is found); contains(text, part) for texts; otherwise false size(x)            length of
//   a text (UTF-16 units) or list, number of an object's members; otherwise undefined,
//                      because unknown is not zero
//   lower(text)        A–Z to a–z only; undefined for what is no text
//   startsWith(text, prefix)                false unless both are texts
// Whatever else ECMAScript knows is refused by Compile, with the byte offset. A whitelist, because a
// blacklist over a script engine does not hold: `[].constructor.constructor("…")()` walks through it.
//
// Semantics are ECMAScript's (ECMA-262: coercions of == and +, NaN and Infinity as intermediate numbers,
// undefined for missing members, identity of objects), tested against another interpreter. On purpose
// different:
//   - Members are a value's own: what ECMAScript inherits (`a.toString`, `[].push`) is undefined here.
//     `constructor`, `prototype` and `__proto__` are refused, written (Compile) or computed (Evaluate).
//   - Function names stand apart from data names: a variable may be called `size`.
//   - Names are ASCII. `NaN` and `Infinity` are no names. No comments, octal literals, line continuations,
//   array
//     holes, computed or shorthand keys.
//   - Texts are well-formed Unicode: a lone surrogate cannot be written, and an index into the middle of a
//     surrogate pair is a TypeError.
//   - Assignment copies: after `x` was assigned `y`, `x === y` is false for lists and objects.
//   - XML values can be handed on, compared (===) and tested for truth; anything else with them is a
//   TypeError.
//   - What leaves Evaluate must be storable: NaN, Infinity, -0 (anywhere), undefined or XML inside a list or
//   object
//     are EXPRESSION_NOT_STORABLE. Integral numbers up to 2^53 leave as JSON integers, so that money prints
//     exactly.
//
// Bounds: see Limits and kMaxResult…; an evaluation makes at most `nodes` steps, does not recurse and does
// not loop. No exception escapes. Compiled expressions are immutable and may be shared between threads.
#ifndef JISSHO_WORKFLOW_EXPRESSION_EXPRESSION_H_
#define JISSHO_WORKFLOW_EXPRESSION_EXPRESSION_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "workflow/expression/value.h"

namespace jissho::expression {

// EXPRESSION_TOO_LARGE beyond these.
struct Limits {
  size_t text = 4096;   // bytes
  size_t depth = 64;    // nesting of parentheses, brackets, unary operators and conditionals
  size_t nodes = 1024;  // compiled steps: every literal, name, access, operator and call is one, `?:` is two
};

// EXPRESSION_RESULT_TOO_LARGE beyond these.
inline constexpr size_t kMaxResultText = 64 * 1024;  // bytes of all strings and keys of one result
inline constexpr size_t kMaxResultElements = 4096;   // list elements and object members of one result, in all
inline constexpr size_t kMaxResultDepth = 128;       // nesting of lists and objects
inline constexpr size_t kMaxWorkingBytes = 1024 * 1024;  // intermediate texts and lists of one evaluation

struct Program;

class Expression {
 public:
  explicit Expression(std::unique_ptr<const Program> program);
  ~Expression();

  const std::string& text() const;
  // The data names and the states of In() that the text mentions, each once, sorted: for checking a chart.
  const std::vector<std::string>& data_names() const;
  const std::vector<std::string>& states() const;

  const Program& program() const { return *program_; }  // for this component only

 private:
  std::unique_ptr<const Program> program_;
};

// Errors: EXPRESSION_SYNTAX, EXPRESSION_NOT_ALLOWED, EXPRESSION_TOO_LARGE.
absl::StatusOr<std::shared_ptr<const Expression>> Compile(absl::string_view text, const Limits& limits = {});

// What an expression can see. The pointers must outlive the call.
struct Scope {
  const std::map<std::string, Value>* data = nullptr;  // null: no data names
  const Value* event = nullptr;  // null: `_event` is undefined, as before the first event
  std::string session_id;
  std::string name;
  std::function<bool(const std::string&)> in;  // empty: In() is a ReferenceError
};

// Errors (each is `error.execution`): EXPRESSION_TYPE_ERROR, EXPRESSION_REFERENCE_ERROR,
// EXPRESSION_NOT_ALLOWED (a computed member name), EXPRESSION_NOT_STORABLE, EXPRESSION_RESULT_TOO_LARGE.
absl::StatusOr<Value> Evaluate(const Expression& expression, const Scope& scope);

// ECMAScript's truthiness of the result; the result need not be storable.
absl::StatusOr<bool> EvaluateCondition(const Expression& expression, const Scope& scope);

// The target of <assign location="a.b[i]">: a data name and member accesses whose keys may be expressions.
class Location {
 public:
  struct Step {
    size_t offset = 0;
    std::string key;  // when `computed` is null
    std::shared_ptr<const Expression> computed;
  };
  Location(std::string text, std::string name, std::vector<Step> steps);

  const std::string& text() const { return text_; }
  const std::string& data_name() const { return name_; }
  const std::vector<Step>& steps() const { return steps_; }

 private:
  std::string text_;
  std::string name_;
  std::vector<Step> steps_;
};

// Errors as Compile. The system variables (`_event`, `_sessionid`, `_name`, `_ioprocessors`, `_x`) are
// refused.
absl::StatusOr<std::shared_ptr<const Location>> CompileLocation(absl::string_view text,
                                                                const Limits& limits = {});

// Sets the location in `data`; `scope` (whose data may be the same map) serves computed keys. All or nothing.
// The variable and every step but the last must exist. The last makes or replaces a member, or replaces or
// appends a list element: a list never gets holes. Inside a list or object only JSON can stand. Errors (each
// is `error.execution`): as Evaluate.
absl::Status Assign(const Location& location, const Scope& scope, std::map<std::string, Value>& data,
                    Value value);

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_EXPRESSION_H_
