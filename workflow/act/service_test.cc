// What an act does, on both databases.
#include "workflow/act/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/act/loan_fixture.h"

namespace jissho::act {
namespace {

using ::testing::ElementsAre;

class ServiceTest : public LoanFixture {};

TEST_P(ServiceTest, RepeatedCommandGetsTheFirstAnswerAndChangesNothing) {
  const std::string first = Ask("r1");
  const std::string second = Ask("r1");
  EXPECT_EQ(first, second);
  EXPECT_EQ(All<LoanRow>("").size(), 1u);
}

TEST_P(ServiceTest, RefusesAnotherRequestUnderTheSameId) {
  Ask("r1");
  EXPECT_THAT(service_->RunHere(AskAct("r1", "other")).status(), testing::ReasonIs(kRequestIdReused));
}

TEST_P(ServiceTest, KeepsCommandsOfDifferentCallersApart) {
  const std::string first = Ask("r1");
  auto second = service_->RunHere(AskAct("r1", "drill", "user:b"));
  ASSERT_THAT(second.status(), testing::IsOk());
  EXPECT_NE(first, *second);
}

TEST_P(ServiceTest, RefusesAnActorWithoutTheRoleAndJournalsIt) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "approve", clerk_, {{"days", 3}}, "r2")).status(),
              testing::ReasonIs(kRoleRequired));
  const auto journal = All<JournalRow>("ORDER BY sequence");
  ASSERT_EQ(journal.size(), 3u);
  EXPECT_EQ(journal[2].outcome, "refused");
  EXPECT_EQ(journal[2].event, "approve");
  EXPECT_THAT(States(id), ElementsAre("asked"));
}

TEST_P(ServiceTest, RefusesTheSamePersonForTheSecondSignature) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "approve", both_, {{"days", 3}}, "r2")).status(),
              testing::ReasonIs(kFourEyes));
}

TEST_P(ServiceTest, RefusesAnotherOrganisation) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "drop", stranger_, {{"reason", "x"}}, "r2")).status(),
              testing::ReasonIs(kNotOwnOrganisation));
}

TEST_P(ServiceTest, RefusesABlankReason) {
  const std::string id = Ask("r1");
  EXPECT_THAT(service_->RunHere(FireAct(id, "drop", clerk_, {{"reason", "  "}}, "r2")).status(),
              testing::ReasonIs(kReasonRequired));
}

TEST_P(ServiceTest, RefusesAnEventThatTheStateDoesNotKnowAndRepeatsTheRefusal) {
  const std::string id = Ask("r1");
  const Act act = FireAct(id, "return", clerk_, Json::object(), "r2");
  EXPECT_THAT(service_->RunHere(act).status(), testing::ReasonIs(kStateNotAllowed));
  EXPECT_THAT(service_->RunHere(act).status(), testing::ReasonIs(kStateNotAllowed));
  EXPECT_EQ(All<JournalRow>("WHERE outcome = 'refused'").size(), 1u);
}

TEST_P(ServiceTest, TransitionRunsItsActionInTheSameTransaction) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  EXPECT_EQ(All<LoanRow>("")[0].number, 1);
  EXPECT_EQ(All<LoanRow>("")[0].version, 2);
}

TEST_P(ServiceTest, MailToItselfIsOneTransactionOfItsOwn) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  EXPECT_THAT(States(id), ElementsAre("lent"));
  PumpUntilQuiet();
  EXPECT_THAT(States(id), ElementsAre("greeted"));
  EXPECT_TRUE(All<MailRow>("").empty());
}

TEST_P(ServiceTest, TimerFiresOnceWhenTheCalendarReachesIt) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  PumpUntilQuiet();
  calendar_.Set(calendar_.Now() + absl::Hours(240) - absl::Seconds(1));
  PumpUntilQuiet();
  EXPECT_THAT(States(id), ElementsAre("greeted"));
  EXPECT_EQ(service_->GetPending()->next_due, calendar_.Now() + absl::Seconds(1));
  calendar_.Set(calendar_.Now() + absl::Seconds(1));
  PumpUntilQuiet();
  EXPECT_THAT(States(id), ElementsAre("late"));
  EXPECT_TRUE(All<TimerRow>("").empty());
}

