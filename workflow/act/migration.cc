#include "workflow/act/migration.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "workflow/act/instance.h"
#include "workflow/act/journal.h"
#include "workflow/act/reasons.h"
#include "workflow/act/unit.h"
#include "workflow/act/versions.h"
#include "workflow/base/test_hooks.h"

namespace jissho::act {
namespace {

constexpr int kTrialPage = 500;
constexpr int kReasonsMax = 50;
constexpr absl::Duration kSessionWait = absl::Seconds(10);

struct Refusal {
  std::string reason, ja, en;
};

Refusal RefusalOf(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  if (!detail) return {"INTERNAL", std::string(status.message()), std::string(status.message())};
  return {detail->reason, detail->ja, std::string(status.message())};
}

// Versions from which a migration takes instances, in the order in which it does.
absl::StatusOr<std::vector<std::string>> SourcesOf(storage::Session& session, const std::string& chart,
                                                   const std::string& from, const std::string& to) {
  if (!from.empty()) return std::vector<std::string>{from};
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<ChartRow>(
                                         session, "WHERE name = ? AND hash <> ? ORDER BY hash", {chart, to}));
  std::vector<std::string> hashes;
  for (const ChartRow& row : rows) hashes.push_back(row.hash);
  return hashes;
}

absl::StatusOr<std::vector<InstanceRow>> NextInstances(storage::Session& session, const std::string& chart,
                                                       const std::string& hash, const std::string& after,
                                                       int limit) {
  return storage::Select<InstanceRow>(
      session, "WHERE chart = ? AND chart_hash = ? AND finished = 0 AND id > ? ORDER BY id LIMIT ?",
      {chart, hash, after, int64_t{limit}});
}

absl::StatusOr<int64_t> Count(storage::Session& session, const std::string& chart, const std::string& hash,
                              bool finished) {
  JISSHO_ASSIGN_OR_RETURN(
      auto rows,
      session.Query("SELECT COUNT(*) FROM act_instance WHERE chart = ? AND chart_hash = ? AND finished = ?",
                    {chart, hash, int64_t{finished}}, {storage::CellType::kInteger}));
  return std::get<int64_t>(rows[0][0]);
}

std::vector<std::string> TimerIds(const InstanceRow& row) {
  const Json timers = Json::parse(row.timers, nullptr, false);
  return timers.is_array() ? timers.get<std::vector<std::string>>() : std::vector<std::string>();
}

// What an instance and its timers become; nothing is written.
struct Moved {
  engine::Snapshot before;
  engine::Migrated state;
  std::map<std::string, engine::MovedTimer> timers;
};
engine::PendingTimer Pending(const TimerRow& row) {
  return {row.timer_id, row.send_id, row.event, row.target.has_value()};
}

absl::StatusOr<Moved> Compute(const engine::Migrator& migrator, const InstanceRow& row,
                              const std::vector<engine::PendingTimer>& timers) {
  if (row.journal_sequence == 0) return MakeError(kMigrationNotBegun);
  Moved moved;
  JISSHO_ASSIGN_OR_RETURN(moved.before, engine::SnapshotFromJson(Json::parse(row.snapshot, nullptr, false)));
  JISSHO_ASSIGN_OR_RETURN(moved.state, migrator.Move(row.id, moved.before));
  JISSHO_ASSIGN_OR_RETURN(moved.timers, migrator.MoveTimers(timers));
  return moved;
}

absl::StatusOr<std::map<std::string, std::vector<engine::PendingTimer>>> TimersOf(
    storage::Session& session, const std::vector<InstanceRow>& instances) {
  std::map<std::string, std::vector<engine::PendingTimer>> timers;
  storage::CellRow ids;
  std::string marks;
  for (const InstanceRow& row : instances) {
    if (TimerIds(row).empty()) continue;
    ids.push_back(row.id);
    absl::StrAppend(&marks, marks.empty() ? "?" : ", ?");
  }
  if (ids.empty()) return timers;
  JISSHO_ASSIGN_OR_RETURN(auto rows,
                          storage::Select<TimerRow>(session, "WHERE instance_id IN (" + marks + ")", ids));
  for (const TimerRow& row : rows) timers[row.instance_id].push_back(Pending(row));
  return timers;
}

void AddRefusal(std::vector<RefusedGroup>& groups, const Refusal& refusal, const std::string& instance_id) {
  auto group = std::find_if(groups.begin(), groups.end(), [&](const RefusedGroup& known) {
    return known.reason == refusal.reason && known.en == refusal.en;
  });
  if (group == groups.end()) {
    // What differs from one instance to the next must not make the report endless.
    if (groups.size() >= kReasonsMax) {
      group = std::find_if(groups.begin(), groups.end(),
                           [&](const RefusedGroup& known) { return known.reason == refusal.reason; });
      if (group == groups.end()) group = std::prev(groups.end());
    } else {
      group = groups.insert(groups.end(), {refusal.reason, refusal.ja, refusal.en, 0, {}});
    }
  }
  ++group->count;
  if (group->examples.size() < kRefusalExamplesMax) group->examples.push_back(instance_id);
}

// Tries the instances of one version.
absl::Status TryVersion(storage::Session& session, const engine::Migrator& migrator, const std::string& hash,
                        const std::function<bool()>& expired, Trial& trial) {
  std::string after;
  while (true) {
    if (expired()) return MakeError(kMigrationTrialTooLong);
    JISSHO_ASSIGN_OR_RETURN(auto instances, NextInstances(session, trial.chart, hash, after, kTrialPage));
    JISSHO_ASSIGN_OR_RETURN(auto timers, TimersOf(session, instances));
    for (const InstanceRow& row : instances) {
      absl::Status status = Compute(migrator, row, timers[row.id]).status();
      if (status.ok()) {
        ++trial.movable;
      } else {
        AddRefusal(trial.refused, RefusalOf(status), row.id);
      }
    }
    if (instances.size() < kTrialPage) return absl::OkStatus();
    after = instances.back().id;
  }
}

// Whether it is this instance that cannot move, as opposed to the transaction that cannot go on.
bool IsOfInstance(const absl::Status& status) {
  return status.code() == absl::StatusCode::kFailedPrecondition ||
         status.code() == absl::StatusCode::kDataLoss;
}

absl::Status WrongState(const MigrationRow& row) {
  return MakeError(kMigrationState, {{"id", row.id}, {"state", row.state}});
}

absl::StatusOr<MigrationRow> ForUpdate(const std::string& id, const View& view) {
  return view.Get<MigrationRow>(id, kMigrationNotFound);
}

absl::StatusOr<MigrationRow> Changed(MigrationRow row, WriteSet& writes) {
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  return row;
}

// Moves an instance, or notes why it stays; counts it.
absl::Status MoveOne(const std::string& id, const InstanceMove& move, const View& view, WriteSet& writes,
                     MigrationRow& row) {
  const storage::CellRow key = storage::KeyOf(row.id, id);
  JISSHO_ASSIGN_OR_RETURN(const auto refused_before, view.Find<MigrationRefusalRow>(key));
  const absl::StatusOr<bool> moved = writes.MoveToVersion(id, move);
  if (moved.ok()) {
    row.moved += *moved ? 1 : 0;
    return refused_before ? writes.Delete<MigrationRefusalRow>(key) : absl::OkStatus();
  }
  if (!IsOfInstance(moved.status())) return moved.status();
  ++row.refused;
  const Refusal refusal = RefusalOf(moved.status());
  const MigrationRefusalRow refused{row.id, id, refusal.reason, refusal.ja, refusal.en};
  return refused_before ? writes.Update(refused) : writes.Insert(refused);
}

}  // namespace

