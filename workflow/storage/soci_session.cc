#include "workflow/storage/soci_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/base/test_hooks.h"
#include "workflow/storage/mysql_rows.h"
#include "workflow/storage/reasons.h"
#include "workflow/storage/retryable.h"
#include "workflow/storage/soci_headers.h"
#include "workflow/storage/sql_builder.h"
#include "workflow/storage/sql_text.h"
#include "workflow/storage/statement_cache.h"

namespace jissho::storage {
namespace {

constexpr size_t kStatementsCached = 128;

Cell CellOf(absl::string_view text, CellType type) {
  if (type == CellType::kText) return std::string(text);
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) throw soci::soci_error("a column is no integer");
  return number;
}

class SociSession final : public Session {
 public:
  SociSession(Dsn dsn, absl::Duration lock_timeout)
      : dsn_(std::move(dsn)), lock_timeout_(lock_timeout), cache_(kStatementsCached) {}
  ~SociSession() override {
    Rollback();
    Disconnect();
  }

  absl::Status Begin() override;
  absl::Status Commit() override;
  void Rollback() override;
  absl::StatusOr<std::vector<CellRow>> Query(const std::string& sql, const CellRow& params,
                                             const std::vector<CellType>& types) override;
  absl::StatusOr<int64_t> Execute(const std::string& sql, const CellRow& params) override;
  absl::Status Insert(const TableSpec& table, const std::vector<const CellRow*>& rows) override;
  absl::Status Upsert(const TableSpec& table, const std::vector<const CellRow*>& rows) override;
  const Dialect& dialect() const override { return dsn_.sqlite ? SqliteDialect() : MysqlDialect(); }
  int64_t statements() const override { return statements_; }
  absl::StatusOr<std::unique_ptr<Session>> OpenAnother() const override {
    return MakeSociSession(dsn_, lock_timeout_);
  }

 private:
  absl::Status Ready();
  void Connect();
  void SetUpSqlite();
  void SetUpMysql();
  void Disconnect();
  absl::Status SendBegin();
  absl::Status CheckParams(const std::string& sql, const CellRow& params);
  absl::Status TooLarge(int64_t bytes) const;
  PreparedStatement& Prepare(const std::string& sql, const CellRow& params,
                             const std::vector<CellType>& types);
  static void CheckColumns(size_t actual, size_t columns);
  void Finish(PreparedStatement& prepared);
  absl::StatusOr<std::vector<CellRow>> SendQuery(const std::string& sql, const CellRow& params,
                                                 const std::vector<CellType>& types);
  using Result = std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)>;
  absl::Status WriteText(const std::string& sql, const CellRow& params);
  Result SendText();
  absl::StatusOr<int64_t> ExecuteText(const std::string& sql, const CellRow& params);
  absl::StatusOr<std::vector<CellRow>> QueryText(const std::string& sql, const CellRow& params,
                                                 const std::vector<CellType>& types);
  absl::Status SendRows(const std::string& sql, const TableSpec& table,
                        const std::vector<const CellRow*>& rows);
  absl::Status Caught(Phase phase);
  absl::Status Doomed() const {
    return StorageError(ErrorKind::kRetry, 0, "the transaction is undone already", Phase::kStatement);
  }

  MYSQL* mysql() { return static_cast<soci::mysql_session_backend*>(sql_->get_backend())->conn_; }
  sqlite_api::sqlite3* sqlite() {
    return static_cast<soci::sqlite3_session_backend*>(sql_->get_backend())->conn_;
  }

  const Dsn dsn_;
  const absl::Duration lock_timeout_;
  std::unique_ptr<soci::session> sql_;
  StatementCache cache_;
  MysqlRows rows_;
  bool takes_rows_ = false;  // the server takes arrays of rows
  bool in_transaction_ = false;
  bool doomed_ = false;  // the transaction cannot go on; only Rollback leads out
  bool lost_ = false;
  long long packet_max_ = 0;  // NOLINT: bytes of a statement that the MySQL server takes
  int64_t statements_ = 0;
  std::string text_;  // of the statement being sent; keeps its room
};

