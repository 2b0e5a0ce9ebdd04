#include "services/cases/domain/progress.h"

#include <gtest/gtest.h>

namespace jissho::cases {
namespace {

using States = std::set<std::string>;

TEST(ProgressTest, ANewCaseIsReceived) {
  EXPECT_EQ(StateOf(States{"received", "undecided", "no_grant", "trial_pending"}), "RECEIVED");
}

TEST(ProgressTest, AnAcceptedCaseIsInReview) {
  EXPECT_EQ(StateOf(States{"accepted", "undecided"}), "IN_REVIEW");
}

TEST(ProgressTest, TheTrialLeadsWhileItRuns) {
  EXPECT_EQ(StateOf(States{"accepted", "adopted", "granted", "running"}), "TRIAL_RUNNING");
}

TEST(ProgressTest, AnAmountFixedBeforeTheEndOfTheTrialIsHeardOfDoesNotEndTheTrial) {
  EXPECT_EQ(StateOf(States{"accepted", "adopted", "fixed", "running"}), "TRIAL_RUNNING");
  EXPECT_EQ(StateOf(States{"accepted", "adopted", "settled", "running"}), "TRIAL_RUNNING");
}

TEST(ProgressTest, AfterTheTrialTheMoneyLeads) {
  EXPECT_EQ(StateOf(States{"accepted", "adopted", "granted", "completed"}), "TRIAL_ENDED");
  EXPECT_EQ(StateOf(States{"accepted", "adopted", "fixed", "completed"}), "FIXED");
  EXPECT_EQ(StateOf(States{"accepted", "adopted", "settled", "completed"}), "FOLLOW_UP");
}

TEST(ProgressTest, AnAdoptionHeardOfAfterTheApplicantGaveUpDoesNotBringTheCaseBack) {
  EXPECT_EQ(StateOf(States{"withdrawn", "void"}), "WITHDRAWN");
  EXPECT_EQ(StateOf(States{"declined", "void"}), "DECLINED");
}

TEST(ProgressTest, AClosedFileIsClosedWhateverElseHolds) {
  EXPECT_EQ(StateOf(States{"accepted", "adopted", "settled", "completed", "file_closed"}), "CLOSED");
  EXPECT_EQ(StateOf(States{"imported", "imported_closed"}), "CLOSED");
}

TEST(ProgressTest, AWithdrawalCountsTheSameInEitherOrder) {
  EXPECT_EQ(AdoptedIn(States{"withdrawn", "adopted"}), AdoptedIn(States{"withdrawn", "void"}));
  EXPECT_FALSE(AdoptedIn(States{"withdrawn", "adopted"}));
}

TEST(ProgressTest, ADeclinedAdoptionStaysAnAdoption) {
  EXPECT_TRUE(AdoptedIn(States{"declined", "adopted"}));
  EXPECT_TRUE(DeclinedIn(States{"declined", "adopted"}));
}

TEST(ProgressTest, ARunnerUpWhoGivesUpHasDeclinedNoAdoption) {
  EXPECT_FALSE(DeclinedIn(States{"declined", "reserve"}));
}

TEST(ProgressTest, CountsFiveAdoptedOfWhichOneDeclinedAsFourTrials) {
  Counts counts;
  Add(counts, {"FOLLOW_UP", true, false, true, true}, 4);
  Add(counts, {"DECLINED", true, true, false, false}, 1);
  Add(counts, {"NOT_ADOPTED", false, false, false, false}, 10);
  EXPECT_EQ(counts.received, 15);
  EXPECT_EQ(counts.adopted, 5);
  EXPECT_EQ(counts.declined, 1);
  EXPECT_EQ(counts.trials_run, 4);
  EXPECT_EQ(counts.in_progress, 0);
}

TEST(ProgressTest, UnfinishedCasesAreCountedAsInProgress) {
  Counts counts;
  Add(counts, {"RESERVE", false, false, false, false}, 2);
  Add(counts, {"TRIAL_RUNNING", true, false, true, false}, 1);
  EXPECT_EQ(counts.in_progress, 3);
}

TEST(ProgressTest, APastTrialNeedsAnAdoption) {
  EXPECT_EQ(ContradictionsOf(PastOutcome::kNotAdopted, true, 0).size(), 1u);
  EXPECT_TRUE(ContradictionsOf(PastOutcome::kAdopted, true, 1000000).empty());
  EXPECT_TRUE(ContradictionsOf(PastOutcome::kAdopted, false, 0).empty());
}

TEST(ProgressTest, APastAmountNeedsATrial) {
  EXPECT_EQ(ContradictionsOf(PastOutcome::kAdopted, false, 1).size(), 1u);
  EXPECT_EQ(ContradictionsOf(PastOutcome::kWithdrawn, true, 0).size(), 1u);
}

}  // namespace
}  // namespace jissho::cases