Json ToJson(const Trial& trial) {
  Json refused = Json::array();
  for (const RefusedGroup& group : trial.refused) {
    refused.push_back({{"reason", group.reason},
                       {"ja", group.ja},
                       {"en", group.en},
                       {"count", group.count},
                       {"examples", group.examples}});
  }
  return {{"chart", trial.chart},       {"from", trial.from_hash},
          {"to", trial.to_hash},        {"needs_approval", trial.needs_approval},
          {"movable", trial.movable},   {"there", trial.there},
          {"finished", trial.finished}, {"refused", std::move(refused)}};
}

absl::StatusOr<Trial> TrialFromJson(const std::string& text) {
  Trial trial;
  try {
    const Json json = Json::parse(text);
    trial.chart = json.at("chart");
    trial.from_hash = json.at("from");
    trial.to_hash = json.at("to");
    trial.needs_approval = json.at("needs_approval");
    trial.movable = json.at("movable");
    trial.there = json.at("there");
    trial.finished = json.at("finished");
    for (const Json& group : json.at("refused")) {
      trial.refused.push_back({group.at("reason"), group.at("ja"), group.at("en"), group.at("count"),
                               group.at("examples").get<std::vector<std::string>>()});
    }
  } catch (const Json::exception& error) {
    return absl::DataLossError(absl::StrCat("the stored trial cannot be read: ", error.what()));
  }
  return trial;
}

