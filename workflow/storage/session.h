// One database connection, and the pool that lends them. SOCI and its exceptions end here.
//
// SQL is written once for both databases: `?` for parameters, names and the few tokens that differ from
// Dialect. Threading: a Session belongs to one thread at a time; the Pool is thread-safe. Calls BLOCK on the
// database: never from a gRPC reaction. Errors: ABORTED (reason STORAGE_RETRY: deadlock, lock timeout, lost
// connection: run the whole transaction again), UNKNOWN (reason COMMIT_UNKNOWN: the connection was lost while
// committing; find out by the command's id), ALREADY_EXISTS (reason STORAGE_DUPLICATE: a unique key),
// FAILED_PRECONDITION (reason STORAGE_CONSTRAINT: any other constraint), RESOURCE_EXHAUSTED (reason
// STORAGE_POOL_EXHAUSTED: no session free in time), INTERNAL (reason STORAGE_FAILED). The whole list of
// database errors stands in retryable.cc. After an error with STORAGE_RETRY inside a transaction every
// further call answers the same until Rollback: the database may have undone the transaction, and a statement
// sent then would commit by itself. A lost connection is replaced by the next Begin, or Query or Execute
// outside a transaction.
#ifndef JISSHO_WORKFLOW_STORAGE_SESSION_H_
#define JISSHO_WORKFLOW_STORAGE_SESSION_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "workflow/base/threads.h"
#include "workflow/storage/cell.h"
#include "workflow/storage/dialect.h"

namespace jissho::storage {

class Session {
 public:
  virtual ~Session() = default;

  // Starts a transaction that will write. SQLite: BEGIN IMMEDIATE. MariaDB/MySQL: READ COMMITTED.
  virtual absl::Status Begin() = 0;
  // Ends the transaction, whatever it answers: after an error nothing is left to roll back.
  virtual absl::Status Commit() = 0;
  // Never fails as far as the caller is concerned; a broken connection is replaced on the next Begin.
  virtual void Rollback() = 0;

  // All result rows; `types` gives the type of each result column. The result is buffered whole: page large
  // lists.
  virtual absl::StatusOr<std::vector<CellRow>> Query(const std::string& sql, const CellRow& params,
                                                     const std::vector<CellType>& types) = 0;
  // The number of rows that matched (an update that changes nothing still counts its row, on both databases).
  virtual absl::StatusOr<int64_t> Execute(const std::string& sql, const CellRow& params) = 0;

  // Inserts rows of one table, all columns of each, by one statement: when one of them cannot be inserted
  // none is. 1 to kRowsMax rows (sql_builder.h).
  virtual absl::Status Insert(const TableSpec& table, const std::vector<const CellRow*>& rows);
  // Likewise, but a row overwrites the one that has its key. MariaDB overwrites on ANY unique key, so tables
  // written this way have only their primary key unique.
  virtual absl::Status Upsert(const TableSpec& table, const std::vector<const CellRow*>& rows);

  virtual const Dialect& dialect() const = 0;

  // Statements sent since construction, with BEGIN, COMMIT and ROLLBACK; for the tests that hold an act's
  // cost.
  virtual int64_t statements() const = 0;

  // Another connection to the same database, outside any pool. For the migrations, whose lock must outlive
  // the implicit commits of MariaDB's CREATE TABLE.
  virtual absl::StatusOr<std::unique_ptr<Session>> OpenAnother() const {
    return absl::UnimplementedError("this session cannot open another");
  }
};

// Typed reading: `SELECT <all columns of Row> FROM <table> <tail>`, e.g. tail "WHERE case_id=? ORDER BY id
// LIMIT 50".
template <class Row>
absl::StatusOr<std::vector<Row>> Select(Session& session, const std::string& tail,
                                        const CellRow& params = {}) {
  const TableSpec& table = TableOf<Row>();
  std::string sql = "SELECT ";
  std::vector<CellType> types;
  for (const ColumnSpec& column : table.columns) {
    if (!types.empty()) sql += ",";
    sql += column.name;
    types.push_back(column.type);
  }
  sql += " FROM " + table.name + " " + tail;
  auto rows = session.Query(sql, params, types);
  if (!rows.ok()) return rows.status();
  std::vector<Row> out;
  out.reserve(rows->size());
  for (const CellRow& cells : *rows) out.push_back(FromCells<Row>(cells));
  return out;
}

class Pool {
 public:
  virtual ~Pool() = default;

  // A session back to the pool when the lease ends; an open transaction is rolled back.
  class Lease {
   public:
    Lease(Pool* pool, std::unique_ptr<Session> session) : pool_(pool), session_(std::move(session)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&& other) noexcept {
      std::swap(pool_, other.pool_);  // the old session goes back when `other` ends
      std::swap(session_, other.session_);
      return *this;
    }
    ~Lease() {
      if (session_) pool_->Return(std::move(session_));
    }
    Session& operator*() const { return *session_; }
    Session* operator->() const { return session_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Session> session_;
  };

  // Waits at most `timeout` for a free session. RESOURCE_EXHAUSTED when none came free.
  virtual absl::StatusOr<Lease> Acquire(absl::Duration timeout) = 0;
  virtual const Dialect& dialect() const = 0;

 protected:
  friend class Lease;
  virtual void Return(std::unique_ptr<Session> session) = 0;
};

// Where a service's tables are. `dsn`:
//   sqlite:PATH                     one file (created when missing); WAL, synchronous=FULL, foreign keys on
//   sqlite:file:NAME?vfs=VFS        SQLite's own URI: the same through a VFS that the program has registered
//   mysql://USER:PASSWORD@HOST:PORT/DATABASE    or  mysql://USER@/DATABASE?socket=PATH
// The database must exist on MariaDB/MySQL (CreateDatabase makes it); utf8mb4, strict mode.
struct PoolOptions {
  std::string dsn;
  int sessions_max = 8;
  // How long a statement waits for a lock before STORAGE_RETRY (MariaDB rounds up to whole seconds).
  absl::Duration lock_timeout = absl::Seconds(10);
  Threads* threads = &SystemThreads();
};

// Connects to nothing yet: a session connects at its first statement. All leases must end before the pool
// does.
absl::StatusOr<std::unique_ptr<Pool>> OpenPool(const PoolOptions& options);

// CREATE DATABASE IF NOT EXISTS for a mysql dsn; creates the directory for a sqlite dsn that is a path.
absl::Status CreateDatabase(const std::string& dsn);

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_SESSION_H_
