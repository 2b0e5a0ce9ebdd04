// Versions, migrations, the past and the audit as a client meets them: messages in, messages out.
#include "services/runtime/process/charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "absl/strings/str_replace.h"
#include "jissho/engine/v1/chart.pb.h"
#include "jissho/engine/v1/engine.pb.h"
#include "services/runtime/process/instances.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/proto_time.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/reasons.h"

namespace jissho::runtime {
namespace {

namespace v1 = ::jissho::engine::v1;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="asked"
    jissho:four-eyes="repair">
  <datamodel><data id="n" expr="1"/></datamodel>
  <state id="asked"><transition event="lend" target="lent" jissho:role="clerk" jissho:label="貸す"
    jissho:label-en="Lend"/></state>
  <state id="lent"/>
</scxml>)";

// A service "loans" with two instances of an old version, "a" asked and "b" lent, and an empty service
// "other".
class ChartsTest : public ::testing::Test {
 protected:
  ChartsTest() {
    loans_ = Open();
    Swap("loans", Make("loans", "loan", kChart, loans_.get()));
    Start("a", {});
    Later();
    Start("b", {"lend"});
    Swap("loans",
         Make("loans", "loan", absl::StrReplaceAll(kChart, {{"\"lent\"", "\"out\""}}), loans_.get()));
    others_ = Open();
    Swap("other", Make("other", "thing", kChart, others_.get()));
  }
  ~ChartsTest() override {
    reads_.Stop();
    for (auto& [name, service] : services_) service->Stop(absl::Seconds(5));
  }

  std::unique_ptr<storage::Pool> Open() {
    auto pool = storage::OpenPool({testing::FreshSqliteDsn(), 4});
    auto lease = (*pool)->Acquire(absl::Seconds(5));
    EXPECT_OK(storage::Migrate(**lease, *act::Migrations()));
    return *std::move(pool);
  }

  std::unique_ptr<act::Service> Make(const std::string& name, const std::string& chart,
                                     const std::string& text, storage::Pool* pool) {
    act::ServiceOptions options;
    options.service = name;
    options.municipality = "082201";
    options.progress_receiver = "";
    act::Definitions definitions;
    definitions.charts = {{chart, text}};
    auto service =
        act::Service::Create(options, definitions, pool, &calendar_, &monotonic_, nullptr, nullptr);
    EXPECT_OK(service);
    (*service)->StartWithoutPump();
    return *std::move(service);
  }

  void Swap(const std::string& name, std::unique_ptr<act::Service> service) {
    if (services_[name]) services_[name]->Stop(absl::Seconds(5));
    local_[name] = {service.get(), &reads_};
    services_[name] = std::move(service);
  }

  void Start(const std::string& id, const std::vector<std::string>& events) {
    act::Act act;
    act.actor = {"user:clerk", {"clerk"}, "", "LOCAL"};
    act.command = {"user:clerk", "Start", id, "h"};
    act.run = [id, events](const act::Context&, const act::View&,
                           act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.Start("loan", id, id, "", act::Json::object()));
      for (const std::string& event : events) JISSHO_RETURN_IF_ERROR(writes.Fire(id, event));
      return id;
    };
    std::promise<absl::Status> promise;
    services_["loans"]->Submit(
        act, [&](absl::StatusOr<std::string> outcome) { promise.set_value(outcome.status()); });
    EXPECT_OK(promise.get_future().get());
  }

  void Later() { calendar_.Set(calendar_.Now() + absl::Hours(1)); }
  void Pump() {
    while (true) {
      const auto done = services_["loans"]->Pump(true);
      ASSERT_OK(done);
      if (*done == 0) return;
    }
  }

  template <class Answer>
  absl::StatusOr<Answer> Call(const MethodRegistry& registry, const std::string& method,
                              const google::protobuf::Message& request,
                              const std::string& actor = "user:admin") {
    CallContext call;
    call.method = registry.service() + "/" + method;
    call.actor = {actor, {"admin"}, "", "LOCAL"};
    call.request_id = absl::StrCat("r", ++requests_);
    call.deadline = absl::Hours(1);
    std::promise<absl::StatusOr<Response>> promise;
    registry.methods().at(method).async(
        call, request, [&](absl::StatusOr<Response> answer) { promise.set_value(std::move(answer)); });
    auto answer = promise.get_future().get();
    if (!answer.ok()) return answer.status();
    return static_cast<const Answer&>(**answer);
  }
  template <class Answer>
  absl::StatusOr<Answer> Charts(const std::string& method, const google::protobuf::Message& request,
                                const std::string& actor = "user:admin") {
    return Call<Answer>(ChartMethods(&local_, &monotonic_), method, request, actor);
  }
  template <class Answer>
  absl::StatusOr<Answer> Workflow(const std::string& method, const google::protobuf::Message& request) {
    return Call<Answer>(WorkflowMethods(&local_), method, request);
  }

