#include "services/programme/store/store.h"

namespace jissho::programme {
namespace {

template <class Row>
absl::StatusOr<std::optional<Row>> FindById(storage::Session& session, const std::string& id) {
  auto rows = storage::Select<Row>(session, "WHERE id=?", {id});
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

}  // namespace

absl::StatusOr<std::optional<ProgrammeRow>> FindProgramme(storage::Session& session, const std::string& id) {
  return FindById<ProgrammeRow>(session, id);
}

absl::StatusOr<std::optional<CallRow>> FindCall(storage::Session& session, const std::string& id) {
  return FindById<CallRow>(session, id);
}

absl::StatusOr<std::optional<SheetRow>> FindSheet(storage::Session& session, const std::string& id) {
  return FindById<SheetRow>(session, id);
}

absl::StatusOr<std::vector<ProgrammeRow>> ListProgrammes(storage::Session& session, const std::string& after,
                                                         int limit) {
  return storage::Select<ProgrammeRow>(session, "WHERE id>? ORDER BY id LIMIT ?", {after, int64_t{limit}});
}

absl::StatusOr<std::vector<CallRow>> ListCalls(storage::Session& session, const CallFilter& filter,
                                               const std::string& after, int limit) {
  std::string tail = "WHERE id>?";
  storage::CellRow params = {after};
  if (!filter.programme_id.empty()) {
    tail += " AND programme_id=?";
    params.push_back(filter.programme_id);
  }
  if (filter.fiscal_year != 0) {
    tail += " AND fiscal_year=?";
    params.push_back(filter.fiscal_year);
  }
  if (!filter.state.empty()) {
    tail += " AND state=?";
    params.push_back(filter.state);
  }
  if (!filter.drafts) tail += " AND published_at IS NOT NULL";
  tail += " ORDER BY id LIMIT ?";
  params.push_back(int64_t{limit});
  return storage::Select<CallRow>(session, tail, params);
}

}  // namespace jissho::programme
