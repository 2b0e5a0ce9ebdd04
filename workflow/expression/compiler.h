// Recursive descent over the whitelisted grammar, emitting the stack machine's steps. Internal to this
// component.
#ifndef JISSHO_WORKFLOW_EXPRESSION_COMPILER_H_
#define JISSHO_WORKFLOW_EXPRESSION_COMPILER_H_

#include <map>
#include <memory>
#include <set>
#include <string>

#include "workflow/expression/expression.h"
#include "workflow/expression/fault.h"
#include "workflow/expression/lexer.h"
#include "workflow/expression/program.h"

namespace jissho::expression {

class Compiler {
 public:
  // `text` must outlive the compiler.
  Compiler(absl::string_view text, const Limits& limits);

  absl::StatusOr<std::shared_ptr<const Expression>> Whole();
  absl::StatusOr<std::shared_ptr<const Location>> WholeLocation();

 private:
  absl::Status Start();
  absl::Status Advance() { return lexer_.Next(&token_); }
  bool At(absl::string_view sign) const;
  absl::Status Expect(absl::string_view sign);
  absl::Status ExpectEnd();
  absl::Status Unexpected() const;
  absl::Status Enter();
  void Leave() { --depth_; }

  absl::Status Conditional();
  absl::Status Binary(int least);
  absl::Status Unary();
  absl::Status Postfix();
  absl::Status Primary();
  absl::Status NameOrCall();
  absl::Status Call(const std::string& name, size_t offset);
  absl::Status InState(size_t offset);
  absl::Status ArrayLiteral();
  absl::Status ObjectLiteral();
  absl::Status ObjectKey(std::string* key);
  absl::Status DotMember(std::string* name);
  absl::Status Bracket();
  absl::Status LocationStep(Location::Step* step);

  absl::Status Emit(Op op, size_t offset, int stack_effect, size_t argument = 0, size_t count = 0);
  absl::Status EmitText(std::string text, size_t offset);
  absl::Status EmitConstant(Operand operand, size_t offset);
  uint16_t Intern(const std::string& name);
  std::unique_ptr<Program> Finish();
  void Reset();

  absl::string_view text_;
  Limits limits_;
  Lexer lexer_;
  Token token_;
  size_t depth_ = 0;
  size_t nodes_ = 0;
  int stack_ = 0;
  std::unique_ptr<Program> program_;
  std::map<std::string, uint16_t> interned_;
  std::set<std::string> data_names_;
  std::set<std::string> states_;
};

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_COMPILER_H_
