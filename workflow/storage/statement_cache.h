// Prepared SOCI statements of SQLite with the buffers that they are bound to, kept by their SQL text.
//
// Preparing costs SQLite several times what running a single-row statement costs; it is paid once. Measured
// on SQLite, a cached read of one row of 1 KiB by key takes 1.1 to 1.4 times as long as with the C interface
// (about 5 microseconds). Bounded, least recently used goes first. Must be cleared before the soci::session
// ends. Not thread-safe.
#ifndef JISSHO_WORKFLOW_STORAGE_STATEMENT_CACHE_H_
#define JISSHO_WORKFLOW_STORAGE_STATEMENT_CACHE_H_

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "workflow/storage/cell.h"
#include "workflow/storage/soci_headers.h"

namespace jissho::storage {

// A bound parameter or result column; SOCI keeps its address.
struct Slot {
  bool text = true;
  long long integer = 0;  // NOLINT: the type that SOCI binds
  std::string string;
  soci::indicator indicator = soci::i_null;
};

class PreparedStatement {
 public:
  // Throws what SOCI throws.
  PreparedStatement(soci::session& session, const std::string& sql, const CellRow& params,
                    const std::vector<CellType>& types);

  // Whether the buffers' types suit these.
  bool Fits(const CellRow& params, const std::vector<CellType>& types) const;

  void SetParams(const CellRow& params);
  CellRow TakeRow();
  // Gives the memory of large texts back.
  void Release();

  soci::statement& statement() { return statement_; }

 private:
  std::vector<Slot> params_;
  std::vector<Slot> columns_;
  soci::statement statement_;  // last: it refers to the slots
};

class StatementCache {
 public:
  explicit StatementCache(size_t capacity) : capacity_(capacity) {}

  PreparedStatement& Get(soci::session& session, const std::string& sql, const CellRow& params,
                         const std::vector<CellType>& types);
  void Clear();

 private:
  struct Entry {
    std::string sql;
    std::unique_ptr<PreparedStatement> prepared;
  };
  using Entries = std::list<Entry>;

  size_t capacity_;
  Entries entries_;  // most recently used first
  std::unordered_map<std::string, Entries::iterator> by_sql_;
};

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_STATEMENT_CACHE_H_
