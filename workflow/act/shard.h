// The shard column of instances, their timers and their messages: what belongs together has the same number,
// so that the tables can one day be spread over databases. Nothing reads it yet.
#ifndef JISSHO_WORKFLOW_ACT_SHARD_H_
#define JISSHO_WORKFLOW_ACT_SHARD_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace jissho::act {

inline constexpr int64_t kShards = 1024;

// Modulo kShards the FNV-1a hash of 64 bits, begun with 1469598103934665603 instead of the published basis:
// of the case id, or of the instance id where there is no case. Part of the stored data: it must never give
// another number for the same id.
int64_t ShardOf(absl::string_view case_id, absl::string_view instance_id);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_SHARD_H_
