// What is written about an instance after every change of it: the journal's entry and the open tasks.
#ifndef JISSHO_WORKFLOW_ACT_JOURNAL_H_
#define JISSHO_WORKFLOW_ACT_JOURNAL_H_

#include <string>
#include <vector>

#include "workflow/act/unit.h"
#include "workflow/engine/machine.h"

namespace jissho::act {

// Hash of a journal entry over its content and the hash before it.
std::string JournalHash(const JournalRow& entry);

// The data that a change changed, by name, as tagged values; a name that vanished is null.
Json Difference(const engine::Snapshot& before, const engine::Snapshot& after);

// Makes the entry the newest of the instance's journal (number, time, chart and hashes are filled in) and
// tells the keeper of the case's history. Changes `row`, which the caller writes.
absl::Status AppendJournal(Unit& unit, InstanceRow& row, JournalRow entry);
// The same for a change of state: what the instance has become and its tasks go into `row`, the states that
// it entered and left into the entry.
absl::Status AppendStep(Unit& unit, InstanceRow& row, JournalRow entry, const engine::Snapshot& next,
                        const std::vector<std::string>& entered, const std::vector<std::string>& exited,
                        const Json& tasks);

// The open tasks of a state, a JSON array as InstanceRow::tasks keeps them; without those of
// jissho:task="none". `owner` as in InstanceRow.
absl::StatusOr<Json> OpenTasks(const engine::Machine& machine, const std::string& instance_id,
                               const engine::Snapshot& snapshot, const std::string& owner);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_JOURNAL_H_
