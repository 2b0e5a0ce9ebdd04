// Rows written by MariaDB's array binding (COM_STMT_BULK_EXECUTE), over a connection that SOCI has opened.
//
// One prepared statement for one row is run for all rows of an array, in one request and one answer. To the
// server it is one statement: a row that is refused undoes the others. Only this component's own files
// include it. Not thread-safe.
#ifndef JISSHO_WORKFLOW_STORAGE_MYSQL_ROWS_H_
#define JISSHO_WORKFLOW_STORAGE_MYSQL_ROWS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "workflow/storage/cell.h"
#include "workflow/storage/soci_headers.h"

namespace jissho::storage {

class MysqlRows {
 public:
  // Whether the server takes arrays: MariaDB does, MySQL does not.
  static bool TakenBy(MYSQL* connection);

  // About what Write sends, in bytes; never less.
  static int64_t Bytes(const TableSpec& table, const std::vector<const CellRow*>& rows);

  // Runs `sql`, whose parameters are all columns of `table`, for each row. The statement stays prepared on
  // the connection; a caller uses a bounded number of texts. Throws soci::mysql_soci_error.
  void Write(MYSQL* connection, const std::string& sql, const TableSpec& table,
             const std::vector<const CellRow*>& rows);

  // To be called before the connection ends.
  void Clear() { statements_.clear(); }

 private:
  struct Close {
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
  };
  using Statement = std::unique_ptr<MYSQL_STMT, Close>;

  // One column of the array, as the driver reads it.
  struct Column {
    std::vector<const char*> texts;
    std::vector<unsigned long> sizes;  // NOLINT: the driver's type
    std::vector<int64_t> integers;
    std::vector<char> indicators;
  };

  MYSQL_STMT* Prepare(MYSQL* connection, const std::string& sql);
  static void Fill(Column& column, size_t index, CellType type, const std::vector<const CellRow*>& rows);

  std::unordered_map<std::string, Statement> statements_;
  std::vector<Column> columns_;  // keep their room
};

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_MYSQL_ROWS_H_
