// What happens to an event that fails where nobody waits, on both databases.
#include "workflow/act/incident.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/audit.h"
#include "workflow/act/history.h"
#include "workflow/act/mail.h"
#include "workflow/act/queries.h"
#include "workflow/act/reasons.h"
#include "workflow/act/service.h"

namespace jissho::act {
namespace {

using ::jissho::testing::FreshMysqlDsn;
using ::jissho::testing::FreshSqliteDsn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Reason kJobBad{"JOB_BAD", absl::StatusCode::kFailedPrecondition, "仕事ができません。",
                         "The job cannot be done."};

// Adds what its messages say; a negative product cannot be added, a missing list is an error of the script.
std::string JobChart(const std::string& name, const std::string& attribute) {
  return absl::StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" initial="open" name=")",
                      name, "\" ", attribute, R"(>
  <datamodel><data id="factor" expr="1"/><data id="sum" expr="0"/></datamodel>
  <state id="open">
    <transition event="add">
      <assign location="sum" expr="sum + _event.data.n"/>
      <jissho:do action="job.check"><jissho:param name="n" expr="factor * _event.data.n"/></jissho:do>
    </transition>
    <transition event="broken">
      <assign location="sum" expr="_event.data.list.first.value"/>
    </transition>
    <transition event="close" target="closed" jissho:role="clerk" jissho:label="閉じる" jissho:label-en="Close"/>
  </state>
  <final id="closed"/>
</scxml>)");
}

class Postbox : public EventTransport {
 public:
  absl::Status Deliver(const Envelope& envelope) override {
    if (envelope.stream == poisoned && envelope.type != kSkippedEventType) return MakeError(kJobBad);
    taken.push_back(envelope);
    return absl::OkStatus();
  }
  std::string poisoned;
  std::vector<Envelope> taken;
};

class IncidentTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? FreshSqliteDsn() : FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({dsn, 8}));
    ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(5)));
    ASSERT_OK_AND_ASSIGN(auto migrations, Migrations());
    ASSERT_THAT(storage::Migrate(*lease, migrations), testing::IsOk());
    ServiceOptions options;
    options.service = "test";
    options.progress_receiver = progress_receiver_;
    options.on_incident = [this](const IncidentRow& incident) { announced_.push_back(incident.id); };
    Definitions definitions;
    definitions.charts = {{"job", JobChart("job", "")},
                          {"money", JobChart("money", "jissho:four-eyes=\"repair\"")}};
    definitions.charts.insert(definitions.charts.end(), more_charts_.begin(), more_charts_.end());
    definitions.actions["job.check"] = [](const ActionCall& call, const Context&, const View&,
                                          WriteSet&) -> absl::Status {
      return call.params.value("n", 0) < 0 ? MakeError(kJobBad) : absl::OkStatus();
    };
    ASSERT_OK_AND_ASSIGN(service_, Service::Create(options, definitions, pool_.get(), &calendar_, &monotonic_,
                                                   &postbox_, encoder_.get()));
  }

  absl::Status Run(const Actor& actor, std::function<absl::Status(WriteSet&)> body,
                   std::string request_id = "") {
    if (request_id.empty()) request_id = absl::StrCat("r", ++requests_);
    Act act;
    act.actor = actor;
    act.command = {actor.id, "Test", request_id, ""};
    act.run = [body](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(body(writes));
      return std::string();
    };
    return service_->RunHere(act).status();
  }

  void Start(const std::string& id, const std::string& chart = "job") {
    ASSERT_THAT(
        Run(anna_,
            [&](WriteSet& writes) { return writes.Start(chart, id, "case-" + id, "", Json::object()); }),
        testing::IsOk());
  }

  void Post(const std::string& id, const std::string& name, const Json& data) {
    engine::Event event;
    event.name = name;
    event.data = expression::Value(data);
    ASSERT_THAT(Run(anna_, [&](WriteSet& writes) { return PostEvent(writes.unit(), id, event); }),
                testing::IsOk());
  }

  void Pump(int rounds = 3) {
    for (int i = 0; i < rounds; ++i) ASSERT_THAT(service_->Pump(true).status(), testing::IsOk());
  }

  template <class Row>
  std::vector<Row> All(const std::string& tail = "") {
    auto lease = pool_->Acquire(absl::Seconds(5));
    return storage::Select<Row>(**lease, tail).value_or(std::vector<Row>());
  }

  // The only one there is.
  IncidentRow Incident() {
    const auto rows = All<IncidentRow>();
    EXPECT_EQ(rows.size(), 1u);
    return rows.empty() ? IncidentRow() : rows[0];
  }

  // A parked "add" of -5, with the instance that it suspends.
  IncidentRow Park(const std::string& chart = "job") {
    Start("a", chart);
    Post("a", "add", {{"n", -5}});
    Pump();
    return Incident();
  }

  int64_t Sum(const std::string& id) {
    auto lease = pool_->Acquire(absl::Seconds(5));
    const auto row = GetInstance(**lease, id);
    const auto snapshot = engine::SnapshotFromJson(Json::parse(row->snapshot));
    return snapshot->data.at("sum").json().get<int64_t>();
  }

  std::vector<std::string> Outcomes(const std::string& id) {
    std::vector<std::string> outcomes;
    for (const JournalRow& entry : All<JournalRow>("WHERE instance_id = '" + id + "' ORDER BY sequence")) {
      outcomes.push_back(entry.outcome);
    }
    return outcomes;
  }

  absl::Status Ask(const Actor& actor, const IncidentRow& incident, const Repair& repair,
                   std::string request_id = "") {
    if (request_id.empty()) request_id = absl::StrCat("ask", ++requests_);
    absl::Status status;
    service_->AskForRepair({actor.id, "Repair", request_id, ""}, actor, incident, repair,
                           [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
    return status;
  }
  absl::Status Approve(const Actor& actor, const IncidentRow& incident, int64_t version = 0) {
    absl::Status status;
    service_->ApproveRepair({actor.id, "Approve", absl::StrCat("ok", ++requests_), ""}, actor, incident,
                            version, "seen",
                            [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
    return status;
  }

  static Repair Retry(std::optional<Json> event_data = std::nullopt) {
    Repair repair;
    repair.event_data = std::move(event_data);
    repair.reason = "typo in the message";
    return repair;
  }
  static Repair Skip() {
    Repair repair;
    repair.skip = true;
    repair.reason = "sent twice";
    return repair;
  }

  void ExpectSoundJournal(const std::string& id) {
    auto lease = pool_->Acquire(absl::Seconds(5));
    const auto audit = AuditInstance(**lease, service_->catalog(), id);
    ASSERT_THAT(audit.status(), testing::IsOk());
    EXPECT_FALSE(audit->fault.has_value());
  }

  // What the service is made of; a derived fixture may change it before SetUp.
  std::string progress_receiver_;
  std::unique_ptr<ProgressEncoder> encoder_;
  std::vector<std::pair<std::string, std::string>> more_charts_;

  const Actor anna_{"user:anna", {"clerk"}, "", "LOCAL"};
  const Actor bert_{"user:bert", {"manager"}, "", "LOCAL"};
  VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  ManualMonotonicClock monotonic_;
  Postbox postbox_;
  int requests_ = 0;
  std::vector<std::string> announced_;
  std::unique_ptr<storage::Pool> pool_;
  std::unique_ptr<Service> service_;
};

TEST_P(IncidentTest, FailingMessageIsParkedWithItsCauseAndTold) {
  const IncidentRow incident = Park();
  EXPECT_EQ(incident.state, kIncidentOpen);
  EXPECT_EQ(incident.held, "a");
  EXPECT_EQ(incident.case_id, "case-a");
  EXPECT_EQ(incident.event, "add");
  EXPECT_EQ(incident.cause, "JOB_BAD");
  EXPECT_EQ(incident.cause_ja, "仕事ができません。");
  EXPECT_THAT(announced_, ElementsAre(incident.id));
  EXPECT_THAT(Outcomes("a"), ElementsAre("done", "parked"));
  EXPECT_THAT(All<MailRow>(), IsEmpty());
  auto lease = pool_->Acquire(absl::Seconds(5));
  EXPECT_THAT(CountOpenIncidents(**lease), testing::IsOkAndHolds(1));
}

TEST_P(IncidentTest, ScriptErrorThatNothingMatchesIsParkedWithItsLine) {
  Start("a");
  Post("a", "broken", {{"list", nullptr}});
  Pump();
  EXPECT_EQ(Incident().cause, "CHART_ERROR");
  EXPECT_GT(Incident().cause_line, 0);
}

TEST_P(IncidentTest, OtherInstancesGoOnWhileOneIsStuck) {
  Start("a");
  Start("b");
  Post("a", "add", {{"n", -5}});
  for (int i = 0; i < 300; ++i) Post("a", "add", {{"n", 1}});
  Post("b", "add", {{"n", 7}});
  Pump(3);
  EXPECT_EQ(Sum("b"), 7);
  EXPECT_EQ(Sum("a"), 0);
  EXPECT_EQ(service_->GetPending()->ready, 0);
}

TEST_P(IncidentTest, PersonsActOnASuspendedInstanceIsRefusedAndToldWhatToDo) {
  const IncidentRow incident = Park();
  const absl::Status refusal = Run(anna_, [](WriteSet& writes) { return writes.Fire("a", "close"); });
  EXPECT_THAT(refusal, testing::ReasonIs(kInstanceSuspended));
  EXPECT_THAT(std::string(refusal.message()), HasSubstr(incident.id));
  EXPECT_THAT(Outcomes("a"), ElementsAre("done", "parked", "refused"));
}

TEST_P(IncidentTest, RefusedRequestIsAcceptedUnderTheSameIdAfterTheRepair) {
  const IncidentRow incident = Park();
  const auto close = [this] {
    return Run(
        anna_, [](WriteSet& writes) { return writes.Fire("a", "close"); }, "close-a");
  };
  EXPECT_THAT(close(), testing::ReasonIs(kInstanceSuspended));
  EXPECT_THAT(close(), testing::ReasonIs(kInstanceSuspended));
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  EXPECT_THAT(close(), testing::IsOk());
  EXPECT_THAT(close(), testing::IsOk());
  EXPECT_THAT(Outcomes("a"), ElementsAre("done", "parked", "refused", "refused", "skipped", "done"));
  ExpectSoundJournal("a");
}

TEST_P(IncidentTest, SuspendedInstanceOffersNoTasksUntilItsRepair) {
  Start("a");
  const auto offered = [this] {
    auto lease = pool_->Acquire(absl::Seconds(5));
    return OfferedTasksOf(*GetInstance(**lease, "a")).size();
  };
  EXPECT_EQ(offered(), 1u);
  Post("a", "add", {{"n", -5}});
  Pump();
  EXPECT_EQ(offered(), 0u);
  ASSERT_THAT(Ask(anna_, Incident(), Skip()), testing::IsOk());
  EXPECT_EQ(offered(), 1u);
}

TEST_P(IncidentTest, HistoryTellsWhenAnInstanceWasSuspended) {
  Start("a");
  const absl::Time before = calendar_.Now();
  calendar_.Set(before + absl::Hours(1));
  Post("a", "add", {{"n", -5}});
  Pump();
  calendar_.Set(before + absl::Hours(2));
  ASSERT_THAT(Ask(anna_, Incident(), Retry(Json{{"n", 5}})), testing::IsOk());
  auto lease = pool_->Acquire(absl::Seconds(5));
  const auto incident_at = [&](absl::Duration after) {
    const auto row = InstanceAt(**lease, service_->catalog(), "a", before + after);
    return row.ok() ? row->incident : std::string(row.status().message());
  };
  EXPECT_EQ(incident_at(absl::ZeroDuration()), "");
  EXPECT_EQ(incident_at(absl::Minutes(90)), Incident().id);
  EXPECT_EQ(incident_at(absl::Hours(2)), "");
}

TEST_P(IncidentTest, MessagesWaitInOrderBehindTheStuckOne) {
  const IncidentRow incident = Park();
  Post("a", "add", {{"n", 10}});
  ASSERT_THAT(Run(Actor::System("other"),
                  [](WriteSet& writes) {
                    return writes.FireAsMessage("a", "add", {{"n", 20}});
                  }),
              testing::IsOk());
  Pump();
  EXPECT_EQ(Sum("a"), 0);
  ASSERT_THAT(Ask(anna_, incident, Retry(Json{{"n", 5}})), testing::IsOk());
  EXPECT_EQ(Sum("a"), 5);
  Pump();
  EXPECT_EQ(Sum("a"), 35);
}

TEST_P(IncidentTest, RetryWithCorrectedDataOfTheEventResolvesIt) {
  const IncidentRow incident = Park();
  ASSERT_THAT(Ask(anna_, incident, Retry(Json{{"n", 5}})), testing::IsOk());
  EXPECT_EQ(Incident().state, kIncidentResolved);
  EXPECT_EQ(Incident().closed_by, "user:anna");
  EXPECT_EQ(Incident().closed_reason, "typo in the message");
  EXPECT_THAT(Outcomes("a"), ElementsAre("done", "parked", "retried", "done"));
  ExpectSoundJournal("a");
  EXPECT_THAT(Run(anna_, [](WriteSet& writes) { return writes.Fire("a", "close"); }), testing::IsOk());
}

TEST_P(IncidentTest, RetryWithCorrectedVariablesResolvesIt) {
  const IncidentRow incident = Park();
  Repair repair = Retry();
  repair.variables["factor"] = -1;
  ASSERT_THAT(Ask(anna_, incident, repair), testing::IsOk());
  EXPECT_EQ(Sum("a"), -5);
  ExpectSoundJournal("a");
}

TEST_P(IncidentTest, CorrectionOfAVariableThatIsNotThereIsRefused) {
  const IncidentRow incident = Park();
  Repair repair = Retry();
  repair.variables["fcator"] = -1;
  EXPECT_THAT(Ask(anna_, incident, repair), testing::ReasonIs(kIncidentVariableUnknown));
  EXPECT_EQ(Incident().attempts, 1);
}

TEST_P(IncidentTest, RetryThatFailsAgainIsTheCallersErrorAndTheIncidentStays) {
  const IncidentRow incident = Park();
  EXPECT_THAT(Ask(anna_, incident, Retry(Json{{"n", -6}})), testing::ReasonIs(kJobBad));
  EXPECT_EQ(Incident().state, kIncidentOpen);
  EXPECT_EQ(Incident().attempts, 2);
  EXPECT_EQ(Sum("a"), 0);
}

TEST_P(IncidentTest, SkippedMessageChangesNothingAndTheNextOneIsHeard) {
  const IncidentRow incident = Park();
  Post("a", "add", {{"n", 3}});
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  Pump();
  EXPECT_EQ(Sum("a"), 3);
  EXPECT_EQ(Incident().state, kIncidentSkipped);
  EXPECT_THAT(Outcomes("a"), ElementsAre("done", "parked", "skipped", "done"));
}

TEST_P(IncidentTest, RepairWithoutAReasonIsRefused) {
  const IncidentRow incident = Park();
  Repair repair = Retry();
  repair.reason = "  ";
  EXPECT_THAT(Ask(anna_, incident, repair), testing::ReasonIs(kReasonRequired));
}

TEST_P(IncidentTest, SkipWithACorrectionIsRefused) {
  const IncidentRow incident = Park();
  Repair repair = Skip();
  repair.event_data = Json{{"n", 1}};
  EXPECT_THAT(Ask(anna_, incident, repair), testing::ReasonIs(kIncidentNotCorrectable));
}

TEST_P(IncidentTest, RepeatedRepairGetsTheFirstAnswerAndHappensOnce) {
  const IncidentRow incident = Park();
  ASSERT_THAT(Ask(anna_, incident, Retry(Json{{"n", 5}}), "same"), testing::IsOk());
  EXPECT_THAT(Ask(anna_, incident, Retry(Json{{"n", 5}}), "same"), testing::IsOk());
  EXPECT_EQ(Sum("a"), 5);
}

TEST_P(IncidentTest, ClosedIncidentTakesNoSecondRepair) {
  const IncidentRow incident = Park();
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  EXPECT_THAT(Ask(bert_, incident, Retry()), testing::ReasonIs(kIncidentClosed));
}

TEST_P(IncidentTest, MoneyIsRepairedOnlyWhenASecondPersonApproves) {
  const IncidentRow incident = Park("money");
  ASSERT_THAT(Ask(anna_, incident, Retry(Json{{"n", 5}})), testing::IsOk());
  EXPECT_EQ(Incident().state, kIncidentOpen);
  EXPECT_EQ(Sum("a"), 0);
  EXPECT_THAT(Approve(anna_, incident), testing::ReasonIs(kFourEyes));
  ASSERT_THAT(Approve(bert_, incident, Incident().version), testing::IsOk());
  EXPECT_EQ(Sum("a"), 5);
  EXPECT_EQ(Incident().closed_by, "user:anna");
  EXPECT_EQ(Incident().approved_by, "user:bert");
  const auto entries = All<JournalRow>("WHERE outcome = 'retried'");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_THAT(entries[0].detail, HasSubstr("\"asked_by\":\"user:anna\""));
  EXPECT_THAT(entries[0].detail, HasSubstr("\"approved_by\":\"user:bert\""));
  ExpectSoundJournal("a");
}

TEST_P(IncidentTest, ApprovalOfWhatWasChangedMeanwhileIsRefused) {
  const IncidentRow incident = Park("money");
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  const int64_t seen = Incident().version;
  ASSERT_THAT(Ask(anna_, incident, Retry(Json{{"n", 5}})), testing::IsOk());
  EXPECT_THAT(Approve(bert_, incident, seen), testing::ReasonIs(kVersionConflict));
}

TEST_P(IncidentTest, ApprovalWithoutARequestIsRefused) {
  const IncidentRow incident = Park("money");
  EXPECT_THAT(Approve(bert_, incident), testing::ReasonIs(kIncidentNotRequested));
}

TEST_P(IncidentTest, WithdrawnRequestCannotBeApproved) {
  const IncidentRow incident = Park("money");
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  absl::Status status;
  service_->WithdrawRepair({"user:anna", "Withdraw", "w", ""}, anna_, incident, "wrong one",
                           [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
  ASSERT_THAT(status, testing::IsOk());
  EXPECT_THAT(Approve(bert_, incident), testing::ReasonIs(kIncidentNotRequested));
  EXPECT_THAT(Outcomes("a"), ElementsAre("done", "parked", "repair-asked", "repair-withdrawn", "refused"));
}

// Says only what can be done.
class TaskEncoder : public ProgressEncoder {
 public:
  std::string type() const override { return "test.Progress"; }
  std::string Encode(const Progress& progress) const override {
    return OfferedTasksOf(progress.instance).empty() ? "nothing" : "something";
  }
};

class ProgressIncidentTest : public IncidentTest {
 protected:
  ProgressIncidentTest() {
    progress_receiver_ = "cases";
    encoder_ = std::make_unique<TaskEncoder>();
  }
};

TEST_P(ProgressIncidentTest, TaskListOfTheCaseIsToldThatNothingCanBeDoneAndThenThatItCanAgain) {
  const IncidentRow incident = Park();
  EXPECT_THAT(Run(anna_, [](WriteSet& writes) { return writes.Fire("a", "close"); }),
              testing::ReasonIs(kInstanceSuspended));
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  Pump();
  std::vector<std::string> told;
  for (const Envelope& envelope : postbox_.taken) told.push_back(envelope.payload);
  // started, parked, refused, skipped
  EXPECT_THAT(told, ElementsAre("something", "nothing", "nothing", "something"));
}

// A chart that invokes one whose beginning may fail.
class ChildIncidentTest : public IncidentTest {
 protected:
  ChildIncidentTest() {
    more_charts_ = {{"parent", R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    version="1.0" datamodel="ecmascript" initial="waits" name="parent">
  <datamodel><data id="n" expr="0"/></datamodel>
  <state id="waits">
    <invoke id="helper" src="chart:child"><param name="n" expr="n"/></invoke>
    <transition event="done.invoke.helper" target="helped"/>
    <transition event="error.communication" cond="_event.invokeid == 'helper'" target="alone"/>
  </state>
  <state id="helped"/><state id="alone"/>
</scxml>)"},
                    {"child", R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" initial="works" name="child">
  <datamodel><data id="n" expr="0"/></datamodel>
  <state id="works">
    <onentry><jissho:do action="job.check"><jissho:param name="n" expr="n"/></jissho:do></onentry>
    <transition target="done"/>
  </state>
  <final id="done"/>
</scxml>)"}};
  }

  // The parked beginning of a child.
  IncidentRow ParkStart() {
    EXPECT_THAT(Run(anna_,
                    [](WriteSet& writes) {
                      return writes.Start("parent", "p", "case-p", "", Json{{"n", -1}});
                    }),
                testing::IsOk());
    Pump();
    return Incident();
  }

  std::vector<std::string> States(const std::string& id) {
    auto lease = pool_->Acquire(absl::Seconds(5));
    return *ActiveStates(**lease, id);
  }
};

TEST_P(ChildIncidentTest, BeginningOfAChildThatFailsSuspendsTheChildAndNotItsInvoker) {
  const IncidentRow incident = ParkStart();
  EXPECT_EQ(incident.kind, "start");
  EXPECT_EQ(incident.cause, "JOB_BAD");
  EXPECT_EQ(DataOf(incident), (Json{{"n", -1}}));
  EXPECT_NE(incident.held, "p");
  EXPECT_THAT(States("p"), ElementsAre("waits"));
}

TEST_P(ChildIncidentTest, SkippedBeginningOfAChildTellsItsInvokerThatNobodyCame) {
  const IncidentRow incident = ParkStart();
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  Pump();
  EXPECT_THAT(States("p"), ElementsAre("alone"));
  const auto children = All<InstanceRow>("WHERE id = '" + incident.held + "'");
  ASSERT_EQ(children.size(), 1u);
  EXPECT_TRUE(children[0].finished);
  EXPECT_THAT(children[0].incident, IsEmpty());
  EXPECT_THAT(All<MailRow>(), IsEmpty());
  ExpectSoundJournal("p");
  ExpectSoundJournal(incident.held);
}

TEST_P(ChildIncidentTest, CorrectedBeginningOfAChildLetsItEnd) {
  const IncidentRow incident = ParkStart();
  ASSERT_THAT(Ask(anna_, incident, Retry(Json{{"n", 1}})), testing::IsOk());
  Pump();
  EXPECT_THAT(States("p"), ElementsAre("helped"));
  ExpectSoundJournal(incident.held);
}

class StreamIncidentTest : public IncidentTest {
 protected:
  void Emit(const std::string& stream) {
    ASSERT_THAT(Run(anna_,
                    [&](WriteSet& writes) {
                      writes.Emit({"other", stream, "test.News", "x"});
                      return absl::OkStatus();
                    }),
                testing::IsOk());
  }
  IncidentRow Poison() {
    postbox_.poisoned = "case-a";
    Start("a", "money");
    Emit("case-a");
    Emit("case-b");
    Pump(act::Pump::kAttemptsMax);
    return Incident();
  }
};

TEST_P(StreamIncidentTest, EventThatItsReceiverKeepsRefusingBlocksOnlyItsStream) {
  const IncidentRow incident = Poison();
  EXPECT_EQ(incident.kind, kOutgoing);
  EXPECT_EQ(incident.cause, "JOB_BAD");
  EXPECT_EQ(incident.attempts, act::Pump::kAttemptsMax);
  EXPECT_EQ(incident.instance_id, "a");
  EXPECT_THAT(incident.held, IsEmpty());
  ASSERT_EQ(postbox_.taken.size(), 1u);
  EXPECT_EQ(postbox_.taken[0].stream, "case-b");
  EXPECT_THAT(Run(anna_, [](WriteSet& writes) { return writes.Fire("a", "close"); }), testing::IsOk());
}

TEST_P(StreamIncidentTest, EventThatIsTakenAfterAllClosesItsIncident) {
  Poison();
  postbox_.poisoned = "";
  Pump();
  EXPECT_EQ(Incident().state, kIncidentResolved);
  EXPECT_EQ(Incident().closed_by, "system:test");
}

TEST_P(StreamIncidentTest, SkippedEventKeepsItsPlaceInTheStream) {
  const IncidentRow incident = Poison();
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  ASSERT_THAT(Approve(bert_, incident), testing::IsOk());
  Pump();
  ASSERT_EQ(postbox_.taken.size(), 2u);
  EXPECT_EQ(postbox_.taken[1].type, kSkippedEventType);
  EXPECT_EQ(postbox_.taken[1].sequence, 1);
  // The receiver counts it.
  absl::Status status;
  service_->Deliver({"other", "s", 1, kSkippedEventType, ""},
                    [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
  EXPECT_THAT(status, testing::IsOk());
  EXPECT_EQ(All<InboxRow>().at(0).sequence, 1);
}

TEST_P(StreamIncidentTest, CorrectedPayloadIsSent) {
  const IncidentRow incident = Poison();
  Repair repair = Retry();
  repair.payload = "better";
  ASSERT_THAT(Ask(anna_, incident, repair), testing::IsOk());
  ASSERT_THAT(Approve(bert_, incident), testing::IsOk());
  postbox_.poisoned = "";
  Pump();
  ASSERT_EQ(postbox_.taken.size(), 2u);
  EXPECT_EQ(postbox_.taken[1].payload, "better");
}

TEST_P(StreamIncidentTest, EventThatFailsAgainAfterItsRepairOpensTheIncidentAgain) {
  const IncidentRow incident = Poison();
  ASSERT_THAT(Ask(anna_, incident, Retry()), testing::IsOk());
  ASSERT_THAT(Approve(bert_, incident), testing::IsOk());
  EXPECT_EQ(Incident().state, kIncidentResolved);
  Pump(act::Pump::kAttemptsMax);
  EXPECT_EQ(Incident().state, kIncidentOpen);
}

const auto kDatabases = ::testing::Values("sqlite", "mariadb");
INSTANTIATE_TEST_SUITE_P(Databases, IncidentTest, kDatabases, [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Databases, ProgressIncidentTest, kDatabases,
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Databases, ChildIncidentTest, kDatabases,
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Databases, StreamIncidentTest, kDatabases,
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
