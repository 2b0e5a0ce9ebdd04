// What a trial hears of its case, and what it tells it.
#include "services/trial/reasons.h"
#include "services/trial/trial_fixture.h"
#include "workflow/act/reasons.h"

namespace jissho::trial {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class TrialEventsTest : public TrialTest {};

TEST_P(TrialEventsTest, AnAdoptionOpensTheTrialWithTheCallsDates) {
  Adopt();
  const v1::Trial trial = Get();
  EXPECT_EQ(trial.state(), v1::TRIAL_STATE_PREPARING);
  EXPECT_EQ(trial.window_start_date(), "2022-08-01");
  EXPECT_EQ(trial.window_end_date(), "2023-03-15");
}

TEST_P(TrialEventsTest, AnAdoptionWaitsForItsCall) {
  EXPECT_THAT(harness_->Deliver("cases", "t1", Adoption("t1")), testing::ReasonIs(kTrialCallUnknown));
  Adopt();
  EXPECT_EQ(Get().state(), v1::TRIAL_STATE_PREPARING);
}

TEST_P(TrialEventsTest, ARejectionOpensNothing) {
  Publish();
  auto rejected = Adoption("t1");
  rejected.set_adopted(false);
  ASSERT_OK(harness_->Deliver("cases", "t1", rejected));
  v1::GetTrialRequest request;
  request.set_id("t1");
  EXPECT_THAT(harness_->Call<v1::Trial>(manager_, "GetTrial", request), testing::ReasonIs(kTrialNotFound));
}

TEST_P(TrialEventsTest, TheGrantDecisionLetsItStart) {
  Adopt();
  DecideGrant();
  EXPECT_EQ(Get().state(), v1::TRIAL_STATE_READY);
  EXPECT_EQ(Get().grant_decision_date(), "2022-08-20");
}

TEST_P(TrialEventsTest, ADeclinedAdoptionCancelsItBeforeTheStart) {
  Adopt();
  cases::v1::CaseDeclined declined;
  declined.set_case_id("t1");
  declined.set_reason("社内事情");
  ASSERT_OK(harness_->Deliver("cases", "t1", declined));
  EXPECT_EQ(Get().state(), v1::TRIAL_STATE_CANCELLED);
  EXPECT_EQ(Get().cancel_reason(), "社内事情");
  const auto sent = Sent<v1::TrialCancelled>();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_FALSE(sent[0].had_started());
  EXPECT_EQ(sent[0].end_date(), "2022-09-01");
}

TEST_P(TrialEventsTest, ARevokedGrantCancelsARunningTrial) {
  Run();
  cases::v1::CaseGrantRefused refused;
  refused.set_case_id("t1");
  refused.set_reason("虚偽の申請");
  ASSERT_OK(harness_->Deliver("cases", "t1", refused));
  EXPECT_EQ(Get().state(), v1::TRIAL_STATE_CANCELLED);
  EXPECT_TRUE(Sent<v1::TrialCancelled>().at(0).had_started());
}

TEST_P(TrialEventsTest, NewsThatComeTooLateChangeNothing) {
  Run();
  ASSERT_OK(CompleteOn("2022-09-01"));
  cases::v1::CaseDeclined declined;
  declined.set_case_id("t1");
  ASSERT_OK(harness_->Deliver("cases", "t1", declined));
  EXPECT_EQ(Get().state(), v1::TRIAL_STATE_COMPLETED);
  EXPECT_THAT(Sent<v1::TrialCancelled>(), IsEmpty());
}

TEST_P(TrialEventsTest, NewsOfACaseThatWasNeverAdoptedChangeNothing) {
  cases::v1::CaseDeclined declined;
  declined.set_case_id("t9");
  EXPECT_OK(harness_->Deliver("cases", "t9", declined));
}

TEST_P(TrialEventsTest, TheCaseHearsOfStartAndEndOnce) {
  Run();
  ASSERT_OK(harness_->AdvanceTo(civil::StartOfDay(civil::CivilDate(2023, 3, 1))));
  ASSERT_OK(CompleteOn("2023-02-28"));
  EXPECT_EQ(Sent<v1::TrialStarted>().at(0).start_date(), "2022-09-01");
  ASSERT_THAT(Sent<v1::TrialCompleted>(), SizeIs(1));
  EXPECT_EQ(Sent<v1::TrialCompleted>()[0].end_date(), "2023-02-28");
}

INSTANTIATE_TEST_SUITE_P(Databases, TrialEventsTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::trial
