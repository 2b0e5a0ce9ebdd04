#include "workflow/storage/mysql_rows.h"

#include <variant>

namespace jissho::storage {
namespace {

[[noreturn]] void Throw(MYSQL_STMT* statement) {
  throw soci::mysql_soci_error(mysql_stmt_error(statement), static_cast<int>(mysql_stmt_errno(statement)));
}

}  // namespace

bool MysqlRows::TakenBy(MYSQL* connection) {
  unsigned long extended = 0;  // NOLINT: the driver's type; the upper half of the capabilities
  mariadb_get_infov(connection, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &extended);
  return (extended & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

int64_t MysqlRows::Bytes(const TableSpec& table, const std::vector<const CellRow*>& rows) {
  constexpr int64_t kCellMax = 10;  // indicator and either a length or an integer
  int64_t bytes = 64 + static_cast<int64_t>(rows.size() * table.columns.size()) * kCellMax;
  for (const CellRow* row : rows) {
    for (const Cell& cell : *row) {
      if (const auto* text = std::get_if<std::string>(&cell)) bytes += static_cast<int64_t>(text->size());
    }
  }
  return bytes;
}

MYSQL_STMT* MysqlRows::Prepare(MYSQL* connection, const std::string& sql) {
  Statement& kept = statements_[sql];
  if (kept != nullptr) return kept.get();
  Statement statement(mysql_stmt_init(connection));
  if (statement == nullptr) throw std::bad_alloc();
  if (mysql_stmt_prepare(statement.get(), sql.data(), sql.size()) != 0) Throw(statement.get());
  kept = std::move(statement);
  return kept.get();
}

void MysqlRows::Fill(Column& column, size_t index, CellType type, const std::vector<const CellRow*>& rows) {
  column.indicators.assign(rows.size(), STMT_INDICATOR_NULL);
  column.texts.resize(rows.size());
  column.sizes.resize(rows.size());
  column.integers.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const Cell& cell = rows[i]->at(index);
    if (std::holds_alternative<std::monostate>(cell)) continue;
    column.indicators[i] = STMT_INDICATOR_NONE;
    if (type == CellType::kInteger) {
      column.integers[i] = std::get<int64_t>(cell);
    } else {
      const std::string& text = std::get<std::string>(cell);
      column.texts[i] = text.data();
      column.sizes[i] = text.size();
    }
  }
}

void MysqlRows::Write(MYSQL* connection, const std::string& sql, const TableSpec& table,
                      const std::vector<const CellRow*>& rows) {
  MYSQL_STMT* statement = Prepare(connection, sql);
  const size_t width = table.columns.size();
  if (columns_.size() < width) columns_.resize(width);
  std::vector<MYSQL_BIND> binds(width);
  for (size_t i = 0; i < width; ++i) {
    Column& column = columns_[i];
    const bool integer = table.columns[i].type == CellType::kInteger;
    Fill(column, i, table.columns[i].type, rows);
    binds[i].buffer_type = integer ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING;
    binds[i].buffer = integer ? static_cast<void*>(column.integers.data()) : column.texts.data();
    binds[i].length = column.sizes.data();
    binds[i].u.indicator = column.indicators.data();
  }
  const auto size = static_cast<unsigned>(rows.size());
  if (mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &size) != 0 ||
      mysql_stmt_bind_param(statement, binds.data()) != 0 || mysql_stmt_execute(statement) != 0) {
    Throw(statement);
  }
}

}  // namespace jissho::storage
