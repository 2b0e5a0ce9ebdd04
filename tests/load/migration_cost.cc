#include "tests/load/migration_cost.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/load/bench_case.h"
#include "workflow/act/migration.h"
#include "workflow/act/rows.h"
#include "workflow/act/service.h"
#include "workflow/base/clock.h"
#include "workflow/storage/sql_builder.h"

namespace jissho::bench {
namespace {

constexpr absl::Duration kSessionWait = absl::Seconds(5);
const std::string kHash(64, 'f');

// The ring with other names for its states and one variable more.
std::string NextRing() {
  return absl::StrReplaceAll(
      RingChart(),
      {{"\"s", "\"t"}, {"<data id=\"moves\"", "<data id=\"seen\" expr=\"[]\"/><data id=\"moves\""}});
}

engine::MigrationPlan Plan() {
  engine::MigrationPlan plan;
  plan.chart = "ring";
  for (int i = 0; i < 12; ++i) plan.states[absl::StrCat("s", i)] = absl::StrCat("t", i);
  plan.set["moves"] = "moves + 1";
  return plan;
}

// Instances of the ring, and what moves them.
class Cost {
 public:
  Cost(storage::Pool* pool, int instances) : pool_(pool), instances_(instances) {}

  absl::StatusOr<MigrationCost> Measure() {
    JISSHO_RETURN_IF_ERROR(MakeInstances());
    MigrationCost cost;
    JISSHO_ASSIGN_OR_RETURN(cost.updated_per_second, Rate([this] { return UpdateAll(false); }));
    JISSHO_ASSIGN_OR_RETURN(cost.raw_rows_per_second, Rate([this] { return UpdateAll(true); }));
    JISSHO_ASSIGN_OR_RETURN(const auto service, Service(NextRing()));
    act::Trial trial;
    JISSHO_ASSIGN_OR_RETURN(cost.trial_per_second, Rate([&] { return Try(*service, trial); }));
    if (trial.movable != instances_) return absl::InternalError("not every instance can move");
    JISSHO_RETURN_IF_ERROR(Request(*service, trial));
    JISSHO_ASSIGN_OR_RETURN(cost.migrated_per_second, Rate([&] { return PumpAll(*service); }));
    return cost;
  }

 private:
  absl::StatusOr<double> Rate(const std::function<absl::Status()>& work) {
    const absl::Duration begin = SystemMonotonic().Elapsed();
    JISSHO_RETURN_IF_ERROR(work());
    return instances_ / absl::ToDoubleSeconds(SystemMonotonic().Elapsed() - begin);
  }

  absl::StatusOr<std::unique_ptr<act::Service>> Service(const std::string& chart) {
    act::ServiceOptions options;
    options.service = "bench";
    options.municipality = "082201";
    options.progress_receiver = "";
    act::Definitions definitions;
    definitions.charts = {{"ring", chart}};
    return act::Service::Create(options, definitions, pool_, &calendar_, &SystemMonotonic(), nullptr,
                                nullptr);
  }

  absl::Status MakeInstances() {
    JISSHO_ASSIGN_OR_RETURN(const auto service, Service(RingChart()));
    for (int begin = 0; begin < instances_; begin += act::kMigrationBatch) {
      act::Act act;
      act.actor = act::Actor::System("bench");
      act.run = [begin, end = std::min(instances_, begin + act::kMigrationBatch)](
                    const act::Context&, const act::View&,
                    act::WriteSet& writes) -> absl::StatusOr<std::string> {
        for (int i = begin; i < end; ++i)
          JISSHO_RETURN_IF_ERROR(writes.Start("ring", CaseId(i), "", "", act::Json::object()));
        return std::string();
      };
      JISSHO_RETURN_IF_ERROR(service->RunHere(act).status());
    }
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
    JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<act::InstanceRow>(*lease, "ORDER BY id"));
    for (act::InstanceRow& row : rows) ids_.push_back(std::move(row.id));
    snapshot_ = rows[0].snapshot;
    return absl::OkStatus();
  }

  // The columns that a migration writes, in the instances' rows; with `journal` an entry for each as well.
  absl::Status UpdateAll(bool journal) {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
    for (size_t begin = 0; begin < ids_.size(); begin += act::kMigrationBatch) {
      const size_t end = std::min(ids_.size(), begin + act::kMigrationBatch);
      const std::vector<std::string> ids(ids_.begin() + begin, ids_.begin() + end);
      JISSHO_RETURN_IF_ERROR(lease->Begin());
      JISSHO_RETURN_IF_ERROR(UpdateBatch(*lease, ids));
      if (journal) JISSHO_RETURN_IF_ERROR(InsertEntries(*lease, ids));
      JISSHO_RETURN_IF_ERROR(lease->Commit());
    }
    // Entries that no instance knows are not left to the migration.
    return journal ? lease->Execute("DELETE FROM act_journal WHERE sequence = 1000", {}).status()
                   : absl::OkStatus();
  }

  absl::Status UpdateBatch(storage::Session& session, const std::vector<std::string>& ids) {
    storage::CellRow params{snapshot_};
    std::string marks;
    for (const std::string& id : ids) {
      params.push_back(id);
      absl::StrAppend(&marks, marks.empty() ? "?" : ",?");
    }
    return session
        .Execute(absl::StrCat("UPDATE act_instance SET version = version + 1, snapshot = ? WHERE id IN (",
                              marks, ")"),
                 params)
        .status();
  }

  absl::Status InsertEntries(storage::Session& session, const std::vector<std::string>& ids) {
    act::JournalRow entry;
    entry.sequence = 1000;
    entry.actor = "user:raw";
    entry.event = "migrate";
    entry.outcome = "done";
    entry.entered = entry.exited = "[\"s0\"]";
    entry.detail = std::string(200, 'd');
    entry.chart_hash = entry.previous_hash = entry.hash = kHash;
    storage::CellRow params;
    for (const std::string& id : ids) {
      entry.instance_id = id;
      storage::AppendCells(params, storage::ToCells(entry));
    }
    return session
        .Execute(storage::InsertRows(storage::TableOf<act::JournalRow>(), static_cast<int>(ids.size())),
                 params)
        .status();
  }

  absl::Status Try(act::Service& service, act::Trial& trial) {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
    JISSHO_ASSIGN_OR_RETURN(trial,
                            act::TryMigration(*lease, service.catalog(), Plan(), [] { return false; }));
    return absl::OkStatus();
  }

  absl::Status Request(act::Service& service, const act::Trial& trial) {
    act::Act act;
    act.actor = {"user:admin", {"admin"}, "", "LOCAL"};
    act.command = {"user:admin", "StartMigration", "bench", "h"};
    act.run = [&trial](const act::Context& context, const act::View&,
                       act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(act::RequestMigration(Plan(), trial, "bench", context, writes).status());
      return std::string();
    };
    return service.RunHere(act).status();
  }

  absl::Status PumpAll(act::Service& service) {
    while (true) {
      JISSHO_ASSIGN_OR_RETURN(const int64_t done, service.Pump(true));
      if (done == 0) return absl::OkStatus();
    }
  }

  storage::Pool* const pool_;
  const int instances_;
  const VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  std::vector<std::string> ids_;
  std::string snapshot_;
};

}  // namespace

absl::StatusOr<MigrationCost> MeasureMigration(const std::string& dsn, int instances) {
  JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 4}));
  {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(kSessionWait));
    JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
    JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  }
  return Cost(pool.get(), instances).Measure();
}

}  // namespace jissho::bench
