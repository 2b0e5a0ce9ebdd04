#include "workflow/storage/sql_builder.h"

#include <algorithm>

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

bool SharePrefix(const CellRow& a, const CellRow& b) { return std::equal(a.begin(), a.end() - 1, b.begin()); }

// OR of "prefix AND last column IN (…)": both databases use the primary key for it, and SQLite has no list of
// row values.
void AppendKeysCondition(const TableSpec& table, const std::vector<CellRow>& keys, Statement& out) {
  std::vector<std::string> groups;
  for (size_t begin = 0, end; begin < keys.size(); begin = end) {
    for (end = begin + 1; end < keys.size() && SharePrefix(keys[begin], keys[end]);) ++end;
    std::string group = KeyCondition(table);
    if (end - begin > 1) {
      group.resize(group.size() - 2);  // "=?" of the last column
      absl::StrAppend(&group, " IN (", Repeat("?", end - begin, ","), ")");
    }
    groups.push_back(std::move(group));
    out.params.insert(out.params.end(), keys[begin].begin(), keys[begin].end());
    for (size_t i = begin + 1; i < end; ++i) out.params.push_back(keys[i].back());
  }
  absl::StrAppend(&out.sql, " WHERE ");
  if (groups.size() == 1) {
    out.sql += groups[0];
  } else {
    absl::StrAppend(&out.sql, "(", absl::StrJoin(groups, ") OR ("), ")");
  }
}

}  // namespace

Statement SelectByKeys(const TableSpec& table, const std::vector<CellRow>& keys,
                       absl::string_view for_update) {
  Statement out;
  out.sql = absl::StrCat("SELECT ", absl::StrJoin(Names(table, 0, table.columns.size()), ","), " FROM ",
                         table.name);
  AppendKeysCondition(table, keys, out);
  absl::StrAppend(&out.sql, " ORDER BY ", absl::StrJoin(KeyNames(table), ","), for_update);
  return out;
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

Statement DeleteByKeys(const TableSpec& table, const std::vector<CellRow>& keys) {
  Statement out;
  out.sql = absl::StrCat("DELETE FROM ", table.name);
  AppendKeysCondition(table, keys, out);
  return out;
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
