#include "services/runtime/rpc/pipeline.h"

#include <future>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/in_process_connection.h"
#include "services/runtime/rpc/peers.h"
#include "services/runtime/testing/sample.pb.h"

namespace jissho::runtime {
namespace {

using sample::v1::Thing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kService[] = "jissho.sample.v1.SampleService";
const absl::Time kNow = absl::FromUnixSeconds(1650000000);

class CountingIds : public IdSource {
 public:
  std::string NewId() override {
    char text[40];
    std::snprintf(text, sizeof(text), "00000000-0000-7000-8000-%012d", ++count_);
    return text;
  }

 private:
  int count_ = 0;
};

// A database without tables: what the pipeline needs of one.
class EmptySession : public storage::Session {
 public:
  absl::Status Begin() override { return absl::OkStatus(); }
  absl::Status Commit() override { return absl::OkStatus(); }
  void Rollback() override {}
  absl::StatusOr<std::vector<storage::CellRow>> Query(const std::string&, const storage::CellRow&,
                                                      const std::vector<storage::CellType>&) override {
    return std::vector<storage::CellRow>();
  }
  absl::StatusOr<int64_t> Execute(const std::string&, const storage::CellRow&) override { return 0; }
  const storage::Dialect& dialect() const override { return storage::SqliteDialect(); }
  int64_t statements() const override { return 0; }
};

class EmptyPool : public storage::Pool {
 public:
  absl::StatusOr<Lease> Acquire(absl::Duration) override {
    return Lease(this, std::make_unique<EmptySession>());
  }
  const storage::Dialect& dialect() const override { return storage::SqliteDialect(); }

 protected:
  void Return(std::unique_ptr<storage::Session>) override {}
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() { keys_.Add(signer_.kid(), key_, KeyUse::kPeople); }

  std::string Token(const std::vector<std::string>& roles) {
    return *signer_.Sign({"user:a", roles, "", "LOCAL"}, calendar_.Now(), calendar_.Now() + absl::Hours(1));
  }
  Metadata As(const std::vector<std::string>& roles) { return {{"authorization", "Bearer " + Token(roles)}}; }

  // Every method answers with the caller's id as the name, except acts, which wait in `acts_`.
  Pipeline& Make(PipelineOptions options = {}) {
    pipeline_ = std::make_unique<Pipeline>(
        options, Pipeline::Dependencies{&verifier_, &calendar_, &monotonic_, &ids_, &log_, &metrics_});
    MethodRegistry registry(kService);
    const auto direct = [this](const CallContext& call, const Thing& request) -> absl::StatusOr<Thing> {
      if (!failure_.ok()) return failure_;
      if (throws_) throw std::runtime_error("disk at /srv/7");
      context_ = call;
      Thing out = request;
      out.set_name(call.actor.id);
      return out;
    };
    for (const char* name : {"Ping", "WhoAmI", "ExportThings", "TryThing"})
      registry.Direct<Thing, Thing>(name, direct);
    registry.Read<Thing, Thing>("ReadThing", [](const CallContext&, const Thing& request, storage::Session&) {
      return absl::StatusOr<Thing>(request);
    });
    for (const char* name : {"ChangeThing", "PayThing"}) {
      registry.Act<Thing, Thing>(name, [](const CallContext&, const Thing&) -> absl::StatusOr<Plan<Thing>> {
        return Plan<Thing>{"case-1", {}, false, nullptr};
      });
    }
    Backend backend{
        [this](act::Act act, act::Done done) { acts_.emplace_back(std::move(act), std::move(done)); }, &pool_,
        &reads_,
        [this](bool urgent) { return room_ == Room::kForAll || (urgent && room_ == Room::kForUrgent); }};
    const absl::Status added = pipeline_->Add(registry, backend);
    EXPECT_TRUE(added.ok()) << added;
    return *pipeline_;
  }

