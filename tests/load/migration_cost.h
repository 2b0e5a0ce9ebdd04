// Moving many instances to another version of their chart, beside a bare UPDATE of the same rows.
#ifndef JISSHO_TESTS_LOAD_MIGRATION_COST_H_
#define JISSHO_TESTS_LOAD_MIGRATION_COST_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::bench {

struct MigrationCost {
  double trial_per_second = 0;     // instances tried without writing
  double migrated_per_second = 0;  // moved: read, transformed, journalled, written
  double updated_per_second = 0;   // the same rows by one UPDATE for each batch, through the same session
  double raw_rows_per_second = 0;  // the same UPDATE and an INSERT of as many journal rows
};

// On an empty database. All run in batches of act::kMigrationBatch instances, one transaction each.
absl::StatusOr<MigrationCost> MeasureMigration(const std::string& dsn, int instances);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_MIGRATION_COST_H_
