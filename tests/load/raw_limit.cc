#include "tests/load/raw_limit.h"

#include <mysql.h>
#include <sqlite3.h>

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/load/bench_case.h"
#include "workflow/base/clock.h"
#include "workflow/storage/dsn.h"

namespace jissho::bench {

namespace {

const std::string kDocument(kDocumentBytes, 'y');
const std::string kSnapshot(260, 's');
const std::string kTasks(110, 't');
const std::string kPayload(420, 'p');
const std::string kHash(64, 'h');
constexpr char kCallers[] = "user:raw";

// Statement texts for `n` rows; `n` is 1 for the single form.
std::string Marks(int n) { return absl::StrJoin(std::vector<std::string>(n, "?"), ","); }
std::string Values(int columns, int n) {
  return absl::StrJoin(std::vector<std::string>(n, absl::StrCat("(", Marks(columns), ")")), ",");
}

// One connection that can run prepared statements with text and integer parameters and throw the rows away.
class RawConnection {
 public:
  virtual ~RawConnection() = default;
  virtual bool Run(const std::string& sql, const std::vector<std::string>& parameters) = 0;
  virtual bool Begin() = 0;
  virtual bool Commit() = 0;
  virtual void Rollback() = 0;
  virtual bool multi_row() const = 0;
  virtual std::string lock() const = 0;
};

class SqliteConnection : public RawConnection {
 public:
  explicit SqliteConnection(const std::string& path) {
    sqlite3_open(path.c_str(), &db_);
    for (const char* sql :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA busy_timeout=10000"}) {
      sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
    }
  }
  ~SqliteConnection() override {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  bool Run(const std::string& sql, const std::vector<std::string>& parameters) override {
    sqlite3_stmt*& statement = statements_[sql];
    if (statement == nullptr && sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      return false;
    for (size_t i = 0; i < parameters.size(); ++i) {
      sqlite3_bind_text(statement, static_cast<int>(i + 1), parameters[i].data(),
                        static_cast<int>(parameters[i].size()), SQLITE_STATIC);
    }
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    }
    sqlite3_reset(statement);
    return code == SQLITE_DONE;
  }
  bool Begin() override { return Run("BEGIN IMMEDIATE", {}); }
  bool Commit() override { return Run("COMMIT", {}); }
  void Rollback() override { Run("ROLLBACK", {}); }
  bool multi_row() const override { return false; }
  std::string lock() const override { return ""; }

 private:
  sqlite3* db_ = nullptr;
  std::map<std::string, sqlite3_stmt*> statements_;
};

class MysqlConnection : public RawConnection {
 public:
  explicit MysqlConnection(const storage::Dsn& dsn) : db_(mysql_init(nullptr)) {
    connected_ = mysql_real_connect(db_, dsn.host.empty() ? nullptr : dsn.host.c_str(), dsn.user.c_str(),
                                    dsn.password.c_str(), dsn.database.c_str(), dsn.port,
                                    dsn.socket.empty() ? nullptr : dsn.socket.c_str(), 0) != nullptr;
    mysql_query(db_, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  }
  ~MysqlConnection() override {
    for (auto& [sql, statement] : statements_) mysql_stmt_close(statement);
    mysql_close(db_);
  }
  bool connected() const { return connected_; }
  bool Run(const std::string& sql, const std::vector<std::string>& parameters) override {
    MYSQL_STMT*& statement = statements_[sql];
    if (statement == nullptr) {
      statement = mysql_stmt_init(db_);
      if (mysql_stmt_prepare(statement, sql.data(), sql.size()) != 0) return false;
    }
    std::vector<MYSQL_BIND> binds(parameters.size());
    std::vector<unsigned long> lengths(parameters.size());
    for (size_t i = 0; i < parameters.size(); ++i) {
      lengths[i] = parameters[i].size();
      binds[i] = {};
      binds[i].buffer_type = MYSQL_TYPE_STRING;
      binds[i].buffer = const_cast<char*>(parameters[i].data());
      binds[i].buffer_length = parameters[i].size();
      binds[i].length = &lengths[i];
    }
    if (!binds.empty() && mysql_stmt_bind_param(statement, binds.data()) != 0) return false;
    if (mysql_stmt_execute(statement) != 0) return false;
    if (mysql_stmt_field_count(statement) > 0) {
      mysql_stmt_store_result(statement);
      mysql_stmt_free_result(statement);
    }
    return true;
  }
  bool Begin() override { return mysql_query(db_, "BEGIN") == 0; }
  bool Commit() override { return mysql_query(db_, "COMMIT") == 0; }
  void Rollback() override { mysql_query(db_, "ROLLBACK"); }
  bool multi_row() const override { return true; }
  std::string lock() const override { return " FOR UPDATE"; }

 private:
  MYSQL* db_;
  bool connected_ = false;
  std::map<std::string, MYSQL_STMT*> statements_;
};

// Writes `ids.size()` units in the open transaction, `n` rows to a statement.
class Unit {
 public:
  Unit(RawConnection* connection, int worker) : connection_(connection), worker_(worker) {}

