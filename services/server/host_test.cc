// A real server on a real port: what stands on the wire.
#include "services/server/host.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <ostream>
#include <streambuf>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "gtest/gtest.h"
#include "jissho/engine/v1/engine.pb.h"
#include "jissho/engine/v1/incident.pb.h"
#include "jissho/runtime/v1/runtime.pb.h"
#include "jissho/trial/v1/trial.pb.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/grpc_connection.h"
#include "workflow/act/service.h"

namespace jissho::server {
namespace {

namespace proto = ::jissho::runtime::v1;
using ::testing::HasSubstr;

constexpr char kIssueToken[] = "jissho.runtime.v1.DevelopmentService/IssueToken";
constexpr char kClock[] = "jissho.runtime.v1.ClockService/";
constexpr int64_t kStart = 1648738800;  // 2022-04-01T00:00:00+09:00

// The log of a host, for a thread that waits for a line of it.
class LogLines : private std::streambuf {
 public:
  LogLines() : stream(this) {}

  // The first line that holds the text; empty when none comes in time.
  std::string WaitFor(const std::string& text) {
    std::unique_lock lock(mutex_);
    std::string line;
    written_.wait_for(lock, std::chrono::seconds(60), [&] {
      const size_t at = text_.find(text);
      if (at == std::string::npos || text_.find('\n', at) == std::string::npos) return false;
      const size_t begin = text_.rfind('\n', at) + 1;
      line = text_.substr(begin, text_.find('\n', at) - begin);
      return true;
    });
    return line;
  }

  std::ostream stream;

 private:
  int overflow(int c) override {
    const char letter = static_cast<char>(c);
    xsputn(&letter, 1);
    return c;
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    std::lock_guard lock(mutex_);
    text_.append(text, size);
    written_.notify_all();
    return size;
  }

  std::mutex mutex_;
  std::condition_variable written_;
  std::string text_;
};

// A service with one chart, whose message to itself cannot be heard.
class StuckModule : public runtime::Module {
 public:
  std::string name() const override { return "stuck"; }
  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return std::vector<storage::Migration>();
  }
  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    definitions.charts = {{"talk", R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0"
  datamodel="ecmascript" name="talk" initial="open">
  <datamodel><data id="heard"/></datamodel>
  <state id="open">
    <onentry><send event="say"/></onentry>
    <transition event="say"><assign location="heard" expr="_event.data.words"/></transition>
  </state>
</scxml>)"}};
    return definitions;
  }
  std::vector<runtime::MethodRegistry> methods() override { return {}; }
};

// A service whose chart lets another one name the division than its method admits.
class DisagreeingModule : public runtime::Module {
 public:
  std::string name() const override { return "trial"; }
  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return std::vector<storage::Migration>();
  }
  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    definitions.charts = {{"trial", R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
  xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="trial">
  <state id="open">
    <transition event="division.name" jissho:role="mayor" jissho:label="担当課を決める" jissho:label-en="Name"/>
  </state>
</scxml>)"}};
    return definitions;
  }
  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.trial.v1.TrialService");
    registry.Act<trial::v1::NameDivisionRequest, trial::v1::Trial>(
        "NameDivision", [](const runtime::CallContext&, const trial::v1::NameDivisionRequest&) {
          return runtime::Plan<trial::v1::Trial>();
        });
    return {registry};
  }
};

class HostTest : public ::testing::Test {
 protected:
  HostTest() {
    static int count = 0;
    settings_.data_dir = testing::TempDir() + absl::StrCat("host-", ::getpid(), "-", ++count);
    settings_.listen = "127.0.0.1:0";
    settings_.log_level = runtime::LogLevel::kOff;
    settings_.drain_seconds = 5;
    settings_.start_time = absl::FromUnixSeconds(kStart);
  }