  std::future<absl::StatusOr<std::string>> Start(const std::string& method, const Metadata& metadata,
                                                 const Thing& request = {},
                                                 absl::Duration timeout = absl::InfiniteDuration()) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<std::string>>>();
    pipeline_->Handle(
        {std::string(kService) + "/" + method, metadata, timeout, request.SerializeAsString()},
        [promise](absl::StatusOr<std::string> result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }
  absl::Status Call(const std::string& method, const Metadata& metadata, const Thing& request = {},
                    absl::Duration timeout = absl::InfiniteDuration()) {
    return Start(method, metadata, request, timeout).get().status();
  }
  absl::Status TurnAway(const std::string& method) {
    return pipeline_->TurnAway(std::string(kService) + "/" + method);
  }

  VirtualCalendar calendar_{kNow};
  ManualMonotonicClock monotonic_;
  CountingIds ids_;
  std::ostringstream lines_;
  Log log_{LogLevel::kInfo, &lines_};
  Metrics metrics_;
  Key key_ = *Key::GenerateEs256();
  TokenSigner signer_{key_, "city", "jissho"};
  KeyStore keys_{"", &monotonic_};
  TokenVerifier verifier_{{"city", "jissho"}, &keys_, &calendar_};
  EmptyPool pool_;
  WorkQueue reads_{1, 4};
  std::unique_ptr<Pipeline> pipeline_;
  CallContext context_;
  absl::Status failure_;
  bool throws_ = false;
  enum class Room { kForAll, kForUrgent, kForNobody } room_ = Room::kForAll;
  std::vector<std::pair<act::Act, act::Done>> acts_;
};

TEST_F(PipelineTest, KeepsTheOrderOfTheDesign) {
  EXPECT_THAT(Pipeline::StepNames(), ElementsAre("mask", "context", "authenticate", "deadline", "metrics",
                                                 "admission", "authorise", "validate"));
}

TEST_F(PipelineTest, RefusesAMethodThatNobodyMayCall) {
  Make();
  MethodRegistry registry("jissho.sample.v1.NobodyService");
  registry.Direct<Thing, Thing>("Unreachable",
                                [](const CallContext&, const Thing& t) { return absl::StatusOr<Thing>(t); });
  EXPECT_EQ(pipeline_->Add(registry, {}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PipelineTest, RefusesAnUnknownMethod) {
  Make();
  EXPECT_TRUE(HasReason(Call("Nothing", {}), kMethodUnknown));
}

TEST_F(PipelineTest, RefusesACallWithoutToken) {
  Make();
  EXPECT_TRUE(HasReason(Call("WhoAmI", {}), kTokenMissing));
  EXPECT_TRUE(HasReason(Call("WhoAmI", {{"authorization", "Basic abc"}}), kTokenInvalid));
}

TEST_F(PipelineTest, LetsAnybodyCallAPublicMethodEvenWithAnOldToken) {
  Make();
  EXPECT_TRUE(Call("Ping", {}).ok());
  const Metadata old = As({"mayor"});
  calendar_.Set(kNow + absl::Hours(2));
  EXPECT_TRUE(Call("Ping", old).ok());
}

TEST_F(PipelineTest, TellsTheHandlerWhoCalls) {
  Make();
  Thing answer;
  ASSERT_TRUE(answer.ParseFromString(*Start("WhoAmI", As({"applicant"})).get()));
  EXPECT_EQ(answer.name(), "user:a");
}

TEST_F(PipelineTest, RefusesARoleThatTheMethodDoesNotName) {
  Make();
  EXPECT_TRUE(HasReason(Call("ReadThing", As({"applicant"})), kRoleNotAllowed));
  EXPECT_TRUE(Call("ReadThing", As({"auditor"})).ok());
}

TEST_F(PipelineTest, TellsWhoMayNotCallAMethodNothingAboutItsFields) {
  Make();
  Thing bad;
  bad.set_amount(-1);
  EXPECT_TRUE(HasReason(Call("ReadThing", As({"applicant"}), bad), kRoleNotAllowed));
  EXPECT_TRUE(HasReason(Call("ReadThing", As({"auditor"}), bad), kFieldInvalid));
}

TEST_F(PipelineTest, HidesDevelopmentMethodsInProduction) {
  Make();
  EXPECT_TRUE(HasReason(Call("TryThing", {}), kDevelopmentOnly));
  Make({.development = true});
  EXPECT_TRUE(Call("TryThing", {}).ok());
}

TEST_F(PipelineTest, RefusesBytesThatAreNoRequest) {
  Make();
  std::promise<absl::Status> promise;
  pipeline_->Handle({std::string(kService) + "/Ping", {}, absl::InfiniteDuration(), "\xff\xff"},
                    [&](absl::StatusOr<std::string> result) { promise.set_value(result.status()); });
  EXPECT_TRUE(HasReason(promise.get_future().get(), kRequestMalformed));
}

TEST_F(PipelineTest, GivesTheExecutorTheCommandOfTheCall) {
  Make();
  Thing request;
  request.set_request_id("r-1");
  auto first = Start("ChangeThing", As({"secretariat"}), request);
  auto again = Start("ChangeThing", As({"secretariat"}), request);
  request.set_amount(5);
  auto other = Start("ChangeThing", As({"secretariat"}), request);
  ASSERT_EQ(acts_.size(), 3u);
  const act::Command& command = acts_[0].first.command;
  EXPECT_EQ(command.caller, "user:a");
  EXPECT_EQ(command.method, std::string(kService) + "/ChangeThing");
  EXPECT_EQ(command.request_id, "r-1");
  EXPECT_EQ(command.request_hash, acts_[1].first.command.request_hash);
  EXPECT_NE(command.request_hash, acts_[2].first.command.request_hash);
  EXPECT_EQ(acts_[0].first.actor.roles, std::vector<std::string>{"secretariat"});
  for (auto& [act, done] : acts_) done(std::string());
  EXPECT_TRUE(first.get().ok() && again.get().ok() && other.get().ok());
}

TEST_F(PipelineTest, MakesARequestIdForAnActWithoutOne) {
  Make();
  auto one = Start("ChangeThing", As({"secretariat"}));
  auto two = Start("ChangeThing", As({"secretariat"}));
  ASSERT_EQ(acts_.size(), 2u);
  EXPECT_FALSE(acts_[0].first.command.request_id.empty());
  EXPECT_NE(acts_[0].first.command.request_id, acts_[1].first.command.request_id);
  for (auto& [act, done] : acts_) done(std::string());
}

TEST_F(PipelineTest, TakesTheTraceOfTheCallerOrBeginsOne) {
  Make();
  Metadata metadata{{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}};
  ASSERT_TRUE(Call("Ping", metadata).ok());
  EXPECT_EQ(context_.trace_id, "0af7651916cd43dd8448eb211c80319c");
  ASSERT_TRUE(
      Call("Ping", {{"traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01"}}).ok());
  EXPECT_NE(context_.trace_id, std::string(32, '0'));
  EXPECT_EQ(context_.trace_id.size(), 32u);
}

TEST_F(PipelineTest, CapsTheDeadline) {
  Make();
  monotonic_.Advance(absl::Seconds(100));
  ASSERT_TRUE(Call("Ping", {}, {}, absl::Hours(1)).ok());
  EXPECT_EQ(context_.deadline, absl::Seconds(130));
  ASSERT_TRUE(Call("Ping", {}, {}, absl::Seconds(2)).ok());
  EXPECT_EQ(context_.deadline, absl::Seconds(102));
}

TEST_F(PipelineTest, RefusesACallWhoseTimeIsOver) {
  Make();
  EXPECT_TRUE(HasReason(Call("Ping", {}, {}, absl::ZeroDuration()), kDeadlinePassed));
}

TEST_F(PipelineTest, RefusesReadsBeforePaymentsWhenItIsFull) {
  Make({.calls_max = 2});
  auto waiting = Start("ChangeThing", As({"secretariat"}));
  const absl::Status read = Call("WhoAmI", As({"mayor"}));
  EXPECT_TRUE(HasReason(read, kServerBusy));
  EXPECT_EQ(read.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(GetErrorDetail(read)->retry_after.has_value());
  auto payment = Start("PayThing", As({"accounting"}));
  EXPECT_EQ(acts_.size(), 2u);
  for (auto& [act, done] : acts_) done(std::string());
  EXPECT_TRUE(Call("WhoAmI", As({"mayor"})).ok());
  EXPECT_EQ(pipeline_->in_flight(), 0);
}

TEST_F(PipelineTest, RefusesActsForWhichTheExecutorHasNoRoomBeforePayments) {
  Make();
  room_ = Room::kForUrgent;
  const absl::Status refused = Call("ChangeThing", As({"secretariat"}));
  EXPECT_TRUE(HasReason(refused, kServerBusy));
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(GetErrorDetail(refused)->retry_after.has_value());
  auto payment = Start("PayThing", As({"accounting"}));
  ASSERT_EQ(acts_.size(), 1u);
  EXPECT_TRUE(acts_[0].first.urgent);
  acts_[0].second(std::string());
  EXPECT_TRUE(payment.get().ok());
  room_ = Room::kForNobody;
  EXPECT_TRUE(HasReason(Call("PayThing", As({"accounting"})), kServerBusy));
  EXPECT_TRUE(Call("WhoAmI", As({"mayor"})).ok());
  EXPECT_EQ(pipeline_->in_flight(), 0);
}

TEST_F(PipelineTest, RefusesAnActThatNobodyMayQueueBeforeItLooksAtIt) {
  Make();
  room_ = Room::kForNobody;
  Thing bad;
  bad.set_amount(-1);
  EXPECT_TRUE(HasReason(Call("ChangeThing", As({"secretariat"}), bad), kServerBusy));
}

TEST_F(PipelineTest, TurnsCallsAwayUnreadWhenThereIsNoRoomForTheirLike) {
  Make();
  EXPECT_TRUE(TurnAway("ChangeThing").ok());
  room_ = Room::kForUrgent;
  const absl::Status refused = TurnAway("ChangeThing");
  EXPECT_TRUE(HasReason(refused, kServerBusy));
  EXPECT_TRUE(GetErrorDetail(refused)->retry_after.has_value());
  EXPECT_TRUE(TurnAway("PayThing").ok());
  EXPECT_TRUE(TurnAway("WhoAmI").ok());
  EXPECT_TRUE(TurnAway("Unknown").ok());
}

TEST_F(PipelineTest, TurnsReadsAwayUnreadWhenTooManyCallsAreOpen) {
  Make({.calls_max = 2});
  auto waiting = Start("ChangeThing", As({"secretariat"}));
  EXPECT_TRUE(HasReason(TurnAway("WhoAmI"), kServerBusy));
  EXPECT_TRUE(TurnAway("PayThing").ok());
  for (auto& [act, done] : acts_) done(std::string());
  EXPECT_TRUE(TurnAway("WhoAmI").ok());
}

TEST_F(PipelineTest, CountsAndLogsWhomItTurnsAwayUnread) {
  Make();
  room_ = Room::kForNobody;
  EXPECT_FALSE(TurnAway("ChangeThing").ok());
  EXPECT_THAT(lines_.str(), HasSubstr("\"turned_away\":1}"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("jissho_calls_total{code=\"RESOURCE_EXHAUSTED\",method=\"jissho."
                                         "sample.v1.SampleService/ChangeThing\"} 1\n"));
}

TEST_F(PipelineTest, WritesACrowdThatIsTurnedAwayIntoOneLineASecondAndCountsItInTheMetrics) {
  Make();
  room_ = Room::kForNobody;
  const Metadata metadata = As({"secretariat"});
  for (int i = 0; i < 51; ++i) {
    if (i == 50) monotonic_.Advance(absl::Seconds(1));
    EXPECT_TRUE(HasReason(Call("ChangeThing", metadata), kServerBusy));
  }
  const std::string log = lines_.str();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2);
  EXPECT_THAT(log, HasSubstr("\"turned_away\":1}"));
  EXPECT_THAT(log, HasSubstr("\"turned_away\":50}"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("jissho_calls_total{code=\"RESOURCE_EXHAUSTED\",method=\"jissho."
                                         "sample.v1.SampleService/ChangeThing\"} 51\n"));
}

TEST_F(PipelineTest, RefusesNewCallsWhileItShutsDownAndFinishesOldOnes) {
  Make();
  auto waiting = Start("ChangeThing", As({"secretariat"}));
  pipeline_->Close();
  const absl::Status refused = Call("WhoAmI", As({"mayor"}));
  EXPECT_TRUE(HasReason(refused, kShuttingDown));
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  acts_[0].second(std::string());
  EXPECT_TRUE(waiting.get().ok());
}

TEST_F(PipelineTest, TellsOutsidersNothingAboutAnInternalErrorButLogsIt) {
  Make();
  failure_ = absl::InternalError("disk at /srv/7 is full");
  const absl::Status status = Call("Ping", {});
  EXPECT_TRUE(HasReason(status, kInternal));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("/srv/7")));
  EXPECT_THAT(lines_.str(), HasSubstr("/srv/7"));
  EXPECT_THAT(lines_.str(), HasSubstr(GetErrorDetail(status)->metadata.at("reference")));
}

TEST_F(PipelineTest, TurnsAnExceptionIntoAnInternalError) {
  Make();
  throws_ = true;
  EXPECT_TRUE(HasReason(Call("Ping", {}), kInternal));
}

TEST_F(PipelineTest, LogsRefusalsUnderTheCallsIdsAndNoToken) {
  Make();
  Metadata metadata = As({"applicant"});
  metadata["x-request-id"] = "caller-7";
  ASSERT_FALSE(Call("ReadThing", metadata).ok());
  const auto line = nlohmann::json::parse(lines_.str());
  EXPECT_EQ(line["request_id"], "caller-7");
  EXPECT_EQ(line["actor"], "user:a");
  EXPECT_EQ(line["reason"], "ROLE_NOT_ALLOWED");
  EXPECT_THAT(lines_.str(), Not(HasSubstr(metadata["authorization"].substr(7))));
}

TEST_F(PipelineTest, CountsAnsweredCallsByMethodAndCode) {
  Make();
  ASSERT_TRUE(Call("Ping", {}).ok());
  ASSERT_FALSE(Call("ReadThing", As({"applicant"})).ok());
  EXPECT_THAT(metrics_.Text(), HasSubstr("code=\"OK\",method=\"jissho.sample.v1.SampleService/Ping\"} 1"));
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("code=\"PERMISSION_DENIED\",method=\"jissho.sample.v1.SampleService/ReadThing\"} 1"));
}

class TestPeers : public ConfiguredPeers {
 public:
  using ConfiguredPeers::CallMessage;
  using ConfiguredPeers::ConfiguredPeers;
};

TEST_F(PipelineTest, CarriesTheCallersTokenAndTraceToAPeerInTheSameProcess) {
  Make();
  TestPeers peers(nullptr, &monotonic_);
  peers.Add("sample", MakeInProcessConnection(pipeline_.get()), true);
  CallContext caller;
  caller.token = Token({"mayor"});
  caller.trace_id = std::string(32, 'a');
  caller.deadline = absl::Seconds(5);
  Thing answer;
  ASSERT_TRUE(peers.CallMessage(&caller, "sample", std::string(kService) + "/WhoAmI", Thing(), &answer).ok());
  EXPECT_EQ(answer.name(), "user:a");
  EXPECT_EQ(context_.trace_id, std::string(32, 'a'));
  EXPECT_LE(context_.deadline, absl::Seconds(5));
}

TEST_F(PipelineTest, NamesTheServiceThatHasNoAddress) {
  TestPeers peers(nullptr, &monotonic_);
  CallContext caller;
  caller.deadline = absl::Seconds(5);
  Thing answer;
  EXPECT_TRUE(HasReason(peers.CallMessage(&caller, "cases", "x/y", Thing(), &answer), kPeerUnknown));
}

TEST(WorkQueueTest, RunsPaymentsBeforeReadsBeforeExports) {
  WorkQueue queue(1, 10);
  std::promise<void> gate;
  std::promise<void> started;
  std::vector<std::string> order;
  queue.Post(Rank::kRead, [&] {
    started.set_value();
    gate.get_future().wait();
  });
  started.get_future().wait();
  queue.Post(Rank::kLow, [&] { order.push_back("export"); });
  queue.Post(Rank::kRead, [&] { order.push_back("read"); });
  queue.Post(Rank::kHigh, [&] { order.push_back("payment"); });
  gate.set_value();
  queue.Stop();
  EXPECT_THAT(order, ElementsAre("payment", "read", "export"));
}

TEST(WorkQueueTest, TakesNoMoreThanItsBound) {
  // Declared before the queue, whose destructor still runs what uses them.
  std::promise<void> gate;
  std::promise<void> started;
  WorkQueue queue(1, 1);
  ASSERT_TRUE(queue.Post(Rank::kRead, [&] {
    started.set_value();
    gate.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(queue.Post(Rank::kRead, [] {}));
  EXPECT_FALSE(queue.Post(Rank::kRead, [] {}));
  gate.set_value();
}

}  // namespace
}  // namespace jissho::runtime
