// Incidents as an operator meets them: messages in, messages out.
#include "services/runtime/process/incidents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "absl/strings/str_cat.h"
#include "jissho/engine/v1/engine.pb.h"
#include "jissho/engine/v1/incident.pb.h"
#include "services/runtime/process/instances.h"
#include "services/runtime/reasons.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/mail.h"
#include "workflow/act/reasons.h"

namespace jissho::runtime {
namespace {

namespace v1 = ::jissho::engine::v1;
using act::Json;
using ::testing::SizeIs;

std::string Chart(const std::string& name, const std::string& attribute) {
  return absl::StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" initial="open" name=")",
                      name, "\" ", attribute, R"(>
  <datamodel><data id="sum" expr="0"/></datamodel>
  <state id="open"><transition event="add"><assign location="sum" expr="sum + _event.data.by.n"/></transition></state>
</scxml>)");
}

// Takes nothing until told otherwise.
class Wire : public act::EventTransport {
 public:
  absl::Status Deliver(const act::Envelope& envelope) override {
    if (refuses) return MakeError(act::kEventUnknown, {{"type", envelope.type}});
    taken.push_back(envelope);
    return absl::OkStatus();
  }
  bool refuses = true;
  std::vector<act::Envelope> taken;
};

// The services "books" with an ordinary chart "job" and "money" with one whose repair needs a second person.
class IncidentsTest : public ::testing::Test {
 protected:
  IncidentsTest() {
    Add("books", "job", "");
    Add("money", "pay", "jissho:four-eyes=\"repair\"");
  }
  ~IncidentsTest() override {
    reads_.Stop();
    for (auto& [name, service] : services_) service->Stop(absl::Seconds(5));
  }

  void Add(const std::string& name, const std::string& chart, const std::string& attribute) {
    auto pool = storage::OpenPool({testing::FreshSqliteDsn(), 6});
    {
      auto lease = (*pool)->Acquire(absl::Seconds(5));
      EXPECT_OK(storage::Migrate(**lease, *act::Migrations()));
    }
    act::ServiceOptions options;
    options.service = name;
    options.progress_receiver = "";
    act::Definitions definitions;
    definitions.charts = {{chart, Chart(chart, attribute)}};
    auto service =
        act::Service::Create(options, definitions, pool->get(), &calendar_, &monotonic_, &wire_, nullptr);
    EXPECT_OK(service);
    (*service)->StartWithoutPump();
    pools_[name] = *std::move(pool);
    local_[name] = {service->get(), &reads_};
    services_[name] = *std::move(service);
  }

  // An instance with a message that cannot be heard.
  void Stick(const std::string& service, const std::string& id, const Json& data = {{"n", 1}}) {
    act::Act act;
    act.actor = {"user:clerk", {"clerk"}, "", "LOCAL"};
    act.command = {"user:clerk", "Stick", id, "h"};
    act.run = [chart = service == "books" ? "job" : "pay", id, data](
                  const act::Context&, const act::View&,
                  act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.Start(chart, id, "case-" + id, "", Json::object()));
      engine::Event event;
      event.name = "add";
      event.data = expression::Value(data);
      JISSHO_RETURN_IF_ERROR(act::PostEvent(writes.unit(), id, event));
      return id;
    };
    std::promise<absl::Status> promise;
    services_[service]->Submit(
        act, [&](absl::StatusOr<std::string> outcome) { promise.set_value(outcome.status()); });
    EXPECT_OK(promise.get_future().get());
    EXPECT_OK(services_[service]->Pump(true));
    calendar_.Set(calendar_.Now() + absl::Minutes(1));
  }

  // An event for another service that its receiver refuses again and again.
  void StickEvent(const v1::InstanceProgressed& event) {
    act::Act act;
    act.actor = {"user:clerk", {"clerk"}, "", "LOCAL"};
    act.run = [&event](const act::Context&, const act::View&, act::WriteSet& writes) {
      writes.Emit({"cases", "case-a", event.GetDescriptor()->full_name(), event.SerializeAsString()});
      return std::string();
    };
    std::promise<absl::Status> promise;
    services_["books"]->Submit(
        act, [&](absl::StatusOr<std::string> outcome) { promise.set_value(outcome.status()); });
    EXPECT_OK(promise.get_future().get());
    for (int i = 0; i < act::Pump::kAttemptsMax; ++i) EXPECT_OK(services_["books"]->Pump(true));
  }

  template <class Answer>
  absl::StatusOr<Answer> Call(const std::string& method, const google::protobuf::Message& request,
                              const std::string& actor = "user:anna") {
    const MethodRegistry registry = IncidentMethods(&local_, &monotonic_);
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

  v1::ListIncidentsResponse List(const std::string& service = "", int page_size = 0,
                                 const std::string& token = "") {
    v1::ListIncidentsRequest request;
    request.set_service(service);
    request.set_page_size(page_size);
    request.set_page_token(token);
    auto answer = Call<v1::ListIncidentsResponse>("ListIncidents", request);
    EXPECT_OK(answer);
    return *answer;
  }

  static v1::RetryIncidentRequest Retry(const v1::Incident& incident, const std::string& data) {
    v1::RetryIncidentRequest request;
    request.set_service(incident.service());
    request.set_id(incident.id());
    request.set_reason("typo");
    request.set_event_data_json(data);
    return request;
  }

  Wire wire_;
  VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  ManualMonotonicClock monotonic_;
  int requests_ = 0;
  WorkQueue reads_{2, 100};
  std::map<std::string, std::unique_ptr<storage::Pool>> pools_;
  std::map<std::string, std::unique_ptr<act::Service>> services_;
  LocalServices local_;
};

