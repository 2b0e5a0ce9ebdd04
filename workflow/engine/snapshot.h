// Everything that an instance is between two events; nothing else may survive in memory.
#ifndef JISSHO_WORKFLOW_ENGINE_SNAPSHOT_H_
#define JISSHO_WORKFLOW_ENGINE_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/engine/event.h"

namespace jissho::engine {

// An <invoke> that runs: which one of which state.
struct Invocation {
  std::string state;
  int index = 0;  // among the state's <invoke> elements, from 0
  friend bool operator==(const Invocation&, const Invocation&) = default;
};

struct Snapshot {
  // Ids of all active states, in document order. Of a finished instance: those in which it ended.
  std::vector<std::string> configuration;
  std::map<std::string, std::vector<std::string>> history;  // history id -> states to return to
  std::map<std::string, Value> data;
  std::set<std::string> initialised;              // late binding: states whose data has been made
  std::map<std::string, Invocation> invocations;  // by invoke id
  std::int64_t next_send = 1;  // numbers the ids made for <send idlocation> and for <invoke>
  bool finished = false;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

// Ids and not positions, so that a stored instance outlives a change of the chart.
Json ToJson(const Snapshot& snapshot);
absl::StatusOr<Snapshot> SnapshotFromJson(const Json& json);  // ENGINE_SNAPSHOT_MALFORMED

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_SNAPSHOT_H_