// To be called in a catch block: the one place where SOCI's exceptions end.
absl::Status SociSession::Caught(Phase phase) {
  ErrorKind kind = ErrorKind::kFailed;
  int code = 0;
  std::string text;
  // get_error_message() and not what(): the latter quotes the parameters, which may be personal data.
  try {
    throw;
  } catch (const soci::mysql_soci_error& error) {
    code = static_cast<int>(error.err_num_);
    kind = ClassifyMysql(error.err_num_);
    text = error.get_error_message();
  } catch (const soci::sqlite3_soci_error& error) {
    code = error.result();
    kind = ClassifySqlite(code);
    text = error.get_error_message();
  } catch (const soci::soci_error& error) {
    text = error.get_error_message();
  } catch (const std::exception& error) {
    text = error.what();
  }
  if (kind == ErrorKind::kLost) lost_ = true;
  if (in_transaction_) {
    // MariaDB undoes the whole transaction on a deadlock, SQLite on a full disk; statements sent after that
    // would commit one by one.
    if (kind == ErrorKind::kRetry || kind == ErrorKind::kRetryUnlessCommit || lost_) doomed_ = true;
    if (dsn_.sqlite && sql_ && sqlite_api::sqlite3_get_autocommit(sqlite()) != 0) doomed_ = true;
  }
  return StorageError(kind, code, text, phase);
}

