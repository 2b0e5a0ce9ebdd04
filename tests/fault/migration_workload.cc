#include "tests/fault/migration_workload.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "workflow/act/audit.h"
#include "workflow/act/migration.h"
#include "workflow/act/queries.h"
#include "workflow/act/service.h"
#include "workflow/base/error.h"

namespace jissho::fault {
namespace {

using act::Json;

constexpr int kBatch = 3;
constexpr absl::Duration kSessionWait = absl::Seconds(10);

std::string Scxml(const std::string& inside) {
  return absl::StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan">)",
                      inside, "</scxml>");
}

std::string OldChart() {
  return Scxml(R"(<datamodel><data id="days" expr="0"/></datamodel>
  <state id="asked"><transition event="lend" target="lent"><send id="due" event="overdue" delay="240h"/></transition>
    <transition event="lose" target="lost"/></state>
  <state id="lent"><transition event="overdue" target="late"/></state>
  <state id="late"/><state id="lost"/>)");
}

std::string NewChart() {
  return Scxml(R"(<datamodel><data id="hours" expr="0"/></datamodel>
  <state id="asked"><transition event="lend" target="out"/></state>
  <state id="out"><transition event="overdue" target="late"/></state>
  <state id="late"/>)");
}

engine::MigrationPlan Plan() {
  engine::MigrationPlan plan;
  plan.chart = "loan";
  plan.states = {{"lent", "out"}, {"lost", ""}};
  plan.set = {{"hours", "days * 24"}};
  plan.remove = {"days"};
  plan.timers = {{"due", "notice"}};
  return plan;
}

// A service with its database.
struct Room {
  VirtualCalendar calendar{absl::FromUnixSeconds(1654848000)};
  ManualMonotonicClock monotonic;
  std::unique_ptr<storage::Pool> pool;
  std::unique_ptr<act::Service> service;

  absl::Status Open(const std::string& dsn, const std::string& chart) {
    JISSHO_ASSIGN_OR_RETURN(pool, storage::OpenPool({.dsn = dsn, .sessions_max = 4}));
    act::ServiceOptions options;
    options.service = "test";
    options.municipality = "082201";
    options.progress_receiver = "";
    options.migration_batch = kBatch;
    act::Definitions definitions;
    definitions.charts = {{"loan", chart}};
    JISSHO_ASSIGN_OR_RETURN(service, act::Service::Create(options, definitions, pool.get(), &calendar,
                                                          &monotonic, nullptr, nullptr));
    return absl::OkStatus();
  }

  absl::Status Run(const std::string& request,
                   const std::function<absl::Status(const act::Context&, act::WriteSet&)>& body) {
    act::Act act;
    act.actor = {"user:admin", {"admin"}, "", "LOCAL"};
    act.command = {act.actor.id, "test", request, "hash"};
    act.run = [&body](const act::Context& context, const act::View&,
                      act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(body(context, writes));
      return std::string();
    };
    return service->RunHere(act).status();
  }
};

absl::Status StartLoan(act::WriteSet& writes, int number) {
  const std::string id = absl::StrCat("loan-", 1000 + number);
  JISSHO_RETURN_IF_ERROR(writes.Start("loan", id, id, "", Json{{"days", number}}));
  if (number % 7 == 0) return writes.FireAsSystem(id, "lose");
  return number % 3 == 0 ? writes.FireAsSystem(id, "lend") : absl::OkStatus();
}

absl::StatusOr<std::string> FactOf(storage::Session& session, const act::Service& service,
                                   const act::InstanceRow& row) {
  JISSHO_ASSIGN_OR_RETURN(const auto audit, act::AuditInstance(session, service.catalog(), row.id));
  if (audit.fault) return absl::DataLossError(absl::StrCat(row.id, ": ", audit.fault->en));
  std::string fact =
      absl::StrCat(row.id, " ", row.chart_hash, " ", row.snapshot, " ", row.tasks, " ", row.timers);
  JISSHO_ASSIGN_OR_RETURN(const auto entries, act::ListJournal(session, row.id, 0, 100));
  for (const act::JournalRow& entry : entries) {
    absl::StrAppend(&fact, "\n  ", entry.event, " ", entry.outcome, " ", entry.hash);
  }
  JISSHO_ASSIGN_OR_RETURN(
      const auto timers,
      storage::Select<act::TimerRow>(session, "WHERE instance_id = ? ORDER BY timer_id", {row.id}));
  for (const act::TimerRow& timer : timers) {
    absl::StrAppend(&fact, "\n  timer ", timer.timer_id, " ", absl::ToUnixMicros(timer.due), " ",
                    timer.event);
  }
  return fact;
}

}  // namespace

absl::Status PrepareMigration(const std::string& dsn, int instances) {
  {
    JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 1}));
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(kSessionWait));
    JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
    JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  }
  Room before;
  JISSHO_RETURN_IF_ERROR(before.Open(dsn, OldChart()));
  JISSHO_RETURN_IF_ERROR(before.Run("start", [&](const act::Context&, act::WriteSet& writes) -> absl::Status {
    for (int i = 1; i <= instances; ++i) JISSHO_RETURN_IF_ERROR(StartLoan(writes, i));
    return absl::OkStatus();
  }));
  Room after;
  JISSHO_RETURN_IF_ERROR(after.Open(dsn, NewChart()));
  act::Trial trial;
  {
    JISSHO_ASSIGN_OR_RETURN(auto lease, after.pool->Acquire(kSessionWait));
    JISSHO_ASSIGN_OR_RETURN(
        trial, act::TryMigration(*lease, after.service->catalog(), Plan(), [] { return false; }));
  }
  return after.Run("migrate", [&](const act::Context& context, act::WriteSet& writes) {
    return act::RequestMigration(Plan(), trial, "new rules", context, writes).status();
  });
}

absl::Status RunMigration(const std::string& dsn) {
  Room room;
  JISSHO_RETURN_IF_ERROR(room.Open(dsn, NewChart()));
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(const int64_t done, room.service->Pump(/*force=*/true));
    if (done == 0) return absl::OkStatus();
  }
}

absl::StatusOr<std::vector<std::string>> MigrationFacts(const std::string& dsn) {
  Room room;
  JISSHO_RETURN_IF_ERROR(room.Open(dsn, NewChart()));
  JISSHO_ASSIGN_OR_RETURN(auto lease, room.pool->Acquire(kSessionWait));
  std::vector<std::string> facts;
  JISSHO_ASSIGN_OR_RETURN(const auto migrations, act::ListMigrations(*lease, "", 10));
  for (const act::MigrationRow& migration : migrations) {
    facts.push_back(absl::StrCat(migration.id, " ", migration.state, " moved ", migration.moved, " refused ",
                                 migration.refused, " ", migration.error));
    JISSHO_ASSIGN_OR_RETURN(const auto refusals, act::RefusalsOf(*lease, migration.id));
    for (const act::RefusedGroup& refusal : refusals) {
      facts.push_back(absl::StrCat(refusal.reason, " ", refusal.count));
    }
  }
  JISSHO_ASSIGN_OR_RETURN(const auto rows, storage::Select<act::InstanceRow>(*lease, "ORDER BY id"));
  for (const act::InstanceRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(std::string fact, FactOf(*lease, *room.service, row));
    facts.push_back(std::move(fact));
  }
  return facts;
}

}  // namespace jissho::fault
