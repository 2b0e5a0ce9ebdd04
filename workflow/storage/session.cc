#include "workflow/storage/session.h"

#include "workflow/storage/sql_builder.h"

namespace jissho::storage {
namespace {

CellRow ParametersOf(const std::vector<const CellRow*>& rows) {
  CellRow params;
  params.reserve(rows.size() * rows[0]->size());
  for (const CellRow* row : rows) AppendCells(params, *row);
  return params;
}

}  // namespace

absl::Status Session::Insert(const TableSpec& table, const std::vector<const CellRow*>& rows) {
  return Execute(InsertRows(table, static_cast<int>(rows.size())), ParametersOf(rows)).status();
}

absl::Status Session::Upsert(const TableSpec& table, const std::vector<const CellRow*>& rows) {
  return Execute(UpsertRows(table, static_cast<int>(rows.size()), dialect()), ParametersOf(rows)).status();
}

}  // namespace jissho::storage
