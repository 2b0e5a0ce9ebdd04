// Migrations: forward only, versioned, checksummed, embedded in the binary, verified at every start.
//
// A component (the workflow's own tables "act", or a service) owns a list of them in schema/NNN_name.sql.
// Statements are separated by a line that holds only `;`-terminated SQL; tokens are those of
// Dialect::ExpandMigration. The table `schema_migration` records component, version, name and SHA-256.
#ifndef JISSHO_WORKFLOW_STORAGE_MIGRATION_H_
#define JISSHO_WORKFLOW_STORAGE_MIGRATION_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "workflow/storage/session.h"

namespace jissho::storage {

struct Migration {
  std::string component;  // "act", "intake", …
  int version;            // from the file name: 001_proposals.sql is 1; contiguous from 1
  std::string name;
  std::string sql;
};

// From the list that jissho_embed() makes; files are named [dir/]NNN_name.sql.
absl::StatusOr<std::vector<Migration>> ParseMigrations(
    const std::string& component, const std::vector<std::pair<absl::string_view, absl::string_view>>& files);

// Applies what is missing, each migration in its own transaction where the database can. Safe to repeat and
// to run from several processes at once. Fails with FAILED_PRECONDITION when an applied one differs from the
// binary's.
absl::Status Migrate(Session& session, const std::vector<Migration>& migrations);

// FAILED_PRECONDITION (reason SCHEMA_MISMATCH, names the component and version) unless exactly these are
// applied.
absl::Status VerifySchema(Session& session, const std::vector<Migration>& migrations);

// To be called when a process begins, before it tells anybody what it finds. A process that was killed
// between writing a commit to SQLite's log and syncing it leaves a commit that the next one reads, and that a
// loss of power would still take back; this syncs it. Nothing on MySQL, whose server does so itself.
absl::Status SyncRecovered(Session& session);

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_MIGRATION_H_