  absl::Status Start() {
    auto host = Host::Start(settings_, {},
                            {&SystemCalendar(), &SystemMonotonic(), &RandomIds(), &log_.stream}, modules_);
    if (!host.ok()) return host.status();
    host_ = *std::move(host);
    channel_ = grpc::CreateChannel(host_->address(), grpc::InsecureChannelCredentials());
    connection_ = runtime::MakeGrpcConnection("server", host_->address());
    return absl::OkStatus();
  }

  absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response, const runtime::Metadata& metadata = {}) {
    return connection_->Call(method, metadata, absl::Seconds(20), request, response);
  }

  std::string IssueToken(const std::string& role) {
    proto::IssueTokenRequest request;
    request.set_subject("user:a");
    request.add_roles(role);
    proto::IssueTokenResponse response;
    const absl::Status status = Call(kIssueToken, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response.token();
  }

  // What another process of the service left behind.
  void LeaveInstance(const std::string& id) {
    auto pool = storage::OpenPool({settings_.DatabaseOf("stuck"), 2});
    ASSERT_TRUE(pool.ok()) << pool.status();
    act::ServiceOptions options;
    options.service = "stuck";
    options.progress_receiver = "";
    auto service = act::Service::Create(options, *StuckModule().definitions(), pool->get(), &SystemCalendar(),
                                        &SystemMonotonic(), nullptr, nullptr);
    ASSERT_TRUE(service.ok()) << service.status();
    act::Act act;
    act.actor = act::Actor::System("stuck");
    act.run = [&id](const act::Context&, const act::View&,
                    act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.Start("talk", id, "case-1", "", act::Json::object()));
      return id;
    };
    const auto started = (*service)->RunHere(act);
    ASSERT_TRUE(started.ok()) << started.status();
  }

  // The bytes of a call, for what has no generated messages here.
  grpc::Status RawCall(const std::string& path, const std::string& request, std::string* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const grpc::internal::RpcMethod rpc(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    grpc::Slice slice(request);
    grpc::ByteBuffer in(&slice, 1), out;
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer, grpc::ByteBuffer,
                                          grpc::ByteBuffer>(channel_.get(), rpc, &context, in, &out);
    std::vector<grpc::Slice> slices;
    if (status.ok() && out.Dump(&slices).ok()) {
      for (const auto& part : slices)
        response->append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
    return status;
  }

  runtime::Settings settings_;
  std::vector<ModuleFactory> modules_;
  LogLines log_;
  std::unique_ptr<Host> host_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<runtime::Connection> connection_;
};

TEST_F(HostTest, AnswersOverTheWire) {
  ASSERT_TRUE(Start().ok());
  proto::GetTimeResponse time;
  ASSERT_TRUE(Call(absl::StrCat(kClock, "GetTime"), proto::GetTimeRequest(), &time).ok());
  EXPECT_EQ(time.time().seconds(), kStart);
}

TEST_F(HostTest, SendsErrorDetailsThatClientsOfOtherLanguagesRead) {
  ASSERT_TRUE(Start().ok());
  std::string response;
  const grpc::Status status =
      RawCall(absl::StrCat("/", kIssueToken), proto::IssueTokenRequest().SerializeAsString(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  google::rpc::LocalizedMessage message;
  for (const auto& any : details.details()) {
    any.UnpackTo(&info) || any.UnpackTo(&bad) || any.UnpackTo(&message);
  }
  EXPECT_EQ(info.reason(), "FIELD_INVALID");
  EXPECT_EQ(info.domain(), "runtime.jissho");
  EXPECT_EQ(message.locale(), "ja");
  ASSERT_EQ(bad.field_violations_size(), 2);
  EXPECT_EQ(bad.field_violations(0).field(), "subject");
}

TEST_F(HostTest, AsksForATokenAndARole) {
  ASSERT_TRUE(Start().ok());
  engine::v1::GetInstanceRequest request;
  request.set_service("subsidy");
  request.set_id("x");
  engine::v1::Instance instance;
  const std::string method = "jissho.engine.v1.WorkflowService/GetInstance";
  EXPECT_TRUE(HasReason(Call(method, request, &instance), runtime::kTokenMissing));
  EXPECT_TRUE(
      HasReason(Call(method, request, &instance, {{"authorization", "Bearer " + IssueToken("applicant")}}),
                runtime::kRoleNotAllowed));
  EXPECT_TRUE(
      HasReason(Call(method, request, &instance, {{"authorization", "Bearer " + IssueToken("auditor")}}),
                runtime::kServiceNotHere));
}

TEST_F(HostTest, AdvancesTheCalendarAndKeepsItOverARestart) {
  ASSERT_TRUE(Start().ok());
  proto::AdvanceTimeRequest request;
  request.mutable_target()->set_seconds(kStart + 86400);
  proto::AdvanceTimeResponse response;
  const absl::Status advanced = Call(absl::StrCat(kClock, "AdvanceTime"), request, &response);
  ASSERT_TRUE(advanced.ok()) << advanced;
  EXPECT_EQ(response.time().seconds(), kStart + 86400);
  request.mutable_target()->set_seconds(kStart);
  EXPECT_TRUE(
      HasReason(Call(absl::StrCat(kClock, "AdvanceTime"), request, &response), runtime::kClockBackwards));
  host_.reset();
  ASSERT_TRUE(Start().ok());
  proto::GetTimeResponse time;
  ASSERT_TRUE(Call(absl::StrCat(kClock, "GetTime"), proto::GetTimeRequest(), &time).ok());
  EXPECT_EQ(time.time().seconds(), kStart + 86400);
}

TEST_F(HostTest, LetsNoPersonSetTheCalendarOfOneProcess) {
  ASSERT_TRUE(Start().ok());
  proto::SetTimeRequest request;
  request.mutable_time()->set_seconds(kStart + 1);
  proto::SetTimeResponse response;
  EXPECT_TRUE(HasReason(Call(absl::StrCat(kClock, "SetTime"), request, &response,
                             {{"authorization", "Bearer " + IssueToken("admin")}}),
                        runtime::kRoleNotAllowed));
}

TEST_F(HostTest, SaysThatItServes) {
  ASSERT_TRUE(Start().ok());
  std::string response;
  const std::string service = "jissho.runtime.v1.ClockService";
  // HealthCheckRequest{service = 1}; HealthCheckResponse{status = 1}, SERVING = 1.
  const std::string request =
      absl::StrCat("\x0a", std::string(1, static_cast<char>(service.size())), service);
  ASSERT_TRUE(RawCall("/grpc.health.v1.Health/Check", request, &response).ok());
  EXPECT_EQ(response, "\x08\x01");
  response.clear();
  ASSERT_TRUE(RawCall("/grpc.health.v1.Health/Check", "", &response).ok());
  EXPECT_EQ(response, "\x08\x01");
}

TEST_F(HostTest, ListsItsServicesByReflectionInDevelopment) {
  ASSERT_TRUE(Start().ok());
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  grpc::CompletionQueue queue;
  auto stream =
      stub.PrepareCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  const auto wait = [&queue] {
    void* tag;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  stream->StartCall(nullptr);
  ASSERT_TRUE(wait());
  grpc::Slice slice("\x3a\x01*");  // ServerReflectionRequest{list_services = 7}
  stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
  ASSERT_TRUE(wait());
  grpc::ByteBuffer answer;
  stream->Read(&answer, nullptr);
  ASSERT_TRUE(wait());
  std::vector<grpc::Slice> slices;
  ASSERT_TRUE(answer.Dump(&slices).ok());
  std::string text;
  for (const auto& part : slices) text.append(reinterpret_cast<const char*>(part.begin()), part.size());
  EXPECT_THAT(text, HasSubstr("jissho.runtime.v1.ClockService"));
  EXPECT_THAT(text, HasSubstr("jissho.engine.v1.EventService"));
  context.TryCancel();
}

TEST_F(HostTest, AnswersNoMoreOnceItHasStopped) {
  ASSERT_TRUE(Start().ok());
  IssueToken("mayor");
  host_->Stop();
  proto::GetTimeResponse time;
  EXPECT_EQ(Call(absl::StrCat(kClock, "GetTime"), proto::GetTimeRequest(), &time).code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(HostTest, LogsAnEventThatCannotBeHeardAndCountsItUntilItsRepair) {
  settings_.log_level = runtime::LogLevel::kError;
  modules_ = {{"stuck", [](const runtime::ModuleDependencies&) { return std::make_unique<StuckModule>(); }}};
  ASSERT_TRUE(MigrateAll(settings_, modules_).ok());
  LeaveInstance("c-1");
  ASSERT_TRUE(Start().ok());
  const auto line = nlohmann::json::parse(log_.WaitFor("\"event\":\"incident\""), nullptr, false);
  ASSERT_TRUE(line.is_object());
  EXPECT_EQ(line.at("level"), "error");
  EXPECT_EQ(line.at("service"), "stuck");
  EXPECT_EQ(line.at("instance_id"), "c-1");
  EXPECT_EQ(line.at("case_id"), "case-1");
  EXPECT_EQ(line.at("fired"), "say");
  EXPECT_EQ(line.at("reason"), "CHART_ERROR");
  EXPECT_THAT(host_->MetricsText(), HasSubstr("jissho_incidents_open{service=\"stuck\"} 1"));

  engine::v1::SkipIncidentRequest skip;
  skip.set_service("stuck");
  skip.set_id(line.at("id").get<std::string>());
  skip.set_reason("said by mistake");
  skip.set_request_id("skip-1");
  engine::v1::Incident incident;
  const absl::Status skipped = Call("jissho.engine.v1.IncidentService/SkipIncident", skip, &incident,
                                    {{"authorization", "Bearer " + IssueToken("admin")}});
  ASSERT_TRUE(skipped.ok()) << skipped;
  EXPECT_THAT(host_->MetricsText(), HasSubstr("jissho_incidents_open{service=\"stuck\"} 0"));
}

TEST_F(HostTest, RefusesAnAddressThatItCannotHave) {
  settings_.listen = "203.0.113.1:1";
  EXPECT_TRUE(HasReason(Start(), runtime::kConfigInvalid));
}

TEST_F(HostTest, RefusesAServiceWhoseMethodsAndChartsDisagreeAboutRoles) {
  modules_ = {
      {"trial", [](const runtime::ModuleDependencies&) { return std::make_unique<DisagreeingModule>(); }}};
  const absl::Status status = Start();
  EXPECT_TRUE(HasReason(status, runtime::kRolesDisagree)) << status;
  EXPECT_THAT(status.message(), HasSubstr("lets mayor fire division.name"));
  EXPECT_THAT(status.message(), HasSubstr("trial/NameDivision: admits manager"));
}

TEST_F(HostTest, RefusesATargetThatDoesNotExist) {
  settings_.target = {"intakes"};
  EXPECT_TRUE(HasReason(Start(), runtime::kConfigInvalid));
}

TEST_F(HostTest, IssuesATokenThatTheServerAccepts) {
  const auto token = IssueDevelopmentToken(settings_, {"user:b", {"auditor"}, "", "LOCAL"}, SystemCalendar());
  ASSERT_TRUE(token.ok()) << token.status();
  ASSERT_TRUE(Start().ok());
  engine::v1::GetInstanceRequest request;
  request.set_service("subsidy");
  request.set_id("x");
  engine::v1::Instance instance;
  EXPECT_TRUE(HasReason(Call("jissho.engine.v1.WorkflowService/GetInstance", request, &instance,
                             {{"authorization", "Bearer " + *token}}),
                        runtime::kServiceNotHere));
}

TEST_F(HostTest, IssuesNoTokenInProduction) {
  settings_.development = false;
  EXPECT_TRUE(
      HasReason(IssueDevelopmentToken(settings_, {"user:b", {"auditor"}, "", ""}, SystemCalendar()).status(),
                runtime::kDevelopmentOnly));
}

}  // namespace
}  // namespace jissho::server
