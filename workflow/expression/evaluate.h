// Evaluation with operands as results. Internal to this component.
#ifndef JISSHO_WORKFLOW_EXPRESSION_EVALUATE_H_
#define JISSHO_WORKFLOW_EXPRESSION_EVALUATE_H_

#include <forward_list>
#include <string>

#include "absl/status/statusor.h"
#include "workflow/expression/expression.h"
#include "workflow/expression/fault.h"
#include "workflow/expression/program.h"

namespace jissho::expression {

// One evaluation: the operands it returns live as long as it, its program and its scope.
class Evaluator {
 public:
  Evaluator(const Program& program, const Scope& scope) : program_(program), scope_(scope) {}

  // False: see status().
  bool Run(Operand* result);
  const absl::Status& status() const { return status_; }

  // ToPropertyKey.
  bool ToKey(const Operand& operand, std::string* key);
  absl::StatusOr<Value> ToValue(const Operand& operand);

 private:
  bool Execute(Operand* stack, Operand* result);
  bool Push(const Instruction& step, Operand* slot);
  bool Replace(const Instruction& step, Operand* top);
  bool Combine(const Instruction& step, Operand* left, const Operand& right);
  bool CallFunction(Function function, Operand* first, size_t count);
  bool MakeArray(Operand* first, size_t count);
  bool MakeObject(const Instruction& step, Operand* first);
  bool Load(const Instruction& step, Operand* slot);
  bool Member(const Operand& object, const std::string& name, Operand* member);
  bool Index(const Operand& object, const Operand& key, Operand* member);
  bool Element(const Operand& object, size_t index, Operand* element);
  bool Add(Operand* left, const Operand& right);
  bool Compare(Op op, Operand* left, const Operand& right);
  bool LooseEquals(const Operand& left, const Operand& right, bool* equal);
  bool ToPrimitive(const Operand& operand, Operand* primitive);
  bool ToNumber(const Operand& operand, double* number);
  bool Text(const Operand& operand, Operand* text);
  bool Keep(std::string text, Operand* operand);
  bool Spend(size_t bytes);

  bool Convert(const Operand& operand, size_t depth, Json* json);
  bool ConvertJson(const Json& from, size_t depth, Json* to);
  bool ConvertNumber(double number, Json* json);
  bool CountText(size_t bytes);
  bool CountElements(size_t count, size_t depth);

  bool Fail(const Reason& reason, Problem problem, absl::string_view subject = "");

  const Program& program_;
  const Scope& scope_;
  size_t offset_ = 0;  // of the step that runs
  size_t spent_ = 0;
  size_t result_text_ = 0;
  size_t result_elements_ = 0;
  absl::Status status_;
  // Nodes stay where they are, and empty lists allocate nothing.
  std::forward_list<std::string> texts_;
  std::forward_list<List> lists_;
  std::forward_list<Record> records_;
};

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_EVALUATE_H_
