#include "workflow/act/shard.h"

namespace jissho::act {

int64_t ShardOf(absl::string_view case_id, absl::string_view instance_id) {
  uint64_t hash = 1469598103934665603ull;
  for (const unsigned char c : case_id.empty() ? instance_id : case_id) hash = (hash ^ c) * 1099511628211ull;
  return static_cast<int64_t>(hash % kShards);
}

}  // namespace jissho::act
