#include "services/trial/store/queries.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace jissho::trial {

namespace {

// Ids are made of the time of their making, so their order is that of time.
constexpr char kByDue[] = "WHERE trial_id = ? ORDER BY due_date, id";
constexpr char kById[] = "WHERE trial_id = ? ORDER BY id";

template <class Source>
absl::StatusOr<Parts> PartsOf(const Source& source, const std::string& trial_id) {
  const storage::CellRow key = {trial_id};
  Parts parts;
  JISSHO_ASSIGN_OR_RETURN(parts.milestones, source.template Select<MilestoneRow>(kByDue, key));
  JISSHO_ASSIGN_OR_RETURN(parts.promises, source.template Select<PromiseRow>(kById, key));
  JISSHO_ASSIGN_OR_RETURN(parts.notes, source.template Select<NoteRow>(kById, key));
  JISSHO_ASSIGN_OR_RETURN(parts.incidents, source.template Select<IncidentRow>(kById, key));
  JISSHO_ASSIGN_OR_RETURN(parts.outreach, source.template Select<OutreachRow>(kById, key));
  return parts;
}

struct SessionSource {
  storage::Session& session;
  template <class Row>
  absl::StatusOr<std::vector<Row>> Select(const std::string& tail, const storage::CellRow& params) const {
    return storage::Select<Row>(session, tail, params);
  }
};

}  // namespace

absl::StatusOr<std::optional<TrialRow>> FindTrial(storage::Session& session, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<TrialRow>(session, "WHERE id = ?", {id}));
  if (rows.empty()) return std::optional<TrialRow>();
  return std::optional<TrialRow>(std::move(rows.front()));
}

absl::StatusOr<std::vector<TrialRow>> ListTrials(storage::Session& session, const TrialFilter& filter,
                                                 const std::string& after, int limit) {
  std::vector<std::string> conditions = {"id > ?"};
  storage::CellRow params = {after};
  const auto add = [&](const char* condition, storage::Cell value) {
    conditions.push_back(condition);
    params.push_back(std::move(value));
  };
  if (!filter.programme_id.empty()) add("programme_id = ?", filter.programme_id);
  if (filter.fiscal_year != 0) add("fiscal_year = ?", filter.fiscal_year);
  if (!filter.call_id.empty()) add("call_id = ?", filter.call_id);
  if (!filter.organisation_id.empty()) add("organisation_id = ?", filter.organisation_id);
  if (filter.open_promises) conditions.push_back("open_promises > 0");
  return storage::Select<TrialRow>(
      session, absl::StrCat("WHERE ", absl::StrJoin(conditions, " AND "), " ORDER BY id LIMIT ", limit),
      params);
}

absl::StatusOr<Parts> ListParts(storage::Session& session, const std::string& trial_id) {
  return PartsOf(SessionSource{session}, trial_id);
}

absl::StatusOr<Parts> ListParts(const act::View& view, const std::string& trial_id) {
  return PartsOf(view, trial_id);
}

}  // namespace jissho::trial
