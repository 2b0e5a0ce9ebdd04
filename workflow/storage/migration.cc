#include "workflow/storage/migration.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workflow/base/error.h"
#include "workflow/base/hash.h"
#include "workflow/base/test_hooks.h"
#include "workflow/storage/reasons.h"
#include "workflow/storage/sql_text.h"

// How a migration survives a crash and a rival.
//
// SQLite: one transaction holds the rival off and undoes a half.
// MariaDB/MySQL: CREATE TABLE commits what came before it, and with it gives up every lock. So the lock is a
// row that ANOTHER connection holds locked meanwhile (its death frees the row), and the row of
// schema_migration counts the statements done. Each statement and its count share a transaction, which makes
// statements on rows exact; a CREATE TABLE may be done but not counted, so the one statement in doubt may
// answer "exists already".

namespace jissho::storage {
namespace {

struct Applied {
  std::string name;
  std::string hash;
  int64_t done = 0;
  int64_t total = 0;
};

constexpr char kCreateTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "component {{id}} NOT NULL, version {{integer}} NOT NULL, name {{name}} NOT NULL, sha256 {{id}} NOT "
    "NULL, "
    "done {{integer}} NOT NULL, total {{integer}} NOT NULL, PRIMARY KEY (component, version)) "
    "{{table_options}}";

constexpr char kCreateLock[] =
    "CREATE TABLE IF NOT EXISTS schema_lock (id {{id}} NOT NULL, PRIMARY KEY (id)) {{table_options}}";

constexpr int kLockAttempts = 30;  // times PoolOptions::lock_timeout: as long as a long migration takes

bool IsSqlite(const Session& session) { return session.dialect().name() == "sqlite"; }

absl::Status Mismatch(const Migration& migration, absl::string_view detail) {
  return MakeError(kSchemaMismatch, {{"component", migration.component},
                                     {"version", absl::StrCat(migration.version)},
                                     {"detail", std::string(detail)}});
}

std::string DbCode(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  if (!detail) return "";
  const auto found = detail->metadata.find("db_code");
  return found == detail->metadata.end() ? "" : found->second;
}

absl::StatusOr<std::optional<Applied>> Find(Session& session, const Migration& migration) {
  JISSHO_ASSIGN_OR_RETURN(
      auto rows,
      session.Query("SELECT name,sha256,done,total FROM schema_migration WHERE component=? AND version=?",
                    {migration.component, int64_t{migration.version}},
                    {CellType::kText, CellType::kText, CellType::kInteger, CellType::kInteger}));
  if (rows.empty()) return std::optional<Applied>();
  Applied applied;
  internal::FromCell(rows[0][0], applied.name);
  internal::FromCell(rows[0][1], applied.hash);
  internal::FromCell(rows[0][2], applied.done);
  internal::FromCell(rows[0][3], applied.total);
  return std::optional<Applied>(applied);
}

absl::Status Record(Session& session, const Migration& migration, int64_t done, int64_t total) {
  return session
      .Execute("INSERT INTO schema_migration (component,version,name,sha256,done,total) VALUES (?,?,?,?,?,?)",
               {migration.component, int64_t{migration.version}, migration.name, Sha256Hex(migration.sql),
                done, total})
      .status();
}

absl::Status Stopped(const Migration& migration, int64_t done, int64_t total, const absl::Status& cause) {
  return MakeError(kMigrationStopped, {{"component", migration.component},
                                       {"version", absl::StrCat(migration.version)},
                                       {"done", absl::StrCat(done)},
                                       {"total", absl::StrCat(total)},
                                       {"detail", std::string(cause.message())},
                                       {"db_code", DbCode(cause)}});
}

absl::Status ApplyInOneTransaction(Session& session, const Migration& migration,
                                   const std::vector<std::string>& statements) {
  JISSHO_RETURN_IF_ERROR(session.Begin());
  const auto apply = [&]() -> absl::Status {
    JISSHO_ASSIGN_OR_RETURN(auto applied, Find(session, migration));
    if (applied) {
      if (applied->hash != Sha256Hex(migration.sql)) return Mismatch(migration, "its text was changed later");
      return absl::OkStatus();
    }
    for (size_t i = 0; i < statements.size(); ++i) {
      const absl::Status status = session.Execute(statements[i], {}).status();
      // Nothing of it stays, so "done" is none, whichever statement failed.
      if (!status.ok())
        return HasReason(status, kStorageRetry) ? status : Stopped(migration, 0, statements.size(), status);
    }
    return Record(session, migration, statements.size(), statements.size());
  };
  if (absl::Status status = apply(); !status.ok()) {
    session.Rollback();
    return status;
  }
  return session.Commit();
}

// "Exists already" and "is gone already": what a CREATE, ALTER or DROP answers when it was done before.
bool SaysDoneBefore(const absl::Status& status) {
  static const std::set<std::string> kCodes = {"1050", "1051", "1060", "1061", "1091", "1359"};
  return kCodes.count(DbCode(status)) > 0;
}

absl::Status ApplyStatement(Session& session, const Migration& migration, const std::string& statement,
                            int64_t index, bool in_doubt) {
  JISSHO_RETURN_IF_ERROR(session.Begin());
  absl::Status status = session.Execute(statement, {}).status();
  if (!status.ok() && in_doubt && SaysDoneBefore(status)) status = absl::OkStatus();
  if (status.ok()) {
    auto counted =
        session.Execute("UPDATE schema_migration SET done=? WHERE component=? AND version=? AND done=?",
                        {index + 1, migration.component, int64_t{migration.version}, index});
    status = counted.ok() && *counted != 1 ? Mismatch(migration, "another process migrates too")
                                           : counted.status();
  }
  if (!status.ok()) {
    session.Rollback();
    return status;
  }
  return session.Commit();
}

absl::Status ApplyStepwise(Session& session, Session& lock, const Migration& migration,
                           const std::vector<std::string>& statements) {
  const int64_t total = statements.size();
  JISSHO_ASSIGN_OR_RETURN(auto applied, Find(session, migration));
  const bool resumed = applied.has_value();
  if (resumed && applied->hash != Sha256Hex(migration.sql)) {
    return Mismatch(migration, "its text was changed later");
  }
  if (!resumed) {
    JISSHO_RETURN_IF_ERROR(Record(session, migration, 0, total));
    applied = Applied{migration.name, "", 0, total};
  }
  for (int64_t i = applied->done; i < total; ++i) {
    // A lock whose connection died would let a rival in.
    JISSHO_RETURN_IF_ERROR(
        lock.Query("SELECT 1 FROM schema_lock WHERE id='migrate'", {}, {CellType::kInteger}).status());
    const absl::Status status =
        ApplyStatement(session, migration, statements[i], i, resumed && i == applied->done);
    if (!status.ok()) return HasReason(status, kStorageRetry) ? status : Stopped(migration, i, total, status);
  }
  return absl::OkStatus();
}

absl::Status Lock(Session& lock) {
  absl::Status inserted = lock.Execute("INSERT INTO schema_lock (id) VALUES ('migrate')", {}).status();
  for (int attempt = 0;; ++attempt) {
    if (!inserted.ok() && !HasReason(inserted, kStorageDuplicate) && !HasReason(inserted, kStorageRetry)) {
      return inserted;
    }
    JISSHO_RETURN_IF_ERROR(lock.Begin());
    auto row =
        lock.Query("SELECT 1 FROM schema_lock WHERE id='migrate' FOR UPDATE", {}, {CellType::kInteger});
    if (row.ok() && !row->empty()) return absl::OkStatus();
    lock.Rollback();
    if (!row.ok() && (!HasReason(row.status(), kStorageRetry) || attempt == kLockAttempts))
      return row.status();
    inserted = lock.Execute("INSERT INTO schema_lock (id) VALUES ('migrate')", {}).status();
  }
}

absl::Status ExecuteExpanded(Session& session, absl::string_view sql) {
  return session.Execute(session.dialect().ExpandMigration(sql), {}).status();
}

}  // namespace

absl::StatusOr<std::vector<Migration>> ParseMigrations(
    const std::string& component, const std::vector<std::pair<absl::string_view, absl::string_view>>& files) {
  std::vector<Migration> migrations;
  for (const auto& [path, sql] : files) {
    absl::string_view file =
        path.substr(path.rfind('/') == absl::string_view::npos ? 0 : path.rfind('/') + 1);
    Migration migration{component, 0, "", std::string(sql)};
    const bool named = file.size() > 8 && file[3] == '_' &&
                       absl::SimpleAtoi(file.substr(0, 3), &migration.version) &&
                       absl::ConsumeSuffix(&file, ".sql");
    if (!named) return Mismatch(migration, absl::StrCat("the file ", path, " is not named NNN_name.sql"));
    migration.name = std::string(file.substr(4));
    migrations.push_back(std::move(migration));
  }
  std::sort(migrations.begin(), migrations.end(),
            [](const Migration& a, const Migration& b) { return a.version < b.version; });
  for (size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].version != static_cast<int>(i) + 1) {
      return Mismatch(migrations[i], absl::StrCat("versions count from 1 without a gap; expected ", i + 1));
    }
  }
  return migrations;
}

