// Messages that fail where nobody waits, and what a person can do about them.
#include "workflow/act/history.h"
#include "workflow/act/incident_fixture.h"
#include "workflow/storage/reasons.h"

namespace jissho::act {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class IncidentTest : public IncidentFixture {};

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

// Only SQLite keeps what is no integer in a column of integers.
class UnwritableInstanceTest : public IncidentTest {};

TEST_P(UnwritableInstanceTest, InstanceThatCannotBeWrittenHoldsUpNoOther) {
  Start("a");
  Start("b");
  Post("a", "add", {{"n", 1}});
  Post("b", "add", {{"n", 1}});
  Execute("UPDATE act_instance SET version = 'x' WHERE id = 'a'");
  int told = 0;
  for (int i = 0; i < 2 * act::Pump::kAttemptsMax; ++i) told += service_->Pump(true).ok() ? 0 : 1;
  EXPECT_GT(told, 0);
  EXPECT_EQ(Sum("b"), 1);
  Execute("UPDATE act_instance SET version = 1 WHERE id = 'a'");
  Pump();
  EXPECT_EQ(Sum("a"), 1);
}

TEST_P(IncidentTest, WhoeverMayNotGoOnPastAMessageThatIsLateIsToldWhyItIs) {
  Start("a");
  Post("a", "add", {{"n", 1}});
  for (const absl::Status& trouble :
       {absl::UnavailableError("the database is gone"), MakeError(storage::kStorageRetry)}) {
    trouble_ = trouble;
    EXPECT_THAT(service_->Pump(true), testing::StatusIs(trouble.code()));
    EXPECT_THAT(service_->Pump(false), testing::IsOkAndHolds(0));
  }
  trouble_ = absl::OkStatus();
  EXPECT_THAT(service_->Pump(true), testing::IsOkAndHolds(1));
  EXPECT_EQ(Sum("a"), 1);
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
    return progress.tasks.empty() ? "nothing" : "something";
  }
};

class ProgressIncidentTest : public IncidentFixture {
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

INSTANTIATE_TEST_SUITE_P(Databases, IncidentTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Databases, UnwritableInstanceTest, ::testing::Values("sqlite"),
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Databases, ProgressIncidentTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
