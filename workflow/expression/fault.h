// Makes this component's errors: a reason, the byte where it happened, and the problem in both languages.
#ifndef JISSHO_WORKFLOW_EXPRESSION_FAULT_H_
#define JISSHO_WORKFLOW_EXPRESSION_FAULT_H_

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "workflow/expression/reasons.h"

namespace jissho::expression {

struct Problem {
  absl::string_view ja;
  absl::string_view en;
};

// `subject` (a name, a token) is put behind both texts when it is not empty.
inline absl::Status Fault(const Reason& reason, size_t offset, Problem problem,
                          absl::string_view subject = "") {
  std::string ja(problem.ja);
  std::string en(problem.en);
  if (!subject.empty()) {
    absl::StrAppend(&ja, "（", subject, "）");
    absl::StrAppend(&en, " (", subject, ")");
  }
  return MakeError(reason, {{"offset", absl::StrCat(offset)}, {"problem_ja", ja}, {"problem_en", en}});
}

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_FAULT_H_
