// A service over a fresh database of either kind, for tests of what happens to instances.
#ifndef JISSHO_WORKFLOW_ACT_ACT_FIXTURE_H_
#define JISSHO_WORKFLOW_ACT_ACT_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/queries.h"
#include "workflow/act/service.h"

namespace jissho::act {

// The parameter is "sqlite" or "mariadb".
class ActFixture : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({dsn, 8}));
    ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(5)));
    ASSERT_OK_AND_ASSIGN(auto migrations, Migrations());
    ASSERT_OK(storage::Migrate(*lease, migrations));
  }

  using Charts = std::vector<std::pair<std::string, std::string>>;  // name, text

  // A service with one chart, called "loan".
  std::unique_ptr<Service> Make(const std::string& chart, int batch = 100, bool service_profile = true) {
    auto service = Deploy({{"loan", chart}}, batch, service_profile);
    EXPECT_OK(service);
    return *std::move(service);
  }

  absl::StatusOr<std::unique_ptr<Service>> Deploy(const Charts& charts, int batch = 100,
                                                  bool service_profile = true) {
    ServiceOptions options;
    options.service = "test";
    options.municipality = "082201";
    options.progress_receiver = "";
    options.migration_batch = batch;
    options.charts.service_profile = service_profile;
    Definitions definitions;
    definitions.charts = charts;
    return Service::Create(options, definitions, pool_.get(), &calendar_, &monotonic_, nullptr, nullptr);
  }

  // One of several processes that serve the same database, as any service with definitions of its own.
  std::unique_ptr<Service> MakeProcess(const std::string& name, Definitions definitions,
                                       EventTransport* transport = nullptr) {
    ServiceOptions options;
    options.service = "test";
    options.process = name;
    options.municipality = "082201";
    options.progress_receiver = "";
    auto service = Service::Create(options, std::move(definitions), pool_.get(), &calendar_, &monotonic_,
                                   transport, nullptr);
    EXPECT_OK(service);
    return *std::move(service);
  }

  // Runs the body as an act with a command of its own.
  template <class Body>
  absl::StatusOr<std::string> Do(Service& service, const Actor& actor, Body body) {
    Act act;
    act.actor = actor;
    act.command = {actor.id, "Test", absl::StrCat("r", ++requests_), "h"};
    act.run = [body](const Context& context, const View& view,
                     WriteSet& writes) -> absl::StatusOr<std::string> { return body(context, view, writes); };
    return service.RunHere(act);
  }

  absl::Status Fire(Service& service, const Actor& actor, const std::string& id, const std::string& event,
                    const Json& data = Json::object()) {
    return Do(service, actor,
              [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                JISSHO_RETURN_IF_ERROR(writes.Fire(id, event, data));
                return std::string();
              })
        .status();
  }

  // Starts instances and fires events at each as the clerk, all in one act.
  void StartLoans(Service& service, const std::vector<std::string>& ids,
                  const std::vector<std::string>& events = {}) {
    EXPECT_OK(Do(service, clerk_,
                 [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                   for (const std::string& id : ids) {
                     JISSHO_RETURN_IF_ERROR(writes.Start("loan", id, id, "org-1", Json::object()));
                     for (const std::string& event : events) JISSHO_RETURN_IF_ERROR(writes.Fire(id, event));
                   }
                   return std::string();
                 }));
  }
  void StartLoan(Service& service, const std::string& id, const std::vector<std::string>& events = {}) {
    StartLoans(service, {id}, events);
  }

  void PumpUntilQuiet(Service& service) {
    while (true) {
      auto done = service.Pump(true);
      ASSERT_OK(done);
      if (*done == 0) return;
    }
  }

  void Later(absl::Duration by) { calendar_.Set(calendar_.Now() + by); }

  storage::Pool::Lease Session() { return *pool_->Acquire(absl::Seconds(5)); }

  int64_t Execute(const std::string& sql, const storage::CellRow& params = {}) {
    auto session = Session();
    const auto matched = session->Execute(sql, params);
    EXPECT_OK(matched);
    return matched.value_or(0);
  }

  template <class Row>
  std::vector<Row> All(const std::string& tail = "") {
    auto session = Session();
    auto rows = storage::Select<Row>(*session, tail);
    EXPECT_OK(rows);
    return *rows;
  }

  InstanceRow Get(const std::string& id) {
    auto session = Session();
    auto row = GetInstance(*session, id);
    EXPECT_OK(row);
    return *row;
  }

  static engine::Snapshot SnapshotOf(const InstanceRow& row) {
    return *engine::SnapshotFromJson(Json::parse(row.snapshot));
  }

  const Actor clerk_{"user:a", {"clerk"}, "org-1", "LOCAL"};
  const Actor admin_{"user:admin", {"admin"}, "", "LOCAL"};
  const Actor manager_{"user:manager", {"manager"}, "", "LOCAL"};
  VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  ManualMonotonicClock monotonic_;
  std::unique_ptr<storage::Pool> pool_;

 private:
  int requests_ = 0;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_ACT_FIXTURE_H_