TEST_F(IncidentsTest, ListShowsTheOpenOnesOfAllServicesPageByPage) {
  Stick("books", "a");
  Stick("books", "b");
  Stick("money", "c");
  const auto first = List("", 2);
  ASSERT_THAT(first.incidents(), SizeIs(2));
  EXPECT_EQ(first.incidents(0).instance_id(), "a");
  EXPECT_EQ(first.incidents(0).cause(), "CHART_ERROR");
  EXPECT_EQ(first.incidents(0).data_json(), R"({"n":1})");
  const auto second = List("", 2, first.next_page_token());
  ASSERT_THAT(second.incidents(), SizeIs(1));
  EXPECT_EQ(second.incidents(0).service(), "money");
  EXPECT_TRUE(second.incidents(0).needs_approval());
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_THAT(List("money").incidents(), SizeIs(1));
}

TEST_F(IncidentsTest, RetryWithCorrectedDataAnswersTheResolvedIncident) {
  Stick("books", "a");
  const auto answer = Call<v1::Incident>("RetryIncident", Retry(List().incidents(0), R"({"by":{"n":4}})"));
  ASSERT_OK(answer);
  EXPECT_EQ(answer->state(), v1::INCIDENT_STATE_RESOLVED);
  EXPECT_EQ(answer->closed_by(), "user:anna");
  EXPECT_THAT(List().incidents(), SizeIs(0));
}

TEST_F(IncidentsTest, CorrectedEventForAnotherServiceIsSentInPlaceOfTheRefusedOne) {
  v1::InstanceProgressed event;
  event.set_service("books");
  event.set_chart("jbo");
  StickEvent(event);
  ASSERT_THAT(List().incidents(), SizeIs(1));
  v1::GetIncidentRequest get;
  get.set_service("books");
  get.set_id(List().incidents(0).id());
  const auto shown = Call<v1::Incident>("GetIncident", get);
  ASSERT_OK(shown);
  EXPECT_EQ(shown->kind(), "outgoing");
  EXPECT_EQ(shown->data_json(), R"({"service":"books","chart":"jbo"})");
  ASSERT_OK(Call<v1::Incident>("RetryIncident", Retry(*shown, R"({"service":"books","chart":"job"})")));
  wire_.refuses = false;
  ASSERT_OK(services_["books"]->Pump(true));
  ASSERT_THAT(wire_.taken, SizeIs(1));
  v1::InstanceProgressed sent;
  ASSERT_TRUE(sent.ParseFromString(wire_.taken[0].payload));
  EXPECT_EQ(sent.chart(), "job");
  EXPECT_EQ(wire_.taken[0].sequence, 1);
  EXPECT_THAT(List().incidents(), SizeIs(0));
}

TEST_F(IncidentsTest, CorrectionThatDoesNotFitTheEventsMessageIsRefused) {
  StickEvent(v1::InstanceProgressed());
  EXPECT_THAT(Call<v1::Incident>("RetryIncident", Retry(List().incidents(0), R"({"chrat":"job"})")).status(),
              testing::ReasonIs(kFieldInvalid));
}

TEST_F(IncidentsTest, SuspendedInstanceShowsItsIncidentAndNoTasks) {
  act::InstanceRow row;
  row.id = "a";
  row.tasks = R"([{"event":"close","roles":["clerk"],"ja":"閉じる","en":"Close"}])";
  EXPECT_EQ(ToProto("books", row).tasks_size(), 1);
  row.incident = "i-1";
  EXPECT_EQ(ToProto("books", row).tasks_size(), 0);
  EXPECT_EQ(ToProto("books", row).incident(), "i-1");
}

TEST_F(IncidentsTest, RetryWithWhatIsNoJsonIsRefused) {
  Stick("books", "a");
  EXPECT_THAT(Call<v1::Incident>("RetryIncident", Retry(List().incidents(0), "{n:")).status(),
              testing::ReasonIs(kFieldInvalid));
}

TEST_F(IncidentsTest, RetryThatFailsAgainAnswersTheFailure) {
  Stick("books", "a");
  EXPECT_THAT(Call<v1::Incident>("RetryIncident", Retry(List().incidents(0), "")).status(),
              testing::ReasonIs(act::kChartError));
  EXPECT_EQ(List().incidents(0).attempts(), 2);
}