  bool Run(const std::vector<std::string>& ids) {
    const int n = connection_->multi_row() ? static_cast<int>(ids.size()) : 1;
    for (size_t begin = 0; begin < ids.size(); begin += n) {
      if (!RunRows({ids.begin() + begin, ids.begin() + begin + n})) return false;
    }
    return true;
  }

 private:
  bool RunRows(const std::vector<std::string>& ids) {
    const int n = static_cast<int>(ids.size());
    const std::string in = absl::StrCat(" IN (", Marks(n), ") ORDER BY id", connection_->lock());
    std::vector<std::string> commands, command_keys;
    for (int i = 0; i < n; ++i) {
      const std::string id = absl::StrCat("r", worker_, "-", ++sequence_);
      command_keys.push_back(id);
      for (const std::string& cell : {std::string(kCallers), std::string("Move"), id, kHash,
                                      std::string("+CAE="), std::string("1654848000000000")})
        commands.push_back(cell);
    }
    std::vector<std::string> lookup{kCallers, "Move"};
    lookup.insert(lookup.end(), command_keys.begin(), command_keys.end());
    if (!connection_->Run(
            absl::StrCat("SELECT outcome FROM act_command WHERE caller=? AND method=? AND request_id IN (",
                         Marks(n), ")"),
            lookup))
      return false;
    if (!connection_->Run(
            "SELECT id, version, snapshot, actors, tasks, timers, journal_hash FROM act_instance WHERE id" +
                in,
            ids))
      return false;
    if (!connection_->Run("SELECT id, version, document FROM bench_case WHERE id" + in, ids)) return false;
    if (!connection_->Run(
            absl::StrCat("SELECT sequence FROM act_stream WHERE receiver='cases' AND stream IN (", Marks(n),
                         ") ORDER BY stream", connection_->lock()),
            ids))
      return false;
    return Write(ids, commands, n);
  }

  bool Write(const std::vector<std::string>& ids, const std::vector<std::string>& commands, int n) {
    std::vector<std::string> journal, outbox;
    for (const std::string& id : ids) {
      const std::string sequence = absl::StrCat(1000000ll * (worker_ + 1) + ++sequence_);
      for (const std::string& cell :
           {id, sequence, id, std::string("1654848000000000"), std::string(kCallers), std::string("move"),
            std::string("done"), std::string("[\"s1\"]"), std::string("[\"s0\"]"), std::string(40, 'd'),
            kHash, kHash, kHash})
        journal.push_back(cell);
      for (const std::string& cell :
           {std::string("cases"), id, sequence, std::string("jissho.engine.v1.InstanceProgressed"), kPayload,
            std::string("1654848000000000"), std::string("0")})
        outbox.push_back(cell);
    }
    if (!connection_->Run("INSERT INTO act_journal "
                          "(instance_id,sequence,case_id,at,actor,event,outcome,entered,exited,detail,chart_"
                          "hash,previous_hash,hash) VALUES " +
                              Values(13, n),
                          journal))
      return false;
    if (!connection_->Run(
            "INSERT INTO act_outbox (receiver,stream,sequence,type,payload,at,attempts) VALUES " +
                Values(7, n),
            outbox))
      return false;
    if (!connection_->Run(
            "INSERT INTO act_command (caller,method,request_id,request_hash,outcome,answered_at) VALUES " +
                Values(6, n),
            commands))
      return false;
    if (n == 1) {
      return connection_->Run(
                 "UPDATE act_instance SET version=version+1, snapshot=?, tasks=?, "
                 "journal_sequence=journal_sequence+1, journal_hash=? WHERE id=?",
                 {kSnapshot, kTasks, kHash, ids[0]}) &&
             connection_->Run("UPDATE bench_case SET version=version+1, document=? WHERE id=?",
                              {kDocument, ids[0]}) &&
             connection_->Run("UPDATE act_stream SET sequence=sequence+1 WHERE receiver='cases' AND stream=?",
                              ids);
    }
    std::vector<std::string> instances, documents, streams;
    for (const std::string& id : ids) {
      for (const std::string& cell :
           {id, std::string("1"), std::string("ring"), kHash, id, std::string(), kSnapshot, std::string("{}"),
            kTasks, std::string("[]"), std::string("0"), std::string("1"), kHash, std::string("0")})
        instances.push_back(cell);
      for (const std::string& cell : {id, std::string("1"), kDocument}) documents.push_back(cell);
      for (const std::string& cell : {std::string("cases"), id, std::string("1")}) streams.push_back(cell);
    }
    return connection_->Run(
               "INSERT INTO act_instance "
               "(id,version,chart,chart_hash,case_id,owner,snapshot,actors,tasks,timers,mail_sequence,"
               "journal_sequence,journal_hash,finished) VALUES " +
                   Values(14, n) +
                   " ON DUPLICATE KEY UPDATE version=version+1, snapshot=VALUES(snapshot), "
                   "tasks=VALUES(tasks), journal_sequence=journal_sequence+1, "
                   "journal_hash=VALUES(journal_hash)",
               instances) &&
           connection_->Run("INSERT INTO bench_case (id,version,document) VALUES " + Values(3, n) +
                                " ON DUPLICATE KEY UPDATE version=version+1, document=VALUES(document)",
                            documents) &&
           connection_->Run("INSERT INTO act_stream (receiver,stream,sequence) VALUES " + Values(3, n) +
                                " ON DUPLICATE KEY UPDATE sequence=sequence+1",
                            streams);
  }