  static v1::StartMigrationRequest Plan(const std::string& reason = "new rules") {
    v1::StartMigrationRequest request;
    request.mutable_plan()->set_chart("loan");
    (*request.mutable_plan()->mutable_states())["lent"] = "out";
    request.set_reason(reason);
    return request;
  }

  v1::Migration GetMigration(const std::string& id) {
    v1::GetMigrationRequest request;
    request.set_service("loans");
    request.set_id(id);
    auto migration = Charts<v1::Migration>("GetMigration", request);
    EXPECT_OK(migration);
    return *migration;
  }

  VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  ManualMonotonicClock monotonic_;
  std::unique_ptr<storage::Pool> loans_, others_;
  std::map<std::string, std::unique_ptr<act::Service>> services_;
  LocalServices local_;
  WorkQueue reads_{2, 16};
  int requests_ = 0;
};

TEST_F(ChartsTest, DryRunReportsAndRecordsNothing) {
  v1::StartMigrationRequest request = Plan("");
  request.set_dry_run(true);
  const auto tried = Charts<v1::Migration>("StartMigration", request);
  ASSERT_OK(tried);
  EXPECT_EQ(tried->service(), "loans");
  EXPECT_EQ(tried->state(), v1::MIGRATION_STATE_TRIED);
  EXPECT_EQ(tried->id(), "");
  EXPECT_EQ(tried->report().movable(), 2);
  EXPECT_TRUE(tried->needs_approval());
  v1::ListMigrationsRequest list;
  list.set_service("loans");
  EXPECT_EQ(Charts<v1::ListMigrationsResponse>("ListMigrations", list)->migrations_size(), 0);
}

TEST_F(ChartsTest, RequestApprovalAndRunByTwoPeople) {
  const auto requested = Charts<v1::Migration>("StartMigration", Plan(), "user:one");
  ASSERT_OK(requested);
  EXPECT_EQ(requested->state(), v1::MIGRATION_STATE_REQUESTED);
  v1::ApproveMigrationRequest approve;
  approve.set_service("loans");
  approve.set_id(requested->id());
  EXPECT_THAT(Charts<v1::Migration>("ApproveMigration", approve, "user:one").status(),
              testing::ReasonIs(act::kMigrationOwnRequest));
  const auto approved = Charts<v1::Migration>("ApproveMigration", approve, "user:two");
  ASSERT_OK(approved);
  EXPECT_EQ(approved->state(), v1::MIGRATION_STATE_RUNNING);
  Pump();
  const v1::Migration done = GetMigration(requested->id());
  EXPECT_EQ(done.state(), v1::MIGRATION_STATE_DONE);
  EXPECT_EQ(done.moved(), 2);
  EXPECT_EQ(done.requested_by(), "user:one");
  EXPECT_EQ(done.approved_by(), "user:two");
  EXPECT_EQ(done.plan().states().at("lent"), "out");
}

TEST_F(ChartsTest, StopsAndResumes) {
  const auto requested = Charts<v1::Migration>("StartMigration", Plan());
  ASSERT_OK(requested);
  v1::StopMigrationRequest stop;
  stop.set_service("loans");
  stop.set_id(requested->id());
  EXPECT_EQ(Charts<v1::Migration>("StopMigration", stop)->state(), v1::MIGRATION_STATE_STOPPED);
  v1::ResumeMigrationRequest resume;
  resume.set_service("loans");
  resume.set_id(requested->id());
  EXPECT_EQ(Charts<v1::Migration>("ResumeMigration", resume)->state(), v1::MIGRATION_STATE_REQUESTED);
}

TEST_F(ChartsTest, TellsWhichInstancesWereRefused) {
  v1::StartMigrationRequest request = Plan();
  (*request.mutable_plan()->mutable_states())["lent"] = "";
  const auto requested = Charts<v1::Migration>("StartMigration", request, "user:one");
  ASSERT_OK(requested);
  ASSERT_EQ(requested->report().refused_size(), 1);
  v1::ApproveMigrationRequest approve;
  approve.set_service("loans");
  approve.set_id(requested->id());
  ASSERT_OK(Charts<v1::Migration>("ApproveMigration", approve, "user:two"));
  Pump();
  const v1::Migration done = GetMigration(requested->id());
  EXPECT_EQ(done.refused(), 1);
  ASSERT_EQ(done.refusals_size(), 1);
  EXPECT_THAT(done.refusals(0).instance_ids(), ElementsAre("b"));
}

TEST_F(ChartsTest, AskingAgainIsNotASecondMigration) {
  v1::StartMigrationRequest request = Plan();
  const auto first = Charts<v1::Migration>("StartMigration", request);
  --requests_;
  const auto second = Charts<v1::Migration>("StartMigration", request);
  ASSERT_OK(second);
  EXPECT_EQ(first->id(), second->id());
}

