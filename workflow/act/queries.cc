#include "workflow/act/queries.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/act/act.h"
#include "workflow/act/reasons.h"

namespace jissho::act {

absl::StatusOr<InstanceRow> GetInstance(storage::Session& session, const std::string& instance_id) {
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<InstanceRow>(session, "WHERE id = ?", {instance_id}));
  if (rows.empty()) return MakeError(kInstanceNotFound, {{"id", instance_id}});
  return std::move(rows[0]);
}

std::vector<std::string> ActiveStatesOf(const InstanceRow& row) {
  const Json snapshot = Json::parse(row.snapshot, nullptr, false);
  if (!snapshot.is_object() || !snapshot.contains("configuration")) return {};
  return snapshot["configuration"].get<std::vector<std::string>>();
}

std::vector<std::string> TextsIn(const std::string& json_array) {
  const Json json = Json::parse(json_array, nullptr, false);
  std::vector<std::string> texts;
  if (!json.is_array()) return texts;
  for (const Json& text : json) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

Json OfferedTasksOf(const InstanceRow& row) {
  const Json tasks = Json::parse(row.tasks, nullptr, false);
  return row.incident.empty() && tasks.is_array() ? tasks : Json::array();
}

absl::StatusOr<std::vector<std::string>> ActiveStates(storage::Session& session,
                                                      const std::string& instance_id) {
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<InstanceRow>(session, "WHERE id = ?", {instance_id}));
  if (rows.empty()) return std::vector<std::string>();
  return ActiveStatesOf(rows[0]);
}

absl::StatusOr<std::map<std::string, std::string>> StatesOf(storage::Session& session,
                                                            const std::vector<std::string>& instance_ids) {
  std::map<std::string, std::string> out;
  if (instance_ids.empty()) return out;
  storage::CellRow params(instance_ids.begin(), instance_ids.end());
  const std::string marks = absl::StrJoin(std::vector<std::string>(instance_ids.size(), "?"), ", ");
  JISSHO_ASSIGN_OR_RETURN(auto rows,
                          storage::Select<InstanceRow>(session, "WHERE id IN (" + marks + ")", params));
  for (const InstanceRow& row : rows) {
    const auto states = ActiveStatesOf(row);
    out[row.id] = states.empty() ? "" : states.back();
  }
  return out;
}

absl::StatusOr<std::vector<JournalRow>> ListJournal(storage::Session& session, const std::string& instance_id,
                                                    int64_t after, int limit) {
  return storage::Select<JournalRow>(session,
                                     "WHERE instance_id = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                                     {instance_id, after, int64_t{limit}});
}

}  // namespace jissho::act
