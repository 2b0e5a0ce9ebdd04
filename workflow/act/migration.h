// Moving a service's running instances to another version of their chart.
//
// A plan (engine::MigrationPlan) is first tried on every instance without writing. Then it is requested; on
// charts whose repair needs a second person it waits for one. Running, it goes through the instances version
// by version in the order of their ids, one transaction for a batch, and keeps its place in the transaction
// of the batch: a process that dies, or a second one beside it, neither repeats nor omits an instance. Each
// instance that moves gets a journal entry "migrate"; one that cannot stays where it is and is listed with
// the reason. Instances that have finished stay as they are.
//
// Threading: functions are stateless; MigrationRunner::RunOnce is serialised and blocks on the database.
#ifndef JISSHO_WORKFLOW_ACT_MIGRATION_H_
#define JISSHO_WORKFLOW_ACT_MIGRATION_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "workflow/act/act.h"
#include "workflow/act/catalog.h"
#include "workflow/act/migration_rows.h"
#include "workflow/engine/migration.h"

namespace jissho::act {

inline constexpr int kRefusalExamplesMax = 20;  // instance ids named with each reason
inline constexpr int kMigrationBatch = 200;     // instances moved in one transaction

// Instances that cannot move for the same reason.
struct RefusedGroup {
  std::string reason, ja, en;
  int64_t count = 0;
  std::vector<std::string> examples;  // the first ids, at most kRefusalExamplesMax
};

// What a plan would do now.
struct Trial {
  std::string chart, to_hash;
  std::string from_hash;  // empty: every other version
  bool needs_approval = false;
  int64_t movable = 0;
  int64_t there = 0;     // run by the new version already
  int64_t finished = 0;  // of the old versions; left alone
  std::vector<RefusedGroup> refused;
};

Json ToJson(const Trial& trial);
absl::StatusOr<Trial> TrialFromJson(const std::string& text);

// Tries the plan on every instance. INVALID_ARGUMENT (FIELD_INVALID) with all faults of the plan;
// DEADLINE_EXCEEDED (MIGRATION_TRIAL_TOO_LONG) when `expired` says so between two pages.
absl::StatusOr<Trial> TryMigration(storage::Session& session, const Catalog& catalog,
                                   const engine::MigrationPlan& plan, const std::function<bool()>& expired);

// The following four are the body of an act each.
//
// Requests a migration that was tried; it runs at once unless it needs approval.
absl::StatusOr<MigrationRow> RequestMigration(const engine::MigrationPlan& plan, const Trial& trial,
                                              const std::string& reason, const Context& context,
                                              WriteSet& writes);
// MIGRATION_NOT_FOUND, MIGRATION_STATE (it does not wait for approval), MIGRATION_OWN_REQUEST.
absl::StatusOr<MigrationRow> ApproveMigration(const std::string& id, const Context& context, const View& view,
                                              WriteSet& writes);
// Ends a request, or halts a run after its present batch. MIGRATION_STATE when it is over already.
absl::StatusOr<MigrationRow> StopMigration(const std::string& id, const Context& context, const View& view,
                                           WriteSet& writes);
// Goes through all instances again that are not there yet. MIGRATION_STATE unless stopped or done.
absl::StatusOr<MigrationRow> ResumeMigration(const std::string& id, const Context& context, const View& view,
                                             WriteSet& writes);

absl::StatusOr<MigrationRow> GetMigration(storage::Session& session, const std::string& id);
// Newest first; those with id < `before` ("" for the newest).
absl::StatusOr<std::vector<MigrationRow>> ListMigrations(storage::Session& session, const std::string& before,
                                                         int limit);
// Why instances were left, most frequent first, at most 50 reasons.
absl::StatusOr<std::vector<RefusedGroup>> RefusalsOf(storage::Session& session, const std::string& id);

// Moves one instance inside an act, for WriteSet::MoveToVersion.
struct InstanceMove {
  const engine::Migrator* migrator = nullptr;
  std::string migration_id, actor, approved_by, reason;
};
// Whether it moved: false when it had finished or was there already. The refusal of this one instance
// (FAILED_PRECONDITION, DATA_LOSS) leaves no trace in the unit.
absl::StatusOr<bool> MoveInstance(Unit& unit, const std::string& instance_id, const InstanceMove& move);

class MigrationRunner {
 public:
  using RunAct = std::function<absl::StatusOr<std::string>(Act)>;
  MigrationRunner(std::string service, const Catalog* catalog, RunAct run, storage::Pool* pool, int batch)
      : service_(std::move(service)), catalog_(catalog), run_(std::move(run)), pool_(pool), batch_(batch) {}

  // One batch of each running migration. The number of instances looked at; 0 when none runs.
  absl::StatusOr<int64_t> RunOnce();

 private:
  struct Work {
    MigrationRow migration;
    std::string hash;  // the version of these instances
    std::vector<std::string> instances;
    std::vector<Read> reads;
  };

  absl::StatusOr<std::vector<MigrationRow>> Running();
  absl::StatusOr<int64_t> RunBatch(const MigrationRow& migration);
  absl::StatusOr<Work> NextWork(const MigrationRow& migration);
  absl::StatusOr<std::shared_ptr<const engine::Migrator>> MigratorFor(const MigrationRow& migration,
                                                                      const std::string& hash);
  Act ActOn(const MigrationRow& migration) const;
  Act StopAct(const MigrationRow& migration, const std::string& fault) const;
  Act BatchAct(Work work, std::shared_ptr<const engine::Migrator> migrator) const;

  const std::string service_;
  const Catalog* const catalog_;
  const RunAct run_;
  storage::Pool* const pool_;
  const int batch_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const engine::Migrator>> migrators_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_MIGRATION_H_