namespace {

bool IsVersionOf(storage::Session& session, const std::string& chart, const std::string& hash) {
  const auto stored = StoredVersion(session, hash);
  return stored.ok() && stored->name == chart;
}

absl::StatusOr<std::shared_ptr<const engine::Machine>> VersionToReach(storage::Session& session,
                                                                      const Catalog& catalog,
                                                                      const engine::MigrationPlan& plan) {
  if (plan.to != "current") {
    if (IsVersionOf(session, plan.chart, plan.to)) return VersionOf(session, catalog, plan.to);
    return MakeFieldError({{"plan.to", "この図にこの版はありません。", "is no version of the chart."}});
  }
  auto current = catalog.Current(plan.chart);
  if (current.ok()) return current;
  return MakeFieldError({{"plan.chart", "この図はありません。", "there is no such chart."}});
}

}  // namespace

absl::StatusOr<Trial> TryMigration(storage::Session& session, const Catalog& catalog,
                                   const engine::MigrationPlan& plan, const std::function<bool()>& expired) {
  Trial trial;
  trial.chart = plan.chart;
  trial.from_hash = plan.from == "any" ? "" : plan.from;
  JISSHO_ASSIGN_OR_RETURN(const auto to, VersionToReach(session, catalog, plan));
  trial.to_hash = to->chart().hash;
  trial.needs_approval = to->chart().repair_needs_approval;
  if (trial.from_hash == trial.to_hash) {
    return MakeFieldError({{"plan.from", "元と先が同じ版です。", "is the version to move to."}});
  }
  if (!trial.from_hash.empty() && !IsVersionOf(session, plan.chart, trial.from_hash)) {
    return MakeFieldError({{"plan.from", "この図にこの版はありません。", "is no version of the chart."}});
  }
  JISSHO_ASSIGN_OR_RETURN(auto sources, SourcesOf(session, trial.chart, trial.from_hash, trial.to_hash));
  for (const std::string& hash : sources) {
    JISSHO_ASSIGN_OR_RETURN(const auto from, VersionOf(session, catalog, hash));
    JISSHO_ASSIGN_OR_RETURN(const int64_t running, Count(session, trial.chart, hash, false));
    JISSHO_ASSIGN_OR_RETURN(const int64_t finished, Count(session, trial.chart, hash, true));
    trial.finished += finished;
    // A version that nobody runs by any more need not fit the plan, unless it is the one that was named.
    if (running == 0 && trial.from_hash.empty()) continue;
    trial.needs_approval = trial.needs_approval || from->chart().repair_needs_approval;
    JISSHO_ASSIGN_OR_RETURN(auto migrator, engine::Migrator::Make(plan, from->chart(), to));
    JISSHO_RETURN_IF_ERROR(TryVersion(session, migrator, hash, expired, trial));
  }
  JISSHO_ASSIGN_OR_RETURN(trial.there, Count(session, trial.chart, trial.to_hash, false));
  std::stable_sort(trial.refused.begin(), trial.refused.end(),
                   [](const RefusedGroup& a, const RefusedGroup& b) { return a.count > b.count; });
  return trial;
}

absl::StatusOr<MigrationRow> RequestMigration(const engine::MigrationPlan& plan, const Trial& trial,
                                              const std::string& reason, const Context& context,
                                              WriteSet& writes) {
  MigrationRow row;
  row.id = context.NewId("migration");
  row.chart = trial.chart;
  row.from_hash = trial.from_hash;
  row.to_hash = trial.to_hash;
  row.plan = engine::ToJson(plan).dump();
  row.reason = reason;
  row.state = trial.needs_approval ? kMigrationRequested : kMigrationRunning;
  row.requested_by = context.actor().id;
  row.requested_at = context.now();
  row.trial = ToJson(trial).dump();
  JISSHO_RETURN_IF_ERROR(writes.Insert(row));
  return row;
}

