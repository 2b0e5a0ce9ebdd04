// All SQL of the cases service. Reading only; any session.
#ifndef JISSHO_SERVICES_CASES_STORE_QUERIES_H_
#define JISSHO_SERVICES_CASES_STORE_QUERIES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/cases/domain/progress.h"
#include "services/cases/store/rows.h"
#include "workflow/act/act.h"
#include "workflow/storage/session.h"

namespace jissho::cases {

absl::StatusOr<std::optional<CaseRow>> FindCase(storage::Session& session, const std::string& id);

// Empty texts and 0 mean any.
struct CaseFilter {
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string call_id;
  std::string state;
  std::string organisation_id;
  std::vector<std::string> words;  // normalised, see search_text.h
};
// Where the page before ended.
struct CaseKey {
  int64_t fiscal_year = 0;
  std::string id;
};
// Newest fiscal year first, then by id.
absl::StatusOr<std::vector<CaseRow>> ListCases(storage::Session& session, const CaseFilter& filter,
                                               const std::optional<CaseKey>& after, int limit);

absl::StatusOr<Counts> CountCases(storage::Session& session, const std::string& programme_id,
                                  int64_t fiscal_year);

// Entries with position > `after`, oldest first.
absl::StatusOr<std::vector<HistoryRow>> ListHistory(storage::Session& session, const std::string& case_id,
                                                    int64_t after, int limit);
absl::StatusOr<std::optional<HeadRow>> FindHead(storage::Session& session, const std::string& case_id);
absl::StatusOr<std::vector<ChainRow>> ListChains(storage::Session& session, const std::string& case_id);

struct TaskFilter {
  std::vector<std::string> roles;  // any of them; none: all roles
  std::string organisation;        // when `only_organisation`
  bool only_organisation = false;
  std::string case_id;
  std::optional<int64_t> due_before;  // Unix microseconds
};
struct TaskKey {
  int64_t due = 0;
  std::string service;
  std::string instance_id;
  int64_t number = 0;
};
// Earliest due first, those without a due time last.
absl::StatusOr<std::vector<TaskRow>> ListTasks(storage::Session& session, const TaskFilter& filter,
                                               const std::optional<TaskKey>& after, int limit);
// Titles of these cases, by id; unknown ones are absent.
absl::StatusOr<std::map<std::string, std::string>> TitlesOf(storage::Session& session,
                                                            const std::vector<std::string>& case_ids);

// Within an event's act.
absl::StatusOr<std::vector<TaskRow>> TasksOfInstance(const act::View& view, const std::string& service,
                                                     const std::string& instance_id);
absl::StatusOr<std::vector<TaskRow>> TasksOfCase(const act::View& view, const std::string& case_id);
absl::StatusOr<std::vector<GramRow>> GramsOfCase(const act::View& view, const std::string& case_id);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_STORE_QUERIES_H_
