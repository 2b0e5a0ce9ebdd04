// Events for another service that their receiver keeps refusing.
#include "workflow/act/incident_fixture.h"

namespace jissho::act {
namespace {

using ::testing::IsEmpty;

class StreamIncidentTest : public IncidentFixture {
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

TEST_P(StreamIncidentTest, EventThatCannotBeReadBlocksOnlyItsStreamAndBecomesAnIncident) {
  Start("a");
  Emit("case-a");
  Emit("case-b");
  Execute("UPDATE act_outbox SET payload = '?' WHERE stream = 'case-a'");
  Pump(act::Pump::kAttemptsMax);
  ASSERT_EQ(postbox_.taken.size(), 1u);
  EXPECT_EQ(postbox_.taken[0].stream, "case-b");
  EXPECT_EQ(Incident().stream, "case-a");
}

INSTANTIATE_TEST_SUITE_P(Databases, StreamIncidentTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