void SociSession::SetUpSqlite() {
  sqlite_api::sqlite3* db = sqlite();
  sqlite_api::sqlite3_extended_result_codes(db, 1);
  sqlite_api::sqlite3_busy_timeout(db, static_cast<int>(absl::ToInt64Milliseconds(lock_timeout_)));
  std::string mode;
  *sql_ << "PRAGMA journal_mode=WAL", soci::into(mode);
  if (mode != "wal") throw soci::soci_error("this file system does not carry SQLite's write-ahead log");
  *sql_ << (IsPlanted(Bug::kSyncSkipped) ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
  *sql_ << "PRAGMA foreign_keys=ON";
  // A checkpoint stands in the way of the commit that starts it: rarer and larger, but bounded (16 MiB of
  // pages).
  *sql_ << "PRAGMA wal_autocheckpoint=4000";
  *sql_ << "PRAGMA journal_size_limit=67108864";
  *sql_ << "PRAGMA cache_size=-16384";
  *sql_ << "PRAGMA temp_store=MEMORY";
}

void SociSession::SetUpMysql() {
  const int64_t seconds =
      std::max<int64_t>(1, absl::ToInt64Seconds(absl::Ceil(lock_timeout_, absl::Seconds(1))));
  *sql_ << absl::StrCat(
      "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
      "ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY', time_zone='+00:00', innodb_lock_wait_timeout=",
      seconds);
  *sql_ << "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
  // Literals compare by their bytes, as the tables do.
  *sql_ << "SET NAMES utf8mb4 COLLATE utf8mb4_bin";
  *sql_ << "SELECT @@max_allowed_packet", soci::into(packet_max_);
  takes_rows_ = MysqlRows::TakenBy(mysql());
}

void SociSession::Connect() {
  Disconnect();
  const std::string address = SociConnectString(dsn_);
  sql_ = dsn_.sqlite ? std::make_unique<soci::session>(soci::sqlite3, address)
                     : std::make_unique<soci::session>(soci::mysql, address);
  if (dsn_.sqlite) {
    SetUpSqlite();
  } else {
    SetUpMysql();
  }
}

void SociSession::Disconnect() {
  cache_.Clear();
  rows_.Clear();
  takes_rows_ = false;
  try {
    sql_.reset();
  } catch (const std::exception&) {
    // The connection is being thrown away: nobody can do anything about its last words.
  }
  lost_ = false;
}

absl::Status SociSession::Ready() {
  if (in_transaction_) return doomed_ ? Doomed() : absl::OkStatus();
  if (sql_ && !lost_) return absl::OkStatus();
  try {
    Connect();
    return absl::OkStatus();
  } catch (...) {
    absl::Status status = Caught(Phase::kStatement);
    Disconnect();
    return status;
  }
}

absl::Status SociSession::SendBegin() {
  JISSHO_RETURN_IF_ERROR(Ready());
  ++statements_;
  try {
    if (dsn_.sqlite) {
      Prepare("BEGIN IMMEDIATE", {}, {}).statement().execute(true);
    } else {
      sql_->begin();
    }
    in_transaction_ = true;
    doomed_ = false;
    return absl::OkStatus();
  } catch (...) {
    return Caught(Phase::kStatement);
  }
}

absl::Status SociSession::Begin() {
  if (in_transaction_) {
    return StorageError(ErrorKind::kFailed, 0, "a transaction is open already", Phase::kStatement);
  }
  absl::Status status = SendBegin();
  // An idle connection that the server closed shows only here; nothing has been done yet, so once more is
  // safe.
  if (!status.ok() && lost_) status = SendBegin();
  return status;
}

absl::Status SociSession::Commit() {
  if (!in_transaction_) {
    return StorageError(ErrorKind::kFailed, 0, "no transaction is open", Phase::kStatement);
  }
  if (doomed_) {
    Rollback();
    return Doomed();
  }
  ++statements_;
  try {
    sql_->commit();
    in_transaction_ = false;
    return absl::OkStatus();
  } catch (...) {
    absl::Status status = Caught(Phase::kCommit);
    Rollback();
    return status;
  }
}

void SociSession::Rollback() {
  if (!in_transaction_) return;
  in_transaction_ = false;
  doomed_ = false;
  if (lost_) {
    Disconnect();
    return;
  }
  if (dsn_.sqlite && sqlite_api::sqlite3_get_autocommit(sqlite()) != 0) return;  // SQLite undid it by itself
  ++statements_;
  try {
    sql_->rollback();
  } catch (const std::exception&) {
    Disconnect();  // the server undoes what a vanished connection left open
  }
}

absl::Status SociSession::CheckParams(const std::string& sql, const CellRow& params) {
  const size_t wanted = CountPlaceholders(sql);
  if (wanted == params.size()) return absl::OkStatus();
  return StorageError(ErrorKind::kFailed, 0,
                      absl::StrCat("the statement has ", wanted, " placeholders and got ", params.size()),
                      Phase::kStatement);
}

// A server that gets too large a statement breaks the connection, which would look like something to try
// again.
absl::Status SociSession::TooLarge(int64_t bytes) const {
  return StorageError(
      ErrorKind::kFailed, 0,
      absl::StrCat("the statement has ", bytes, " bytes; max_allowed_packet of the server is ", packet_max_),
      Phase::kStatement);
}

PreparedStatement& SociSession::Prepare(const std::string& sql, const CellRow& params,
                                        const std::vector<CellType>& types) {
  PreparedStatement& prepared = cache_.Get(*sql_, sql, params, types);
  prepared.SetParams(params);
  return prepared;
}

void SociSession::CheckColumns(size_t actual, size_t columns) {
  if (actual == columns) return;
  throw soci::soci_error(
      absl::StrCat("the statement has ", actual, " columns, the caller expects ", columns));
}

// Ends the read lock of a statement that stays cached.
void SociSession::Finish(PreparedStatement& prepared) {
  auto* backend = static_cast<soci::sqlite3_statement_backend*>(prepared.statement().get_backend());
  sqlite_api::sqlite3_reset(backend->stmt_);  // its result repeats the error that was reported already
  backend->databaseReady_ = true;
  prepared.Release();
}

absl::StatusOr<std::vector<CellRow>> SociSession::SendQuery(const std::string& sql, const CellRow& params,
                                                            const std::vector<CellType>& types) {
  if (!dsn_.sqlite) return QueryText(sql, params, types);
  JISSHO_RETURN_IF_ERROR(Ready());
  ++statements_;
  std::vector<CellRow> rows;
  PreparedStatement* prepared = nullptr;
  try {
    prepared = &Prepare(sql, params, types);
    auto* backend = static_cast<soci::sqlite3_statement_backend*>(prepared->statement().get_backend());
    // SOCI reads past the row when a statement has fewer columns than were bound.
    CheckColumns(sqlite_api::sqlite3_column_count(backend->stmt_), types.size());
    for (bool more = prepared->statement().execute(true); more; more = prepared->statement().fetch()) {
      rows.push_back(prepared->TakeRow());
    }
    Finish(*prepared);
    return rows;
  } catch (...) {
    absl::Status status = Caught(Phase::kStatement);
    if (prepared != nullptr) Finish(*prepared);
    return status;
  }
}

absl::StatusOr<std::vector<CellRow>> SociSession::Query(const std::string& sql, const CellRow& params,
                                                        const std::vector<CellType>& types) {
  JISSHO_RETURN_IF_ERROR(CheckParams(sql, params));
  auto rows = SendQuery(sql, params, types);
  if (!rows.ok() && lost_ && !in_transaction_ && absl::StartsWithIgnoreCase(sql, "SELECT")) {
    return SendQuery(sql, params, types);
  }
  return rows;
}

// SOCI binds parameters of MySQL by building the statement's text as well, but by name, one object a
// parameter: with the eight hundred parameters of a multi-row statement that costs more than the server does.
// The driver's own escaping knows the connection's character set and whether the server takes backslashes.
absl::Status SociSession::WriteText(const std::string& sql, const CellRow& params) {
  const std::vector<absl::string_view> pieces = SplitAtPlaceholders(sql);
  if (pieces.size() != params.size() + 1) return CheckParams(sql, params);
  text_.assign(pieces[0].data(), pieces[0].size());
  for (size_t i = 0; i < params.size(); ++i) {
    if (const auto* number = std::get_if<int64_t>(&params[i])) {
      absl::StrAppend(&text_, *number);
    } else if (const auto* text = std::get_if<std::string>(&params[i])) {
      const size_t begin = text_.size();
      text_.resize(begin + 2 * text->size() + 3);
      text_[begin] = '\'';
      const unsigned long size =  // NOLINT: the driver's type
          mysql_real_escape_string(mysql(), &text_[begin + 1], text->data(), text->size());
      text_.resize(begin + 1 + size);
      text_ += '\'';
    } else {
      text_ += "NULL";
    }
    text_.append(pieces[i + 1].data(), pieces[i + 1].size());
  }
  return static_cast<int64_t>(text_.size()) < packet_max_ ? absl::OkStatus() : TooLarge(text_.size());
}

// To be called in a try block. The rows, or nothing for a statement that has none.
SociSession::Result SociSession::SendText() {
  ++statements_;
  const bool sent = mysql_real_query(mysql(), text_.data(), text_.size()) == 0;
  Result result(sent ? mysql_store_result(mysql()) : nullptr, mysql_free_result);
  if (mysql_errno(mysql()) != 0) {
    throw soci::mysql_soci_error(mysql_error(mysql()), static_cast<int>(mysql_errno(mysql())));
  }
  return result;
}

absl::StatusOr<int64_t> SociSession::ExecuteText(const std::string& sql, const CellRow& params) {
  JISSHO_RETURN_IF_ERROR(Ready());
  JISSHO_RETURN_IF_ERROR(WriteText(sql, params));
  try {
    SendText();
    return std::max<int64_t>(static_cast<int64_t>(mysql_affected_rows(mysql())), 0);
  } catch (...) {
    return Caught(Phase::kStatement);
  }
}

absl::StatusOr<std::vector<CellRow>> SociSession::QueryText(const std::string& sql, const CellRow& params,
                                                            const std::vector<CellType>& types) {
  JISSHO_RETURN_IF_ERROR(Ready());
  JISSHO_RETURN_IF_ERROR(WriteText(sql, params));
  try {
    const Result result = SendText();
    CheckColumns(result == nullptr ? 0 : mysql_num_fields(result.get()), types.size());
    std::vector<CellRow> rows;
    while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
      const unsigned long* sizes = mysql_fetch_lengths(result.get());  // NOLINT: the driver's type
      CellRow& cells = rows.emplace_back(types.size());
      for (size_t i = 0; i < types.size(); ++i) {
        if (row[i] != nullptr) cells[i] = CellOf(absl::string_view(row[i], sizes[i]), types[i]);
      }
    }
    return rows;
  } catch (...) {
    return Caught(Phase::kStatement);
  }
}