TEST_P(ServiceTest, SaysHowManyDueTimersAnotherProcessHolds) {
  const std::string id = Ask("r1");
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r2")).status(),
              testing::IsOk());
  PumpUntilQuiet();
  {
    auto lease = pool_->Acquire(absl::Seconds(1));
    ASSERT_THAT(lease.status(), testing::IsOk());
    ASSERT_THAT(
        (*lease)->Execute("UPDATE act_timer SET claim_owner = 'another', claim_fence = 7", {}).status(),
        testing::IsOk());
  }
  EXPECT_EQ(service_->GetPending()->held, 0);
  calendar_.Set(calendar_.Now() + absl::Hours(240));
  EXPECT_EQ(service_->GetPending()->held, 1);
  EXPECT_EQ(service_->GetPending()->ready, 1);
}

TEST_P(ServiceTest, FailedActUsesNoNumber) {
  const std::string id = Ask("r1");
  Act failing = FireAct(id, "approve", manager_, {{"days", 3}}, "r2");
  failing.run = [run = failing.run](const Context& context, const View& view,
                                    WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_RETURN_IF_ERROR(run(context, view, writes).status());
    return MakeError(kLoanFull);
  };
  EXPECT_THAT(service_->RunHere(failing).status(), testing::ReasonIs(kLoanFull));
  ASSERT_THAT(service_->RunHere(FireAct(id, "approve", manager_, {{"days", 3}}, "r3")).status(),
              testing::IsOk());
  EXPECT_EQ(All<LoanRow>("")[0].number, 1);
}

TEST_P(ServiceTest, ProgressLeavesInOrderAndOnlyOnce) {
  Ask("r1");
  PumpUntilQuiet();
  PumpUntilQuiet();
  ASSERT_EQ(postbox_.taken.size(), 2u);
  EXPECT_EQ(postbox_.taken[0].payload, "start:done");
  EXPECT_EQ(postbox_.taken[1].payload, "ask:done");
  EXPECT_EQ(postbox_.taken[0].sequence, 1);
  EXPECT_EQ(postbox_.taken[1].sequence, 2);
  EXPECT_TRUE(All<OutboxRow>("").empty());
}

TEST_P(ServiceTest, RefusedEventWaitsAndIsDeliveredLater) {
  Ask("r1");
  postbox_.refuse = true;
  ASSERT_THAT(service_->Pump(false), testing::IsOkAndHolds(0));
  const auto waiting = All<OutboxRow>("ORDER BY sequence");
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[0].attempts, 1);
  EXPECT_EQ(waiting[1].attempts, 0);
  postbox_.refuse = false;
  ASSERT_THAT(service_->Pump(true), testing::IsOkAndHolds(2));
}

TEST_P(ServiceTest, WhoeverMayNotGoOnPastAnEventThatIsLateIsToldWhyItIs) {
  Ask("r1");
  postbox_.refuse = true;
  EXPECT_THAT(service_->Pump(true), testing::StatusIs(absl::StatusCode::kUnavailable));
}

TEST_P(ServiceTest, IncomingEventIsTakenOnceAndInOrder) {
  absl::Status status;
  const auto deliver = [&](int64_t sequence) {
    service_->Deliver({"other", "s", sequence, "test.Lost", "x"},
                      [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
    return status;
  };
  EXPECT_THAT(deliver(2), testing::ReasonIs(kEventOutOfOrder));
  EXPECT_THAT(deliver(1), testing::IsOk());
  EXPECT_THAT(deliver(1), testing::IsOk());
  EXPECT_THAT(deliver(2), testing::IsOk());
  EXPECT_EQ(All<LoanRow>("").size(), 2u);
}

TEST_P(ServiceTest, UnknownEventTypeIsRefusedLoudly) {
  absl::Status status;
  service_->Deliver({"other", "s", 1, "test.Unheard", "x"},
                    [&](absl::StatusOr<std::string> outcome) { status = outcome.status(); });
  EXPECT_THAT(status, testing::ReasonIs(kEventUnknown));
}

INSTANTIATE_TEST_SUITE_P(Databases, ServiceTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