  RawConnection* connection_;
  int worker_;
  int64_t sequence_ = 0;
};

absl::StatusOr<Sample> RunRaw(const RawOptions& options,
                              const std::function<std::unique_ptr<RawConnection>()>& connect) {
  // Every run needs keys of its own: the tables are kept between runs.
  static std::atomic<int> next_worker = 0;
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < options.connections; ++i) {
    connections.push_back(connect());
    if (connections.back() == nullptr) return absl::UnavailableError("cannot connect for the raw limit");
  }
  std::vector<std::vector<double>> latencies(options.connections);
  std::atomic<int64_t> errors = 0;
  const MonotonicClock& clock = SystemMonotonic();
  const absl::Duration start = clock.Elapsed();
  const absl::Duration end = start + options.duration;
  std::vector<std::thread> threads;
  for (int w = 0; w < options.connections; ++w) {
    threads.emplace_back([&, w] {
      Unit unit(connections[w].get(), next_worker++);
      std::mt19937_64 random(w + 1);
      while (clock.Elapsed() < end) {
        std::set<std::string> ids;
        while (static_cast<int>(ids.size()) < options.batch)
          ids.insert(CaseId(static_cast<int>(random() % options.cases)));
        const absl::Duration begin = clock.Elapsed();
        RawConnection& connection = *connections[w];
        if (!connection.Begin() || !unit.Run({ids.begin(), ids.end()}) || !connection.Commit()) {
          connection.Rollback();
          ++errors;
          continue;
        }
        const double ms = absl::ToDoubleMilliseconds(clock.Elapsed() - begin);
        for (int i = 0; i < options.batch; ++i) latencies[w].push_back(ms);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = absl::ToDoubleSeconds(clock.Elapsed() - start);
  std::vector<double> all;
  for (const auto& part : latencies) all.insert(all.end(), part.begin(), part.end());
  return Summarise(all, seconds, errors);
}

}  // namespace

absl::StatusOr<Sample> RunRawSqlite(const RawOptions& options) {
  auto dsn = storage::ParseDsn(options.dsn);
  if (!dsn.ok()) return dsn.status();
  RawOptions one = options;
  one.connections = 1;  // SQLite has one writer; more connections only wait for each other
  return RunRaw(one, [&] { return std::make_unique<SqliteConnection>(dsn->path); });
}

absl::StatusOr<Sample> RunRawMysql(const RawOptions& options) {
  auto dsn = storage::ParseDsn(options.dsn);
  if (!dsn.ok()) return dsn.status();
  return RunRaw(options, [&]() -> std::unique_ptr<RawConnection> {
    auto connection = std::make_unique<MysqlConnection>(*dsn);
    if (!connection->connected()) return nullptr;
    return connection;
  });
}

}  // namespace jissho::bench