absl::StatusOr<int64_t> SociSession::Execute(const std::string& sql, const CellRow& params) {
  if (!dsn_.sqlite) return ExecuteText(sql, params);
  JISSHO_RETURN_IF_ERROR(CheckParams(sql, params));
  JISSHO_RETURN_IF_ERROR(Ready());
  ++statements_;
  PreparedStatement* prepared = nullptr;
  try {
    // sqlite3_changes() keeps its value over statements that change no row, such as CREATE TABLE.
    const int before = sqlite_api::sqlite3_total_changes(sqlite());
    prepared = &Prepare(sql, params, {});
    prepared->statement().execute(true);
    int64_t affected = prepared->statement().get_affected_rows();
    if (sqlite_api::sqlite3_total_changes(sqlite()) == before) affected = 0;
    Finish(*prepared);
    return std::max<int64_t>(affected, 0);
  } catch (...) {
    absl::Status status = Caught(Phase::kStatement);
    if (prepared != nullptr) Finish(*prepared);
    return status;
  }
}

absl::Status SociSession::SendRows(const std::string& sql, const TableSpec& table,
                                   const std::vector<const CellRow*>& rows) {
  const int64_t bytes = MysqlRows::Bytes(table, rows);
  if (bytes >= packet_max_) return TooLarge(bytes);
  ++statements_;
  try {
    rows_.Write(mysql(), sql, table, rows);
    return absl::OkStatus();
  } catch (...) {
    return Caught(Phase::kStatement);
  }
}

absl::Status SociSession::Insert(const TableSpec& table, const std::vector<const CellRow*>& rows) {
  JISSHO_RETURN_IF_ERROR(Ready());
  return takes_rows_ ? SendRows(InsertRows(table, 1), table, rows) : Session::Insert(table, rows);
}

absl::Status SociSession::Upsert(const TableSpec& table, const std::vector<const CellRow*>& rows) {
  JISSHO_RETURN_IF_ERROR(Ready());
  return takes_rows_ ? SendRows(UpsertRows(table, 1, dialect()), table, rows) : Session::Upsert(table, rows);
}

}  // namespace

std::unique_ptr<Session> MakeSociSession(const Dsn& dsn, absl::Duration lock_timeout) {
  return std::make_unique<SociSession>(dsn, lock_timeout);
}

}  // namespace jissho::storage
