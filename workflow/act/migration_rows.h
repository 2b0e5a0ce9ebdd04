// The rows of migrations: moving a chart's instances to another version.
#ifndef JISSHO_WORKFLOW_ACT_MIGRATION_ROWS_H_
#define JISSHO_WORKFLOW_ACT_MIGRATION_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "workflow/storage/cell.h"

namespace jissho::act {

inline constexpr char kMigrationRequested[] = "requested";  // waits for a second person
inline constexpr char kMigrationRunning[] = "running";
inline constexpr char kMigrationStopped[] = "stopped";  // by a person; may be resumed
inline constexpr char kMigrationDone[] = "done";        // every instance was moved or refused

struct MigrationRow {
  std::string id;
  int64_t version = 0;
  std::string chart;
  std::string from_hash;  // empty: every other version
  std::string to_hash;
  std::string plan, reason, state;
  std::string requested_by;
  absl::Time requested_at;
  std::string approved_by;  // empty while nobody has
  std::optional<absl::Time> approved_at, ended_at;
  std::string trial;                   // JSON: what the trial said when the migration was requested
  std::string cursor_hash, cursor_id;  // the last instance that was looked at
  int64_t moved = 0, refused = 0;
  std::string error;  // why it stopped by itself; else empty
};

// An instance that could not be moved, and why.
struct MigrationRefusalRow {
  std::string migration_id, instance_id, reason, ja, en;
};

}  // namespace jissho::act

namespace jissho::storage {

template <>
struct RowTraits<act::MigrationRow> {
  using R = act::MigrationRow;
  static constexpr char kTable[] = "act_migration";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &R::id), Column("version", &R::version), Column("chart", &R::chart),
      Column("from_hash", &R::from_hash), Column("to_hash", &R::to_hash), Column("plan", &R::plan),
      Column("reason", &R::reason), Column("state", &R::state), Column("requested_by", &R::requested_by),
      Column("requested_at", &R::requested_at), Column("approved_by", &R::approved_by),
      Column("approved_at", &R::approved_at), Column("ended_at", &R::ended_at), Column("trial", &R::trial),
      Column("cursor_hash", &R::cursor_hash), Column("cursor_id", &R::cursor_id), Column("moved", &R::moved),
      Column("refused", &R::refused), Column("error", &R::error));
};

template <>
struct RowTraits<act::MigrationRefusalRow> {
  using R = act::MigrationRefusalRow;
  static constexpr char kTable[] = "act_migration_refusal";
  static constexpr int kKeyColumns = 2;
  static constexpr auto kColumns =
      std::make_tuple(Column("migration_id", &R::migration_id), Column("instance_id", &R::instance_id),
                      Column("reason", &R::reason), Column("ja", &R::ja), Column("en", &R::en));
};

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_ACT_MIGRATION_ROWS_H_
