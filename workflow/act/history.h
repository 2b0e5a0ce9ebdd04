// What an instance was at any time, rebuilt from its journal alone.
//
// Every entry says which states were entered and left and what changed in the data, and by which version of
// the chart. Added up they give configuration and data; the chart gives the tasks that were open then. What a
// history state remembers and which timers waited do not stand in the journal.
#ifndef JISSHO_WORKFLOW_ACT_HISTORY_H_
#define JISSHO_WORKFLOW_ACT_HISTORY_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "workflow/act/catalog.h"
#include "workflow/act/rows.h"
#include "workflow/engine/machine.h"
#include "workflow/storage/session.h"

namespace jissho::act {

// Adds up an instance's entries, oldest first, none left out.
class JournalReplay {
 public:
  // `machine` is that of the entry's chart hash. DATA_LOSS when the entry does not fit those before it.
  absl::Status Add(const JournalRow& entry, const engine::Machine& machine);

  // Configuration, data and end; the rest of a snapshot is not known to the journal.
  absl::StatusOr<engine::Snapshot> State(const engine::Machine& machine) const;
  // The incident that suspends the instance, or empty.
  const std::string& incident() const { return incident_; }

 private:
  absl::Status MoveStates(const JournalRow& entry, const engine::Machine& machine);
  void NoteIncident(const std::string& outcome, const nlohmann::json& detail);

  std::set<std::string> active_;
  std::vector<std::string> ended_in_;
  std::map<std::string, expression::Value> data_;
  std::string incident_;
  bool finished_ = false;
  bool begun_ = false;
};

// The instance as it was at `time`, with the tasks open then; version, timers, actors and children are left
// empty. INSTANCE_NOT_FOUND; INSTANCE_NOT_BEGUN when it began later.
absl::StatusOr<InstanceRow> InstanceAt(storage::Session& session, const Catalog& catalog,
                                       const std::string& instance_id, absl::Time time);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_HISTORY_H_
