// The stored answer of a command: the response's bytes, or the refusal, so that a repeat gets the same.
#ifndef JISSHO_WORKFLOW_ACT_OUTCOME_H_
#define JISSHO_WORKFLOW_ACT_OUTCOME_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::act {

std::string EncodeOutcome(const absl::StatusOr<std::string>& outcome);
absl::StatusOr<std::string> DecodeOutcome(const std::string& text);

// Refusals that depend on nothing but the state of the case: they are kept and repeated. Others (a fault of
// the database, an unknown id, a lost race) leave no trace, and a repeat is tried afresh.
bool IsLastingRefusal(const absl::Status& status);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_OUTCOME_H_
