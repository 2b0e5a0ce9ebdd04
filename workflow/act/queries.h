// What may be asked of a service's instances and journals. Reading only; any session.
#ifndef JISSHO_WORKFLOW_ACT_QUERIES_H_
#define JISSHO_WORKFLOW_ACT_QUERIES_H_

#include <map>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "workflow/act/rows.h"
#include "workflow/storage/session.h"

namespace jissho::act {

// NOT_FOUND (INSTANCE_NOT_FOUND) when there is none.
absl::StatusOr<InstanceRow> GetInstance(storage::Session& session, const std::string& instance_id);

// All active state ids of an instance, in document order; empty when there is no such instance.
absl::StatusOr<std::vector<std::string>> ActiveStates(storage::Session& session,
                                                      const std::string& instance_id);
std::vector<std::string> ActiveStatesOf(const InstanceRow& row);
// The texts of a JSON array of them, as JournalRow::entered is one.
std::vector<std::string> TextsIn(const std::string& json_array);

// What people can do now, a JSON array as in InstanceRow::tasks: nothing while an incident suspends the
// instance. The open tasks themselves stay in the row, and are offered again after the repair.
nlohmann::json OfferedTasksOf(const InstanceRow& row);

// The innermost active state of each of these instances (for lists); unknown ids are absent. At most 500 ids.
absl::StatusOr<std::map<std::string, std::string>> StatesOf(storage::Session& session,
                                                            const std::vector<std::string>& instance_ids);

// Entries with sequence > `after`, oldest first.
absl::StatusOr<std::vector<JournalRow>> ListJournal(storage::Session& session, const std::string& instance_id,
                                                    int64_t after, int limit);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_QUERIES_H_
