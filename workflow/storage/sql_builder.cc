#include "workflow/storage/sql_builder.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace jissho::storage {
namespace {

std::vector<std::string> Names(const TableSpec& table, size_t from, size_t to) {
  std::vector<std::string> names;
  for (size_t i = from; i < to; ++i) names.push_back(table.columns[i].name);
  return names;
}

std::vector<std::string> KeyNames(const TableSpec& table) { return Names(table, 0, table.key_columns); }

std::vector<std::string> ValueNames(const TableSpec& table) {
  return Names(table, table.key_columns, table.columns.size());
}

// "x,x,x"
std::string Repeat(absl::string_view text, size_t n, absl::string_view separator) {
  return absl::StrJoin(std::vector<absl::string_view>(n, text), separator);
}

std::string KeyCondition(const TableSpec& table) {
  return absl::StrCat(absl::StrJoin(KeyNames(table), "=? AND "), "=?");
}

// OR of ANDs for composite keys: both databases use the primary key for it, and SQLite has no list of row
// values.
std::string KeysCondition(const TableSpec& table, int n) {
  if (table.key_columns == 1) return absl::StrCat(table.columns[0].name, " IN (", Repeat("?", n, ","), ")");
  return Repeat(absl::StrCat("(", KeyCondition(table), ")"), n, " OR ");
}

}  // namespace

std::string SelectByKeys(const TableSpec& table, int n, absl::string_view for_update) {
  return absl::StrCat("SELECT ", absl::StrJoin(Names(table, 0, table.columns.size()), ","), " FROM ",
                      table.name, " WHERE ", KeysCondition(table, n), " ORDER BY ",
                      absl::StrJoin(KeyNames(table), ","), for_update);
}

std::string InsertRows(const TableSpec& table, int n) {
  const std::string row = absl::StrCat("(", Repeat("?", table.columns.size(), ","), ")");
  return absl::StrCat("INSERT INTO ", table.name, " (",
                      absl::StrJoin(Names(table, 0, table.columns.size()), ","), ") VALUES ",
                      Repeat(row, n, ","));
}

std::string UpdateRow(const TableSpec& table) {
  std::string sql = absl::StrCat("UPDATE ", table.name, " SET ", absl::StrJoin(ValueNames(table), "=?,"),
                                 "=? WHERE ", KeyCondition(table));
  if (table.version_column >= 0) sql += " AND version=?";
  return sql;
}

CellRow UpdateParams(const TableSpec& table, const CellRow& row, int64_t version_read) {
  CellRow params(row.begin() + table.key_columns, row.end());
  params.insert(params.end(), row.begin(), row.begin() + table.key_columns);
  if (table.version_column >= 0) params.push_back(version_read);
  return params;
}

std::string UpsertRows(const TableSpec& table, int n, const Dialect& dialect) {
  return InsertRows(table, n) + dialect.Upsert(KeyNames(table), ValueNames(table));
}

std::string DeleteByKeys(const TableSpec& table, int n) {
  return absl::StrCat("DELETE FROM ", table.name, " WHERE ", KeysCondition(table, n));
}

std::vector<CellType> TypesOf(const TableSpec& table) {
  std::vector<CellType> types;
  for (const ColumnSpec& column : table.columns) types.push_back(column.type);
  return types;
}

CellRow KeyCells(const TableSpec& table, const CellRow& row) {
  return CellRow(row.begin(), row.begin() + table.key_columns);
}

void AppendCells(CellRow& params, const CellRow& row) { params.insert(params.end(), row.begin(), row.end()); }

}  // namespace jissho::storage
