// Who hears what of whom.
#include "services/cases/cases_fixture.h"
#include "services/cases/reasons.h"

namespace jissho::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class RelayTest : public CasesTest {};

TEST_P(RelayTest, ASubmissionOpensTheCase) {
  Submit("c1");
  const v1::Case found = Get("c1");
  EXPECT_EQ(found.state(), v1::CASE_STATE_RECEIVED);
  EXPECT_EQ(found.title(), "見本の実証");
  EXPECT_EQ(found.received_time().seconds(), kStart);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_P(RelayTest, ACorrectionReplacesWhatWasSubmitted) {
  Submit("c1");
  auto returned = OfProposal<intake::v1::ProposalReturned>("c1");
  returned.set_reason("見積書がない");
  Hear("intake", "c1", returned);
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_RETURNED);
  EXPECT_EQ(Get("c1").ended_reason(), "見積書がない");
  auto again = Submitted("c1", "直した題名");
  again.set_revision(2);
  Hear("intake", "c1", again);
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_RECEIVED);
  EXPECT_EQ(Get("c1").title(), "直した題名");
  EXPECT_EQ(Get("c1").revision(), 2);
}

TEST_P(RelayTest, AnAcceptedProposalGoesToTheReview) {
  Submit("c1");
  Accept("c1");
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_IN_REVIEW);
  EXPECT_THAT(Told(), ElementsAre("review CaseAccepted"));
  const auto accepted = harness_->Sent<v1::CaseAccepted>();
  ASSERT_EQ(accepted.size(), 1u);
  EXPECT_EQ(accepted[0].requested_yen(), 1000000);
  EXPECT_EQ(accepted[0].receipt_number(), 1);
}

TEST_P(RelayTest, AnAdoptionGoesToIntakeSubsidyAndTrial) {
  SubmitAndAdopt("c1");
  EXPECT_THAT(Told(), UnorderedElementsAre("review CaseAccepted", "intake CaseDecided", "subsidy CaseDecided",
                                           "trial CaseDecided"));
  const v1::CaseDecided decided = harness_->Sent<v1::CaseDecided>()[0];
  EXPECT_TRUE(decided.adopted());
  EXPECT_EQ(decided.decision_id(), "decision-c1");
  EXPECT_EQ(decided.offered_yen(), 900000);
  EXPECT_EQ(decided.programme_id(), "prog-1");
}

TEST_P(RelayTest, ARejectionGoesToIntakeOnly) {
  Submit("c1");
  Accept("c1");
  Hear("review", "c1", Decision("c1", review::v1::OUTCOME_REJECTED));
  EXPECT_THAT(Told(), UnorderedElementsAre("review CaseAccepted", "intake CaseDecided"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_NOT_ADOPTED);
}

TEST_P(RelayTest, ARunnerUpIsPromotedByASecondDecision) {
  Submit("c1");
  Accept("c1");
  Hear("review", "c1", Decision("c1", review::v1::OUTCOME_RESERVE));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_RESERVE);
  Adopt("c1");
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_ADOPTED);
  EXPECT_THAT(Told(), UnorderedElementsAre("review CaseAccepted", "intake CaseDecided", "intake CaseDecided",
                                           "subsidy CaseDecided", "trial CaseDecided"));
}

TEST_P(RelayTest, ASecondAdoptionReservesTheMoneyOnce) {
  SubmitAndAdopt("c1");
  Adopt("c1");
  EXPECT_THAT(Told(), UnorderedElementsAre("review CaseAccepted", "intake CaseDecided", "subsidy CaseDecided",
                                           "trial CaseDecided"));
}

TEST_P(RelayTest, ADeclinedAdoptionFreesMoneyTrialAndPlace) {
  SubmitAndAdopt("c1");
  auto declined = OfProposal<intake::v1::AdoptionDeclined>("c1");
  declined.set_reason("社内事情");
  Hear("intake", "c1", declined);
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_DECLINED);
  Told();
  const auto sent = harness_->Sent<v1::CaseDeclined>();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].reason(), "社内事情");
}

TEST_P(RelayTest, ARunnerUpWhoGivesUpConcernsTheReviewOnly) {
  Submit("c1");
  Accept("c1");
  Hear("review", "c1", Decision("c1", review::v1::OUTCOME_RESERVE));
  Hear("intake", "c1", OfProposal<intake::v1::AdoptionDeclined>("c1"));
  EXPECT_THAT(Told(),
              UnorderedElementsAre("review CaseAccepted", "intake CaseDecided", "review CaseDeclined"));
}

