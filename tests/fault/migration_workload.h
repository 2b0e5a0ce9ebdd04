// A migration of many instances, in a process that may be killed at any instruction and begun again.
#ifndef JISSHO_TESTS_FAULT_MIGRATION_WORKLOAD_H_
#define JISSHO_TESTS_FAULT_MIGRATION_WORKLOAD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace jissho::fault {

inline constexpr char kMigrationWorker[] = "--migration-worker";

// Makes the tables and this many instances of the old version in an empty database, every third of them with
// a timer and every seventh in a state that cannot move, and requests the migration.
absl::Status PrepareMigration(const std::string& dsn, int instances);

// Opens the service of the new version and pumps until no migration runs any more, a few instances a
// transaction.
absl::Status RunMigration(const std::string& dsn);

// Everything that must not depend on crashes, one line a fact: the migration's state and figures, and of
// every instance its version, its state and data, its journal with the hashes, its timers. Checks the
// journals on the way.
absl::StatusOr<std::vector<std::string>> MigrationFacts(const std::string& dsn);

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_MIGRATION_WORKLOAD_H_
