// The stored answer of a command: the response's bytes, or the refusal, so that a repeat gets the same.
#ifndef JISSHO_WORKFLOW_ACT_OUTCOME_H_
#define JISSHO_WORKFLOW_ACT_OUTCOME_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::act {

std::string EncodeOutcome(const absl::StatusOr<std::string>& outcome);
absl::StatusOr<std::string> DecodeOutcome(const std::string& text);

// Refusals that depend on nothing but the state of the case: they stand in its journal. Others (a fault of
// the database, an unknown id, a lost race) leave no trace.
bool IsRefusal(const absl::Status& status);
// Of those the ones that are kept as the command's answer. INSTANCE_SUSPENDED is not: it says to try again
// after the repair, and a client tries again with the same request id.
bool IsLastingRefusal(const absl::Status& status);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_OUTCOME_H_
