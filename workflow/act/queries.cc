#include "workflow/act/queries.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/act/act.h"
#include "workflow/act/journal.h"
#include "workflow/act/reasons.h"

namespace jissho::act {

namespace {
constexpr int kPage = 500;
}

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

absl::Status VerifyJournal(storage::Session& session, const std::string& instance_id) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow instance, GetInstance(session, instance_id));
  std::string previous;
  int64_t sequence = 0;
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(auto entries, ListJournal(session, instance_id, sequence, kPage));
    for (const JournalRow& entry : entries) {
      if (entry.sequence != sequence + 1 || entry.previous_hash != previous ||
          entry.hash != JournalHash(entry)) {
        return absl::DataLossError(
            absl::StrCat("journal of ", instance_id, " is broken at entry ", sequence + 1));
      }
      previous = entry.hash;
      sequence = entry.sequence;
    }
    if (static_cast<int>(entries.size()) < kPage) break;
  }
  if (sequence != instance.journal_sequence || previous != instance.journal_hash) {
    return absl::DataLossError(absl::StrCat("journal of ", instance_id, " ends at ", sequence, ", not at ",
                                            instance.journal_sequence));
  }
  return absl::OkStatus();
}

}  // namespace jissho::act
