#include "services/trial/domain/rules.h"

#include <gtest/gtest.h>

#include "services/trial/reasons.h"
#include "tests/support/status_matchers.h"

namespace jissho::trial {
namespace {

using civil::CivilDate;
using testing::IsOk;
using testing::ReasonIs;

const TrialDates kTrial{
    {CivilDate(2022, 8, 1), CivilDate(2023, 3, 15)}, CivilDate(2022, 8, 20), std::nullopt};
const CivilDate kLater(2023, 3, 31);

TEST(TrialRulesTest, StartsOnTheDayOfTheGrantDecision) {
  EXPECT_THAT(CheckStart(kTrial, CivilDate(2022, 8, 20), kLater), IsOk());
}

TEST(TrialRulesTest, RefusesAStartBeforeTheGrantDecision) {
  EXPECT_THAT(CheckStart(kTrial, CivilDate(2022, 8, 19), kLater), ReasonIs(kTrialBeforeGrantDecision));
}

TEST(TrialRulesTest, RefusesAStartBeforeTheWindow) {
  TrialDates early = kTrial;
  early.grant_decision = CivilDate(2022, 7, 1);
  EXPECT_THAT(CheckStart(early, CivilDate(2022, 7, 31), kLater), ReasonIs(kTrialOutsideWindow));
}

TEST(TrialRulesTest, StartsOnTheLastDayOfTheWindowButNotAfterIt) {
  EXPECT_THAT(CheckStart(kTrial, CivilDate(2023, 3, 15), kLater), IsOk());
  EXPECT_THAT(CheckStart(kTrial, CivilDate(2023, 3, 16), kLater), ReasonIs(kTrialOutsideWindow));
}

TEST(TrialRulesTest, RefusesAStartThatHasNotCome) {
  EXPECT_THAT(CheckStart(kTrial, CivilDate(2022, 9, 2), CivilDate(2022, 9, 1)), ReasonIs(kDateInFuture));
}

TEST(TrialRulesTest, EndsOnTheDayOfItsStart) {
  TrialDates running = kTrial;
  running.start = CivilDate(2022, 9, 1);
  EXPECT_THAT(CheckEnd(running, CivilDate(2022, 9, 1), kLater), IsOk());
  EXPECT_THAT(CheckEnd(running, CivilDate(2022, 8, 31), kLater), ReasonIs(kTrialEndsBeforeStart));
}

TEST(TrialRulesTest, RefusesAnEndAfterTheWindow) {
  EXPECT_THAT(CheckEnd(kTrial, CivilDate(2023, 3, 15), kLater), IsOk());
  EXPECT_THAT(CheckEnd(kTrial, CivilDate(2023, 3, 16), kLater), ReasonIs(kTrialOutsideWindow));
}

TEST(TrialRulesTest, RefusesAnEndThatHasNotCome) {
  EXPECT_THAT(CheckEnd(kTrial, CivilDate(2023, 3, 1), CivilDate(2023, 2, 28)), ReasonIs(kDateInFuture));
}

TEST(TrialRulesTest, MilestonesFallIntoTheWindow) {
  EXPECT_THAT(CheckMilestone(kTrial, CivilDate(2022, 8, 1)), IsOk());
  EXPECT_THAT(CheckMilestone(kTrial, CivilDate(2022, 7, 31)), ReasonIs(kMilestoneOutsideTrial));
}

TEST(TrialRulesTest, GivingAPromiseUpNeedsAReason) {
  EXPECT_THAT(CheckRecord(PromiseState::kOpen, PromiseState::kGivenUp, " \n"), ReasonIs(kPromiseNoteMissing));
  EXPECT_THAT(CheckRecord(PromiseState::kOpen, PromiseState::kGivenUp, "施設が休館"), IsOk());
}

TEST(TrialRulesTest, AClosedPromiseStaysClosed) {
  EXPECT_THAT(CheckRecord(PromiseState::kDelivered, PromiseState::kOpen, ""),
              ReasonIs(kPromiseAlreadyClosed));
  EXPECT_THAT(CheckRecord(PromiseState::kGivenUp, PromiseState::kDelivered, "x"),
              ReasonIs(kPromiseAlreadyClosed));
}

TEST(TrialRulesTest, EarliestIgnoresWhatHasNoDate) {
  EXPECT_EQ(Earliest({"", "2022-10-01", "2022-09-30", ""}), "2022-09-30");
  EXPECT_EQ(Earliest({"", ""}), "");
}

}  // namespace
}  // namespace jissho::trial
