// The programme service over a database of its own, without transport: methods are called as the pipeline
// would.
#ifndef JISSHO_SERVICES_PROGRAMME_SERVICE_FIXTURE_H_
#define JISSHO_SERVICES_PROGRAMME_SERVICE_FIXTURE_H_

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/civil/date.h"
#include "services/programme/mapping.h"
#include "services/programme/programme_module.h"
#include "services/programme/programme_service.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/service.h"

namespace jissho::programme {

class FakeFindings : public FindingsSource {
 public:
  explicit FakeFindings(std::shared_ptr<absl::StatusOr<Findings>> answer) : answer_(std::move(answer)) {}
  absl::StatusOr<Findings> Gather(const FindingsQuery&) override { return *answer_; }

 private:
  std::shared_ptr<absl::StatusOr<Findings>> answer_;
};

class RecordingTransport : public act::EventTransport {
 public:
  absl::Status Deliver(const act::Envelope& envelope) override {
    taken.push_back(envelope);
    return absl::OkStatus();
  }
  std::vector<act::Envelope> taken;
};

class ProgrammeFixture : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({dsn, 4}));
    module_ = MakeModule(std::make_unique<FakeFindings>(findings_));
    ASSERT_OK_AND_ASSIGN(auto migrations, act::Migrations());
    ASSERT_OK_AND_ASSIGN(const auto own, module_->migrations());
    migrations.insert(migrations.end(), own.begin(), own.end());
    {
      ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(5)));
      ASSERT_THAT(storage::Migrate(*lease, migrations), testing::IsOk());
    }
    act::ServiceOptions options;
    options.service = "programme";
    options.municipality = "082201";
    ASSERT_OK_AND_ASSIGN(auto definitions, module_->definitions());
    auto service = act::Service::Create(options, std::move(definitions), pool_.get(), &calendar_, &monotonic_,
                                        &transport_, nullptr);
    ASSERT_THAT(service.status(), testing::IsOk());
    service_ = *std::move(service);
    registries_ = module_->methods();
  }

  void TearDown() override {
    if (started_) service_->Stop(absl::Seconds(5));
  }

  // One act as this actor. Every call is a command of its own.
  template <class Response, class Request>
  absl::StatusOr<Response> Do(const std::string& method, const act::Actor& actor, const Request& request) {
    const runtime::Method& found = registries_.front().methods().at(method);
    runtime::CallContext call;
    call.actor = actor;
    call.now = calendar_.Now();
    absl::StatusOr<act::Act> act;
    if (found.plan) {
      act = found.plan(call, request);
    } else {
      auto lease = pool_->Acquire(absl::Seconds(5));
      if (!lease.ok()) return lease.status();
      act = found.slow_plan(call, request, **lease);
    }
    if (!act.ok()) return act.status();
    act->actor = actor;
    act->command = {actor.id, method, std::to_string(++commands_), method};
    auto answer = service_->RunHere(*act);
    if (!answer.ok()) return answer.status();
    Response response;
    EXPECT_TRUE(response.ParseFromString(*answer));
    return response;
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Ask(const std::string& method, const act::Actor& actor, const Request& request) {
    runtime::CallContext call;
    call.actor = actor;
    call.now = calendar_.Now();
    auto lease = pool_->Acquire(absl::Seconds(5));
    if (!lease.ok()) return lease.status();
    auto answer = registries_.front().methods().at(method).read(call, request, **lease);
    if (!answer.ok()) return answer.status();
    return static_cast<const Response&>(**answer);
  }

  // The last thing that a test does: acts cannot be run from its own thread any more.
  absl::StatusOr<std::string> Deliver(const std::string& source, const std::string& stream, int64_t sequence,
                                      const google::protobuf::Message& event) {
    absl::StatusOr<std::string> result = absl::UnknownError("no answer");
    if (!started_) service_->Start();
    started_ = true;
    std::promise<void> answered;
    service_->Deliver(
        {source, stream, sequence, event.GetDescriptor()->full_name(), event.SerializeAsString()},
        [&](absl::StatusOr<std::string> answer) {
          result = std::move(answer);
          answered.set_value();
        });
    answered.get_future().wait();
    return result;
  }

  void Advance(absl::Time time) {
    calendar_.Set(time);
    PumpUntilQuiet();
  }

  void PumpUntilQuiet() {
    while (true) {
      const auto done = service_->Pump(true);
      ASSERT_THAT(done.status(), testing::IsOk());
      if (*done == 0) return;
    }
  }

  v1::Programme SampleProgramme() const {
    v1::Programme programme;
    programme.set_id("093");
    programme.set_no("093");
    programme.set_name("実証実験支援事業（見本）");
    programme.set_division("科学技術振興課");
    programme.set_budget_line("01-020108-16");
    programme.set_outside_funds_end_year(2024);
    v1::Indicator* indicator = programme.add_indicators();
    indicator->set_no(1);
    indicator->set_name("フィールド実験の実施件数");
    indicator->set_unit("件");
    indicator->set_source(v1::INDICATOR_SOURCE_TRIALS_RUN);
    v1::PersonnelRate* rate = programme.add_personnel_rates();
    rate->set_fiscal_year(2022);
    rate->set_yen_per_fte(6'810'000);
    rate->set_yen_per_overtime_hour(2'444);
    rate->set_inferred(true);
    return programme;
  }

  void CreateProgramme() {
    v1::CreateProgrammeRequest request;
    *request.mutable_programme() = SampleProgramme();
    ASSERT_THAT(Do<v1::Programme>("CreateProgramme", clerk_, request), testing::IsOk());
  }

  const act::Actor clerk_{"user:clerk", {"secretariat"}, "", "LOCAL"};
  const act::Actor manager_{"user:manager", {"manager"}, "", "LOCAL"};
  const act::Actor both_{"user:clerk", {"secretariat", "manager"}, "", "LOCAL"};
  const act::Actor applicant_{"user:applicant", {"applicant"}, "org-1", "LOCAL"};
  VirtualCalendar calendar_{civil::TokyoInstant(civil::CivilDate(2022, 4, 8), 9)};
  ManualMonotonicClock monotonic_;
  RecordingTransport transport_;
  std::shared_ptr<absl::StatusOr<Findings>> findings_ =
      std::make_shared<absl::StatusOr<Findings>>(Findings());
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<act::Service> service_;
  std::vector<runtime::MethodRegistry> registries_;
  int commands_ = 0;
  bool started_ = false;
};

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_SERVICE_FIXTURE_H_