TEST_P(RelayTest, APromotionThatCrossesTheRunnerUpsRefusalOpensNothing) {
  Submit("c1");
  Accept("c1");
  Hear("review", "c1", Decision("c1", review::v1::OUTCOME_RESERVE));
  Hear("intake", "c1", OfProposal<intake::v1::AdoptionDeclined>("c1"));
  Adopt("c1");
  EXPECT_THAT(Told(),
              UnorderedElementsAre("review CaseAccepted", "intake CaseDecided", "review CaseDeclined"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_DECLINED);
}

TEST_P(RelayTest, AWithdrawalThatCrossesTheAdoptionUndoesIt) {
  SubmitAndAdopt("c1");
  Hear("intake", "c1", OfProposal<intake::v1::ProposalWithdrawn>("c1"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_WITHDRAWN);
  Told();
  EXPECT_EQ(harness_->Sent<v1::CaseDeclined>().size(), 3u);
}

TEST_P(RelayTest, AWithdrawalBeforeTheDecisionConcernsTheReviewOnly) {
  Submit("c1");
  Accept("c1");
  Hear("intake", "c1", OfProposal<intake::v1::ProposalWithdrawn>("c1"));
  EXPECT_THAT(Told(), ElementsAre("review CaseAccepted", "review CaseWithdrawn"));
}

TEST_P(RelayTest, AnIneligibleProposalConcernsNobody) {
  Submit("c1");
  Hear("intake", "c1", OfProposal<intake::v1::ProposalIneligible>("c1"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_INELIGIBLE);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_P(RelayTest, TheWholeWayFromGrantToFollowUp) {
  SubmitAndAdopt("c1");
  Hear("subsidy", "c1", GrantDecided("c1"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_GRANTED);
  Hear("trial", "c1", TrialStarted("c1"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_TRIAL_RUNNING);
  Hear("trial", "c1", TrialCompleted("c1"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_TRIAL_ENDED);
  Hear("subsidy", "c1", GrantFixed("c1"));
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_FIXED);
  Hear("subsidy", "c1", GrantSettled("c1"));
  const v1::Case settled = Get("c1");
  EXPECT_EQ(settled.state(), v1::CASE_STATE_FOLLOW_UP);
  EXPECT_EQ(settled.settled_yen(), 700000);
  EXPECT_TRUE(settled.trial_run());
  EXPECT_TRUE(settled.trial_completed());
  Told();
  EXPECT_EQ(harness_->Sent<v1::CaseGrantDecided>().at(0).decision_date(), "2022-08-20");
  EXPECT_EQ(harness_->Sent<v1::CaseTrialStarted>().at(0).start_date(), "2022-09-01");
  EXPECT_TRUE(harness_->Sent<v1::CaseTrialEnded>().at(0).completed());
  EXPECT_EQ(harness_->Sent<v1::CaseTrialEnded>().at(0).end_date(), "2023-02-28");
}

TEST_P(RelayTest, ARefusedGrantCancelsTheTrial) {
  SubmitAndAdopt("c1");
  subsidy::v1::GrantRefused refused;
  refused.set_case_id("c1");
  refused.set_reason("要件を満たさない");
  Hear("subsidy", "c1", refused);
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_REFUSED);
  Told();
  EXPECT_EQ(harness_->Sent<v1::CaseGrantRefused>().at(0).reason(), "要件を満たさない");
}

TEST_P(RelayTest, ATrialGivenUpBeforeItsStartWasNotRun) {
  SubmitAndAdopt("c1");
  Hear("subsidy", "c1", GrantDecided("c1"));
  trial::v1::TrialCancelled cancelled;
  cancelled.set_case_id("c1");
  cancelled.set_end_date("2022-08-30");
  Hear("trial", "c1", cancelled);
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_CANCELLED);
  EXPECT_FALSE(Get("c1").trial_run());
  Told();
  EXPECT_FALSE(harness_->Sent<v1::CaseTrialEnded>().at(0).completed());
  EXPECT_EQ(harness_->Sent<v1::CaseTrialEnded>().at(0).end_date(), "2022-08-30");
}

TEST_P(RelayTest, TheNewestSurveyAnswerIsKept) {
  SubmitAndAdopt("c1");
  survey::v1::SurveyAnswered answered;
  answered.set_case_id("c1");
  answered.set_status_code("implemented");
  answered.mutable_answered_time()->set_seconds(kStart + 5);
  Hear("survey", "c1", answered);
  EXPECT_EQ(Get("c1").survey_status_code(), "implemented");
  EXPECT_EQ(Get("c1").survey_answered_time().seconds(), kStart + 5);
}

TEST_P(RelayTest, NewsOfACaseThatHasNotBeenReceivedAreKeptByTheirSender) {
  EXPECT_THAT(harness_->Deliver("review", "c1", Decision("c1", review::v1::OUTCOME_ADOPTED)),
              testing::ReasonIs(kCaseNotFound));
  Submit("c1");
  Adopt("c1");
  EXPECT_EQ(Get("c1").outcome(), "ADOPTED");
}

INSTANTIATE_TEST_SUITE_P(Databases, RelayTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::cases