absl::StatusOr<MigrationRow> ApproveMigration(const std::string& id, const Context& context, const View& view,
                                              WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(MigrationRow row, ForUpdate(id, view));
  if (row.state != kMigrationRequested) return WrongState(row);
  if (row.requested_by == context.actor().id) return MakeError(kMigrationOwnRequest);
  row.state = kMigrationRunning;
  row.approved_by = context.actor().id;
  row.approved_at = context.now();
  return Changed(std::move(row), writes);
}

absl::StatusOr<MigrationRow> StopMigration(const std::string& id, const Context& context, const View& view,
                                           WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(MigrationRow row, ForUpdate(id, view));
  if (row.state != kMigrationRequested && row.state != kMigrationRunning) return WrongState(row);
  row.state = kMigrationStopped;
  row.ended_at = context.now();
  return Changed(std::move(row), writes);
}

absl::StatusOr<MigrationRow> ResumeMigration(const std::string& id, const Context&, const View& view,
                                             WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(MigrationRow row, ForUpdate(id, view));
  if (row.state != kMigrationStopped && row.state != kMigrationDone) return WrongState(row);
  JISSHO_ASSIGN_OR_RETURN(const Trial trial, TrialFromJson(row.trial));
  row.state = trial.needs_approval && row.approved_by.empty() ? kMigrationRequested : kMigrationRunning;
  row.cursor_hash = row.cursor_id = row.error = "";
  row.refused = 0;
  row.ended_at.reset();
  return Changed(std::move(row), writes);
}

absl::StatusOr<MigrationRow> GetMigration(storage::Session& session, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(auto rows, storage::Select<MigrationRow>(session, "WHERE id = ?", {id}));
  if (rows.empty()) return MakeError(kMigrationNotFound, {{"id", id}});
  return std::move(rows[0]);
}

absl::StatusOr<std::vector<MigrationRow>> ListMigrations(storage::Session& session, const std::string& before,
                                                         int limit) {
  if (before.empty())
    return storage::Select<MigrationRow>(session, "ORDER BY id DESC LIMIT ?", {int64_t{limit}});
  return storage::Select<MigrationRow>(session, "WHERE id < ? ORDER BY id DESC LIMIT ?",
                                       {before, int64_t{limit}});
}

absl::StatusOr<std::vector<RefusedGroup>> RefusalsOf(storage::Session& session, const std::string& id) {
  std::vector<RefusedGroup> groups;
  std::string after;
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(
        auto rows, storage::Select<MigrationRefusalRow>(
                       session, "WHERE migration_id = ? AND instance_id > ? ORDER BY instance_id LIMIT ?",
                       {id, after, int64_t{kTrialPage}}));
    for (const MigrationRefusalRow& row : rows)
      AddRefusal(groups, {row.reason, row.ja, row.en}, row.instance_id);
    if (rows.size() < kTrialPage) break;
    after = rows.back().instance_id;
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const RefusedGroup& a, const RefusedGroup& b) { return a.count > b.count; });
  return groups;
}