absl::Status Migrate(Session& session, const std::vector<Migration>& migrations) {
  const auto statements_of = [&session](const Migration& migration) {
    return SplitStatements(session.dialect().ExpandMigration(migration.sql), session.dialect().name());
  };
  JISSHO_RETURN_IF_ERROR(ExecuteExpanded(session, kCreateTable));
  if (IsSqlite(session)) {
    for (const Migration& migration : migrations) {
      JISSHO_RETURN_IF_ERROR(ApplyInOneTransaction(session, migration, statements_of(migration)));
      Reach("schema.migrated");
    }
    return absl::OkStatus();
  }
  JISSHO_RETURN_IF_ERROR(ExecuteExpanded(session, kCreateLock));
  JISSHO_ASSIGN_OR_RETURN(std::unique_ptr<Session> lock, session.OpenAnother());
  JISSHO_RETURN_IF_ERROR(Lock(*lock));
  for (const Migration& migration : migrations) {
    JISSHO_RETURN_IF_ERROR(ApplyStepwise(session, *lock, migration, statements_of(migration)));
    Reach("schema.migrated");
  }
  lock->Rollback();
  return absl::OkStatus();
}

absl::Status VerifySchema(Session& session, const std::vector<Migration>& migrations) {
  std::map<std::string, int64_t> newest;
  for (const Migration& migration : migrations) {
    auto applied = Find(session, migration);
    if (!applied.ok()) {
      const bool no_table = DbCode(applied.status()) == "1146" ||
                            absl::StrContains(applied.status().message(), "no such table");
      return no_table ? Mismatch(migration, "it is not applied") : applied.status();
    }
    if (!*applied) return Mismatch(migration, "it is not applied");
    if ((*applied)->hash != Sha256Hex(migration.sql))
      return Mismatch(migration, "its text was changed later");
    if ((*applied)->done != (*applied)->total) {
      return Mismatch(migration, absl::StrCat("only ", (*applied)->done, " of ", (*applied)->total,
                                              " statements are applied"));
    }
    newest[migration.component] = std::max<int64_t>(newest[migration.component], migration.version);
  }
  for (const auto& [component, version] : newest) {
    JISSHO_ASSIGN_OR_RETURN(
        auto later,
        session.Query("SELECT version FROM schema_migration WHERE component=? AND version>? ORDER BY version",
                      {component, version}, {CellType::kInteger}));
    if (!later.empty()) {
      return Mismatch({component, static_cast<int>(std::get<int64_t>(later[0][0])), "", ""},
                      "the database is newer than this program");
    }
  }
  return absl::OkStatus();
}

absl::Status SyncRecovered(Session& session) {
  if (!IsSqlite(session)) return absl::OkStatus();
  // It syncs the log before it copies anything out of it.
  return session.Query("PRAGMA wal_checkpoint(PASSIVE)", {}, std::vector<CellType>(3, CellType::kInteger))
      .status();
}

}  // namespace jissho::storage