TEST_F(IncidentsTest, UnknownServiceAndUnknownIncidentAreNotFound) {
  v1::GetIncidentRequest request;
  request.set_service("nowhere");
  request.set_id("x");
  EXPECT_THAT(Call<v1::Incident>("GetIncident", request).status(), testing::ReasonIs(kServiceNotHere));
  request.set_service("books");
  EXPECT_THAT(Call<v1::Incident>("GetIncident", request).status(), testing::ReasonIs(act::kIncidentNotFound));
}

TEST_F(IncidentsTest, MoneyWaitsForAnotherPersonWhoHasSeenWhatWasAskedFor) {
  Stick("money", "c");
  const auto asked = Call<v1::Incident>("RetryIncident", Retry(List().incidents(0), R"({"by":{"n":4}})"));
  ASSERT_OK(asked);
  EXPECT_EQ(asked->state(), v1::INCIDENT_STATE_OPEN);
  EXPECT_EQ(asked->request().requested_by(), "user:anna");
  EXPECT_EQ(asked->request().event_data_json(), R"({"by":{"n":4}})");
  v1::ApproveRepairRequest approval;
  approval.set_service("money");
  approval.set_id(asked->id());
  EXPECT_THAT(Call<v1::Incident>("ApproveRepair", approval, "user:anna").status(),
              testing::ReasonIs(act::kFourEyes));
  approval.set_etag("\"1\"");
  EXPECT_THAT(Call<v1::Incident>("ApproveRepair", approval, "user:bert").status(),
              testing::ReasonIs(kEtagMismatch));
  approval.set_etag(asked->etag());
  const auto approved = Call<v1::Incident>("ApproveRepair", approval, "user:bert");
  ASSERT_OK(approved);
  EXPECT_EQ(approved->state(), v1::INCIDENT_STATE_RESOLVED);
  EXPECT_EQ(approved->approved_by(), "user:bert");
}

TEST_F(IncidentsTest, WithdrawnRepairIsNoLongerShown) {
  Stick("money", "c");
  ASSERT_OK(Call<v1::Incident>("RetryIncident", Retry(List().incidents(0), "")));
  v1::WithdrawRepairRequest request;
  request.set_service("money");
  request.set_id(List().incidents(0).id());
  request.set_reason("wrong one");
  const auto answer = Call<v1::Incident>("WithdrawRepair", request);
  ASSERT_OK(answer);
  EXPECT_FALSE(answer->has_request());
}

TEST_F(IncidentsTest, ManyAreSkippedAtOnceByCauseWithAnOutcomeEach) {
  Stick("books", "a");
  Stick("books", "b");
  Stick("money", "c");
  v1::RepairIncidentsRequest request;
  request.set_action(v1::REPAIR_ACTION_SKIP);
  request.set_cause("CHART_ERROR");
  request.set_reason("sent by mistake");
  const auto answer = Call<v1::RepairIncidentsResponse>("RepairIncidents", request);
  ASSERT_OK(answer);
  ASSERT_THAT(answer->outcomes(), SizeIs(3));
  for (const auto& outcome : answer->outcomes()) EXPECT_TRUE(outcome.done());
  EXPECT_FALSE(answer->more());
  // The one with money in it waits for a second person: who asked cannot approve it in bulk either.
  ASSERT_THAT(List().incidents(), SizeIs(1));
  request.set_action(v1::REPAIR_ACTION_APPROVE);
  const auto own = Call<v1::RepairIncidentsResponse>("RepairIncidents", request, "user:anna");
  ASSERT_THAT(own->outcomes(), SizeIs(1));
  EXPECT_EQ(own->outcomes(0).error(), "FOUR_EYES");
  const auto other = Call<v1::RepairIncidentsResponse>("RepairIncidents", request, "user:bert");
  EXPECT_TRUE(other->outcomes(0).done());
  EXPECT_THAT(List().incidents(), SizeIs(0));
}

TEST_F(IncidentsTest, OneThatFailsAgainDoesNotKeepTheOthersFromTheirRetry) {
  Stick("books", "a");
  Stick("books", "b");
  v1::RepairIncidentsRequest request;
  request.set_action(v1::REPAIR_ACTION_RETRY);
  request.set_reason("after the fix");
  auto answer = Call<v1::RepairIncidentsResponse>("RepairIncidents", request);
  ASSERT_THAT(answer->outcomes(), SizeIs(2));
  EXPECT_EQ(answer->outcomes(0).error(), "CHART_ERROR");
  EXPECT_EQ(answer->outcomes(1).error(), "CHART_ERROR");
}

TEST_F(IncidentsTest, FilterAndLimitHold) {
  Stick("books", "a");
  Stick("books", "b");
  v1::RepairIncidentsRequest request;
  request.set_action(v1::REPAIR_ACTION_SKIP);
  request.set_reason("x");
  request.set_chart("other");
  EXPECT_THAT(Call<v1::RepairIncidentsResponse>("RepairIncidents", request)->outcomes(), SizeIs(0));
  request.set_chart("job");
  request.set_limit(1);
  const auto answer = Call<v1::RepairIncidentsResponse>("RepairIncidents", request);
  EXPECT_THAT(answer->outcomes(), SizeIs(1));
  EXPECT_TRUE(answer->more());
}

}  // namespace
}  // namespace jissho::runtime