namespace {

absl::StatusOr<std::vector<TimerRow>> LockTimers(Unit& unit, const InstanceRow& row) {
  std::vector<TimerRow> timers;
  for (const std::string& id : TimerIds(row)) {
    JISSHO_ASSIGN_OR_RETURN(auto timer, unit.FindRow<TimerRow>(storage::KeyOf(row.id, id)));
    if (timer) timers.push_back(*std::move(timer));
  }
  return timers;
}

// Deletes first: two timers may swap their names.
absl::Status WriteTimers(Unit& unit, InstanceRow& row, const std::vector<TimerRow>& timers,
                         const std::map<std::string, engine::MovedTimer>& moved) {
  Json ids = Json::array();
  std::vector<TimerRow> renamed;
  for (TimerRow timer : timers) {
    const engine::MovedTimer& after = moved.at(timer.timer_id);
    if (!after.id.empty()) ids.push_back(after.id);
    if (after == engine::MovedTimer{timer.timer_id, timer.send_id}) continue;
    JISSHO_RETURN_IF_ERROR(unit.Delete(storage::TableOf<TimerRow>(), storage::KeyOf(row.id, timer.timer_id)));
    if (after.id.empty()) continue;
    timer.timer_id = after.id;
    timer.send_id = after.send_id;
    timer.claim_owner.clear();
    timer.claim_fence = 0;
    renamed.push_back(std::move(timer));
  }
  for (const TimerRow& timer : renamed) JISSHO_RETURN_IF_ERROR(unit.InsertRow(timer));
  row.timers = ids.dump();
  return absl::OkStatus();
}

// The invocations under their new ids, here and in the rows of what was invoked.
absl::Status WriteChildren(Unit& unit, InstanceRow& row, const engine::Migrator& migrator) {
  if (!row.children) return absl::OkStatus();
  Json renamed = Json::object();
  const Json children = Json::parse(*row.children, nullptr, false);
  for (const auto& [invoke_id, child_id] : children.items()) {
    const std::string& after = migrator.ChildAfter(invoke_id);
    renamed[after] = child_id;
    if (after == invoke_id) continue;
    JISSHO_ASSIGN_OR_RETURN(InstanceRow child, LoadInstance(unit, child_id.get<std::string>()));
    child.invoke_id = after;
    JISSHO_RETURN_IF_ERROR(unit.UpdateRow(child));
  }
  row.children = renamed.dump();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> MoveInstance(Unit& unit, const std::string& instance_id, const InstanceMove& move) {
  JISSHO_ASSIGN_OR_RETURN(auto found, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!found) return false;
  InstanceRow row = *std::move(found);
  const engine::Machine& to = move.migrator->to();
  if (row.finished || row.chart_hash == to.chart().hash) return false;
  JISSHO_ASSIGN_OR_RETURN(const auto timers, LockTimers(unit, row));
  std::vector<engine::PendingTimer> pending;
  for (const TimerRow& timer : timers) pending.push_back(Pending(timer));
  JISSHO_ASSIGN_OR_RETURN(Moved moved, Compute(*move.migrator, row, pending));
  JISSHO_ASSIGN_OR_RETURN(const Json tasks, OpenTasks(to, row.id, moved.state.next, row.owner));
  if (!timers.empty()) JISSHO_RETURN_IF_ERROR(WriteTimers(unit, row, timers, moved.timers));
  JISSHO_RETURN_IF_ERROR(WriteChildren(unit, row, *move.migrator));
  Json detail{{"changed", Difference(moved.before, moved.state.next)},
              {"from", row.chart_hash},
              {"migration", move.migration_id},
              {"reason", move.reason}};
  if (!move.approved_by.empty()) detail["approved_by"] = move.approved_by;
  row.chart_hash = to.chart().hash;
  JournalRow entry;
  entry.actor = move.actor;
  entry.event = "migrate";
  entry.outcome = "done";
  entry.detail = detail.dump();
  JISSHO_RETURN_IF_ERROR(AppendStep(unit, row, std::move(entry), moved.state.next, moved.state.entered,
                                    moved.state.exited, tasks));
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
  return true;
}

absl::StatusOr<std::vector<MigrationRow>> MigrationRunner::Running() {
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  return storage::Select<MigrationRow>(*lease, "WHERE state = ? ORDER BY id",
                                       {std::string(kMigrationRunning)});
}

absl::StatusOr<int64_t> MigrationRunner::RunOnce() {
  std::lock_guard lock(mutex_);
  JISSHO_ASSIGN_OR_RETURN(const auto running, Running());
  if (running.empty()) migrators_.clear();
  int64_t done = 0;
  for (const MigrationRow& migration : running) {
    JISSHO_ASSIGN_OR_RETURN(const int64_t looked_at, RunBatch(migration));
    done += looked_at;
  }
  return done;
}

absl::StatusOr<MigrationRunner::Work> MigrationRunner::NextWork(const MigrationRow& migration) {
  Work work{migration, "", {}, {}};
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  JISSHO_ASSIGN_OR_RETURN(auto sources,
                          SourcesOf(*lease, migration.chart, migration.from_hash, migration.to_hash));
  for (const std::string& hash : sources) {
    if (hash < migration.cursor_hash) continue;
    const std::string after = hash == migration.cursor_hash ? migration.cursor_id : "";
    JISSHO_ASSIGN_OR_RETURN(auto instances, NextInstances(*lease, migration.chart, hash, after, batch_));
    if (instances.empty()) continue;
    work.hash = hash;
    for (const InstanceRow& row : instances) {
      work.instances.push_back(row.id);
      work.reads.push_back(ReadInstance(row.id));
      work.reads.push_back({&storage::TableOf<MigrationRefusalRow>(), storage::KeyOf(migration.id, row.id)});
      for (const std::string& timer : TimerIds(row))
        work.reads.push_back({&storage::TableOf<TimerRow>(), storage::KeyOf(row.id, timer)});
    }
    return work;
  }
  return work;
}

absl::StatusOr<std::shared_ptr<const engine::Migrator>> MigrationRunner::MigratorFor(
    const MigrationRow& migration, const std::string& hash) {
  auto& known = migrators_[{migration.id, hash}];
  if (known != nullptr) return known;
  JISSHO_ASSIGN_OR_RETURN(const auto plan,
                          engine::MigrationPlanFromJson(Json::parse(migration.plan, nullptr, false)));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  JISSHO_ASSIGN_OR_RETURN(auto from, VersionOf(*lease, *catalog_, hash));
  JISSHO_ASSIGN_OR_RETURN(auto to, VersionOf(*lease, *catalog_, migration.to_hash));
  JISSHO_ASSIGN_OR_RETURN(auto migrator, engine::Migrator::Make(plan, from->chart(), to));
  known = std::make_shared<const engine::Migrator>(std::move(migrator));
  return known;
}

absl::StatusOr<int64_t> MigrationRunner::RunBatch(const MigrationRow& migration) {
  JISSHO_ASSIGN_OR_RETURN(Work work, NextWork(migration));
  const int64_t size = static_cast<int64_t>(work.instances.size());
  std::shared_ptr<const engine::Migrator> migrator;
  std::string fault;
  if (size > 0) {
    auto made = MigratorFor(migration, work.hash);
    if (made.ok()) {
      migrator = *std::move(made);
    } else {
      // A version that no instance ran by when the plan was tried.
      fault = absl::StrCat(work.hash, ": ", made.status().message());
    }
  }
  const Act act = fault.empty() ? BatchAct(std::move(work), std::move(migrator)) : StopAct(migration, fault);
  JISSHO_RETURN_IF_ERROR(run_(act).status());
  Reach("migration.batch");
  return std::max<int64_t>(size, 1);
}

Act MigrationRunner::ActOn(const MigrationRow& migration) const {
  Act act;
  act.actor = Actor::System(service_);
  act.command = {act.actor.id, "migrate", "", absl::StrCat(migration.id, "/", migration.version)};
  act.partition = migration.id;
  act.reads = {ReadOf<MigrationRow>(migration.id)};
  return act;
}

Act MigrationRunner::StopAct(const MigrationRow& migration, const std::string& fault) const {
  Act act = ActOn(migration);
  act.run = [migration, fault](const Context& context, const View& view,
                               WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_ASSIGN_OR_RETURN(MigrationRow row, ForUpdate(migration.id, view));
    if (row.version != migration.version) return std::string();
    row.state = kMigrationStopped;
    row.error = fault;
    row.ended_at = context.now();
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    return std::string();
  };
  return act;
}

Act MigrationRunner::BatchAct(Work work, std::shared_ptr<const engine::Migrator> migrator) const {
  Act act = ActOn(work.migration);
  act.reads.insert(act.reads.end(), std::make_move_iterator(work.reads.begin()),
                   std::make_move_iterator(work.reads.end()));
  act.run = [migration = std::move(work.migration), hash = std::move(work.hash),
             instances = std::move(work.instances), migrator = std::move(migrator)](
                const Context& context, const View& view, WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_ASSIGN_OR_RETURN(MigrationRow row, ForUpdate(migration.id, view));
    // Somebody stopped it, or another process was faster.
    if (row.version != migration.version) return std::string();
    const InstanceMove move{migrator.get(), row.id, row.requested_by, row.approved_by, row.reason};
    for (const std::string& id : instances) {
      JISSHO_RETURN_IF_ERROR(MoveOne(id, move, view, writes, row));
    }
    if (instances.empty()) {
      row.state = kMigrationDone;
      row.ended_at = context.now();
    } else {
      row.cursor_hash = hash;
      row.cursor_id = instances.back();
    }
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    return std::string();
  };
  return act;
}

}  // namespace jissho::act
