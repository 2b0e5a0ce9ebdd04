// The statements that every table needs, generated from its TableSpec. Parameters are `?`; where they do not
// come with the text, their order is stated with the function. `n` is the number of rows, at least 1. Limits:
// SQLite takes 32766 parameters a statement and at most kRowsMax composite keys in one condition; MariaDB
// max_allowed_packet (16 MiB) bytes of text.
#ifndef JISSHO_WORKFLOW_STORAGE_SQL_BUILDER_H_
#define JISSHO_WORKFLOW_STORAGE_SQL_BUILDER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "workflow/storage/cell.h"
#include "workflow/storage/dialect.h"

namespace jissho::storage {

inline constexpr int kRowsMax = 256;

struct Statement {
  std::string sql;
  CellRow params;
};

// SELECT of all columns by `keys`, in key order so that two transactions lock the same rows in the same
// order. `for_update` is Dialect::for_update() to lock the rows, "" to read. Give composite keys in order:
// neighbours that differ in their last column only are looked up together, which costs MariaDB half as much.
Statement SelectByKeys(const TableSpec& table, const std::vector<CellRow>& keys,
                       absl::string_view for_update);

// Parameters: all columns of each row.
std::string InsertRows(const TableSpec& table, int n);

// Parameters: the columns after the key, then the key, then (tables with a version) the version that was
// read. One row matched means done; none means that somebody else was faster. Requires a column beside the
// key.
std::string UpdateRow(const TableSpec& table);
CellRow UpdateParams(const TableSpec& table, const CellRow& row, int64_t version_read);

// Insert or overwrite (Session::Upsert). Parameters: as InsertRows. The number of affected rows differs
// between the databases: do not use it.
std::string UpsertRows(const TableSpec& table, int n, const Dialect& dialect);

// `keys` as SelectByKeys.
Statement DeleteByKeys(const TableSpec& table, const std::vector<CellRow>& keys);

// The types of all columns, as Session::Query wants them.
std::vector<CellType> TypesOf(const TableSpec& table);

// The first `key_columns` cells of a row.
CellRow KeyCells(const TableSpec& table, const CellRow& row);

// Appends `row` to the parameters of a multi-row statement.
void AppendCells(CellRow& params, const CellRow& row);

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_SQL_BUILDER_H_