TEST_F(ChartsTest, RefusesAMigrationWithoutReasonPlanOrService) {
  EXPECT_THAT(Charts<v1::Migration>("StartMigration", Plan(" ")).status(), testing::ReasonIs(kFieldInvalid));
  v1::StartMigrationRequest request = Plan();
  request.mutable_plan()->mutable_states()->clear();
  EXPECT_THAT(Charts<v1::Migration>("StartMigration", request).status(), testing::ReasonIs(kFieldInvalid));
  request = Plan();
  request.set_service("nowhere");
  EXPECT_THAT(Charts<v1::Migration>("StartMigration", request).status(), testing::ReasonIs(kServiceNotHere));
  request = Plan();
  request.mutable_plan()->set_chart("unknown");
  EXPECT_THAT(Charts<v1::Migration>("StartMigration", request).status(), testing::ReasonIs(kFieldInvalid));
}

TEST_F(ChartsTest, ATrialEndsWhenNobodyWaitsForItAnyMore) {
  monotonic_.Advance(absl::Hours(2));
  v1::StartMigrationRequest request = Plan();
  request.set_dry_run(true);
  EXPECT_THAT(Charts<v1::Migration>("StartMigration", request).status(),
              testing::ReasonIs(act::kMigrationTrialTooLong));
}

TEST_F(ChartsTest, ListsVersionsAndShowsOne) {
  v1::ListChartsRequest list;
  list.set_service("loans");
  const auto charts = Charts<v1::ListChartsResponse>("ListCharts", list);
  ASSERT_OK(charts);
  ASSERT_THAT(charts->charts(), SizeIs(2));
  EXPECT_TRUE(charts->charts(0).current());
  EXPECT_EQ(charts->charts(1).running(), 2);
  EXPECT_TRUE(charts->charts(1).needs_approval());
  v1::GetChartRequest get;
  get.set_service("loans");
  get.set_id(charts->charts(1).hash());
  EXPECT_EQ(Charts<v1::Chart>("GetChart", get)->definition(), kChart);
  get.set_id("loan");
  EXPECT_EQ(Charts<v1::Chart>("GetChart", get)->hash(), charts->charts(0).hash());
  get.set_id("none");
  EXPECT_THAT(Charts<v1::Chart>("GetChart", get).status(), testing::ReasonIs(kChartVersionNotFound));
}

TEST_F(ChartsTest, ShowsAnInstanceAsItWas) {
  Later();
  Start("c", {"lend"});
  v1::GetInstanceAtRequest request;
  request.set_service("loans");
  request.set_id("b");
  SetTime(request.mutable_time(), calendar_.Now());
  const auto then = Workflow<v1::Instance>("GetInstanceAt", request);
  ASSERT_OK(then);
  EXPECT_THAT(then->configuration(), ElementsAre("lent"));
  EXPECT_EQ(then->journal_length(), 2);
  SetTime(request.mutable_time(), calendar_.Now() - absl::Hours(24));
  EXPECT_THAT(Workflow<v1::Instance>("GetInstanceAt", request).status(),
              testing::ReasonIs(act::kInstanceNotBegun));
}

TEST_F(ChartsTest, VerifiesAllServicesPageByPage) {
  v1::VerifyJournalsRequest request;
  request.set_page_size(1);
  int64_t instances = 0, entries = 0;
  int pages = 0;
  do {
    const auto page = Workflow<v1::VerifyJournalsResponse>("VerifyJournals", request);
    ASSERT_OK(page);
    instances += page->instances();
    entries += page->entries();
    EXPECT_EQ(page->faults_size(), 0);
    request.set_page_token(page->next_page_token());
    ASSERT_LT(++pages, 10);
  } while (!request.page_token().empty());
  EXPECT_EQ(instances, 2);
  EXPECT_EQ(entries, 3);
}

TEST_F(ChartsTest, NamesTheBrokenEntry) {
  {
    auto session = loans_->Acquire(absl::Seconds(5));
    ASSERT_OK((*session)->Execute(
        "UPDATE act_journal SET actor = 'user:x' WHERE instance_id = 'b' AND sequence = 2", {}));
  }
  v1::VerifyJournalsRequest request;
  request.set_service("loans");
  request.set_instance("b");
  const auto page = Workflow<v1::VerifyJournalsResponse>("VerifyJournals", request);
  ASSERT_OK(page);
  ASSERT_EQ(page->faults_size(), 1);
  EXPECT_EQ(page->faults(0).service(), "loans");
  EXPECT_EQ(page->faults(0).instance_id(), "b");
  EXPECT_EQ(page->faults(0).sequence(), 2);
  request.set_instance("none");
  EXPECT_THAT(Workflow<v1::VerifyJournalsResponse>("VerifyJournals", request).status(),
              testing::ReasonIs(act::kInstanceNotFound));
  request.clear_service();
  EXPECT_THAT(Workflow<v1::VerifyJournalsResponse>("VerifyJournals", request).status(),
              testing::ReasonIs(kFieldInvalid));
}

}  // namespace
}  // namespace jissho::runtime
