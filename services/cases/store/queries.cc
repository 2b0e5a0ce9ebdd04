#include "services/cases/store/queries.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cases/domain/search_text.h"

namespace jissho::cases {

namespace {

// Conditions that hold together, with their parameters.
class Where {
 public:
  void Add(const std::string& condition, const storage::CellRow& params = {}) {
    conditions_.push_back(condition);
    params_.insert(params_.end(), params.begin(), params.end());
  }
  void AddText(const std::string& column, const std::string& value) {
    if (!value.empty()) Add(column + " = ?", {value});
  }
  std::string tail(const std::string& order, int limit) const {
    return absl::StrCat(conditions_.empty() ? "" : "WHERE ", absl::StrJoin(conditions_, " AND "),
                        " ORDER BY ", order, " LIMIT ", limit);
  }
  const storage::CellRow& params() const { return params_; }

 private:
  std::vector<std::string> conditions_;
  storage::CellRow params_;
};

template <class Row>
absl::StatusOr<std::optional<Row>> First(absl::StatusOr<std::vector<Row>> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

}  // namespace

absl::StatusOr<std::optional<CaseRow>> FindCase(storage::Session& session, const std::string& id) {
  return First(storage::Select<CaseRow>(session, "WHERE id = ?", {id}));
}

absl::StatusOr<std::vector<CaseRow>> ListCases(storage::Session& session, const CaseFilter& filter,
                                               const std::optional<CaseKey>& after, int limit) {
  Where where;
  where.AddText("programme_id", filter.programme_id);
  if (filter.fiscal_year != 0) where.Add("fiscal_year = ?", {filter.fiscal_year});
  where.AddText("call_id", filter.call_id);
  where.AddText("state", filter.state);
  where.AddText("organisation_id", filter.organisation_id);
  for (const std::string& word : filter.words) {
    for (const std::string& gram : GramsToFind(word)) {
      where.Add("id IN (SELECT case_id FROM cases_gram WHERE gram = ?)", {gram});
    }
    // The pairs of "abcd" are also in "bc ab cd": only the text itself decides.
    where.Add("INSTR(search_text, ?) > 0", {word});
  }
  if (after) {
    where.Add("(fiscal_year < ? OR (fiscal_year = ? AND id > ?))",
              {after->fiscal_year, after->fiscal_year, after->id});
  }
  return storage::Select<CaseRow>(session, where.tail("fiscal_year DESC, id", limit), where.params());
}

absl::StatusOr<Counts> CountCases(storage::Session& session, const std::string& programme_id,
                                  int64_t fiscal_year) {
  using storage::CellType;
  JISSHO_ASSIGN_OR_RETURN(
      auto rows,
      session.Query("SELECT state, adopted, declined, trial_run, trial_completed, COUNT(*) FROM cases_case "
                    "WHERE programme_id = ? AND fiscal_year = ? "
                    "GROUP BY state, adopted, declined, trial_run, trial_completed",
                    {programme_id, fiscal_year},
                    {CellType::kText, CellType::kInteger, CellType::kInteger, CellType::kInteger,
                     CellType::kInteger, CellType::kInteger}));
  Counts counts;
  for (const storage::CellRow& row : rows) {
    const auto flag = [&](int column) { return std::get<int64_t>(row[column]) != 0; };
    Add(counts, {std::get<std::string>(row[0]), flag(1), flag(2), flag(3), flag(4)},
        std::get<int64_t>(row[5]));
  }
  return counts;
}

absl::StatusOr<std::vector<HistoryRow>> ListHistory(storage::Session& session, const std::string& case_id,
                                                    int64_t after, int limit) {
  return storage::Select<HistoryRow>(
      session, absl::StrCat("WHERE case_id = ? AND position > ? ORDER BY position LIMIT ", limit),
      {case_id, after});
}

absl::StatusOr<std::optional<HeadRow>> FindHead(storage::Session& session, const std::string& case_id) {
  return First(storage::Select<HeadRow>(session, "WHERE case_id = ?", {case_id}));
}

absl::StatusOr<std::vector<ChainRow>> ListChains(storage::Session& session, const std::string& case_id) {
  return storage::Select<ChainRow>(session, "WHERE case_id = ? ORDER BY service, instance_id", {case_id});
}

absl::StatusOr<std::vector<TaskRow>> ListTasks(storage::Session& session, const TaskFilter& filter,
                                               const std::optional<TaskKey>& after, int limit) {
  Where where;
  std::vector<std::string> any_role;
  storage::CellRow patterns;
  for (const std::string& role : filter.roles) {
    any_role.push_back("INSTR(roles, ?) > 0");
    patterns.push_back(absl::StrCat(" ", role, " "));
  }
  if (!any_role.empty()) where.Add(absl::StrCat("(", absl::StrJoin(any_role, " OR "), ")"), patterns);
  if (filter.only_organisation) where.Add("organisation = ?", {filter.organisation});
  where.AddText("case_id", filter.case_id);
  if (filter.due_before) where.Add("due < ?", {*filter.due_before});
  if (after) {
    where.Add(
        "(due > ? OR (due = ? AND (service > ? OR (service = ? AND (instance_id > ? OR (instance_id = ? AND "
        "number > "
        "?))))))",
        {after->due, after->due, after->service, after->service, after->instance_id, after->instance_id,
         after->number});
  }
  return storage::Select<TaskRow>(session, where.tail("due, service, instance_id, number", limit),
                                  where.params());
}

absl::StatusOr<std::map<std::string, std::string>> TitlesOf(storage::Session& session,
                                                            const std::vector<std::string>& case_ids) {
  std::map<std::string, std::string> titles;
  if (case_ids.empty()) return titles;
  storage::CellRow params(case_ids.begin(), case_ids.end());
  const std::string marks = absl::StrJoin(std::vector<std::string>(case_ids.size(), "?"), ",");
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, session.Query(absl::StrCat("SELECT id, title FROM cases_case WHERE id IN (", marks, ")"),
                               params, {storage::CellType::kText, storage::CellType::kText}));
  for (const storage::CellRow& row : rows)
    titles[std::get<std::string>(row[0])] = std::get<std::string>(row[1]);
  return titles;
}

absl::StatusOr<std::vector<TaskRow>> TasksOfInstance(const act::View& view, const std::string& service,
                                                     const std::string& instance_id) {
  return view.Select<TaskRow>("WHERE service = ? AND instance_id = ? ORDER BY number",
                              {service, instance_id});
}

absl::StatusOr<std::vector<TaskRow>> TasksOfCase(const act::View& view, const std::string& case_id) {
  return view.Select<TaskRow>("WHERE case_id = ? ORDER BY service, instance_id, number", {case_id});
}

absl::StatusOr<std::vector<GramRow>> GramsOfCase(const act::View& view, const std::string& case_id) {
  return view.Select<GramRow>("WHERE case_id = ? ORDER BY gram", {case_id});
}

}  // namespace jissho::cases
