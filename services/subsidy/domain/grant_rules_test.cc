#include "services/subsidy/domain/grant_rules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/subsidy/reasons.h"

namespace jissho::subsidy {
namespace {

using Day = civil::CivilDate;

const GrantTerms kTwoThirds{"2/3", 1'000'000, 1000};
const Scope kGrant{{"01-020108-16", 2022}, "programme-1", SubjectKind::kGrant, "case-1"};
const std::vector<ChecklistAnswer> kInOrder = {{1, true}, {2, true}, {3, true}, {4, true}};

TEST(CostTableTest, AddsUpTheEligibleCost) {
  EXPECT_EQ(*EligibleSum({{"報償費", "講師", 300, 200}, {"役務費", "郵送", 50, 50}}), 250);
}

TEST(CostTableTest, NamesEveryRowWhoseEligiblePartExceedsItsCost) {
  const auto sum = EligibleSum({{"報償費", "a", 10, 11}, {"役務費", "b", 10, 10}, {"旅費", "c", 0, 1}});
  ASSERT_TRUE(HasReason(sum.status(), kFieldInvalid));
  std::vector<std::string> fields;
  const auto detail = GetErrorDetail(sum.status());
  for (const FieldFault& fault : detail->faults) fields.push_back(fault.field);
  EXPECT_THAT(fields, testing::ElementsAre("costs[0].eligible_yen", "costs[2].eligible_yen"));
}

TEST(CostTableTest, RefusesTheSameRowTwice) {
  EXPECT_TRUE(HasReason(EligibleSum({{"旅費", "a", 1, 1}, {"旅費", "a", 1, 1}}).status(), kFieldInvalid));
}

TEST(CostTableTest, RefusesASumThatNoBudgetHolds) {
  constexpr int64_t kHuge = 10'000'000'000'000;
  EXPECT_TRUE(
      HasReason(EligibleSum({{"a", "", kHuge, kHuge}, {"b", "", kHuge, kHuge}}).status(), kFieldInvalid));
}

TEST(ApplicationTest, ComputesTheAmountFromTheEligibleCost) {
  EXPECT_EQ(*CheckApplication(kTwoThirds, 1'000'000, 823'000, 1'234'567), 823'000);
}

TEST(ApplicationTest, TheCapBindsHoweverHighTheCost) {
  EXPECT_EQ(*CheckApplication(kTwoThirds, 1'000'000, 1'000'000, 1'543'210), 1'000'000);
}

TEST(ApplicationTest, RefusesMoreThanTheRateGives) {
  EXPECT_TRUE(
      HasReason(CheckApplication(kTwoThirds, 1'000'000, 823'001, 1'234'567).status(), kAmountAboveRate));
}

TEST(ApplicationTest, RefusesMoreThanWasOffered) {
  EXPECT_TRUE(
      HasReason(CheckApplication(kTwoThirds, 800'000, 800'001, 1'543'210).status(), kAmountAboveOffer));
}

TEST(ApplicationTest, ACallWithoutACapIsBoundByTheOfferAlone) {
  const GrantTerms terms{"1/1", 0, 1};
  EXPECT_EQ(*CheckApplication(terms, 9'000'000, 9'000'000, 9'000'000), 9'000'000);
}

TEST(DraftTest, TakesTheAmountAppliedForWithAllItemsInOrder) {
  EXPECT_TRUE(CheckDraft(800'000, 800'000, "", kInOrder).ok());
}

TEST(DraftTest, NeverDecidesMoreThanWasAppliedFor) {
  EXPECT_TRUE(HasReason(CheckDraft(800'000, 800'001, "増額", kInOrder), kAmountAboveApplication));
}

TEST(DraftTest, AModificationNeedsAReason) {
  EXPECT_TRUE(HasReason(CheckDraft(800'000, 700'000, "", kInOrder), kModificationReasonRequired));
  EXPECT_TRUE(CheckDraft(800'000, 700'000, "対象外経費を除いた", kInOrder).ok());
}

TEST(DraftTest, RefusesAMissingAFailedOrATwiceAnsweredItem) {
  EXPECT_TRUE(HasReason(CheckDraft(1, 1, "", {{1, true}, {2, true}, {3, true}}), kChecklistIncomplete));
  EXPECT_TRUE(
      HasReason(CheckDraft(1, 1, "", {{1, true}, {2, false}, {3, true}, {4, true}}), kChecklistIncomplete));
  EXPECT_TRUE(HasReason(CheckDraft(1, 1, "", {{1, true}, {2, true}, {3, true}, {4, false}, {4, true}}),
                        kChecklistIncomplete));
}

TEST(WithdrawalTest, IsPossibleUpToTheFifteenthDayAfterTheDecision) {
  EXPECT_TRUE(CheckWithdrawal(Day(2022, 8, 1), Day(2022, 8, 16), 0).ok());
  EXPECT_TRUE(HasReason(CheckWithdrawal(Day(2022, 8, 1), Day(2022, 8, 17), 0), kWithdrawalTooLate));
}

TEST(WithdrawalTest, IsRefusedOnceAnythingWasPaid) {
  EXPECT_TRUE(HasReason(CheckWithdrawal(Day(2022, 8, 1), Day(2022, 8, 2), 1), kGrantAlreadyPaid));
}

TEST(AdvanceTest, AllAdvancesTogetherStayWithinTheDecidedAmount) {
  EXPECT_TRUE(CheckAdvance(1'000'000, 600'000, 400'000).ok());
  EXPECT_TRUE(HasReason(CheckAdvance(1'000'000, 600'000, 400'001), kAdvanceAboveDecided));
}

TEST(ReportTest, IsDueThirtyDaysAfterCompletionButNotAfterTheCallsLastDay) {
  EXPECT_EQ(ReportDue(Day(2023, 2, 1), Day(2023, 3, 31)), Day(2023, 3, 3));
  EXPECT_EQ(ReportDue(Day(2023, 3, 15), Day(2023, 3, 31)), Day(2023, 3, 31));
  EXPECT_EQ(ReportDue(Day(2024, 1, 30), Day(2024, 3, 31)), Day(2024, 2, 29));
  EXPECT_EQ(ReportDue(Day(2023, 1, 30), Day(2023, 3, 31)), Day(2023, 3, 1));
}

TEST(FixingTest, NeverExceedsTheDecision) {
  EXPECT_EQ(*Fix(kTwoThirds, 700'000, 0, 9'000'000), (Fixing{700'000, 0, 700'000, 0}));
}

TEST(FixingTest, FreesWhatWasDecidedAboveTheActualCost) {
  EXPECT_EQ(*Fix(kTwoThirds, 1'000'000, 0, 1'234'567), (Fixing{823'000, 177'000, 823'000, 0}));
}

TEST(FixingTest, PaysTheRestAboveTheAdvances) {
  EXPECT_EQ(*Fix(kTwoThirds, 1'000'000, 500'000, 1'234'567), (Fixing{823'000, 177'000, 323'000, 0}));
}

TEST(FixingTest, OrdersBackWhatWasAdvancedAboveIt) {
  EXPECT_EQ(*Fix(kTwoThirds, 1'000'000, 900'000, 1'234'567), (Fixing{823'000, 100'000, 0, 77'000}));
}

TEST(FixingTest, OrdersBackEverythingWhenNothingWasSpent) {
  EXPECT_EQ(*Fix(kTwoThirds, 1'000'000, 1'000'000, 1'499), (Fixing{0, 0, 0, 1'000'000}));
}

TEST(FixingTest, PostsTheFreedCommitmentAndTheReceivable) {
  EXPECT_THAT(EntriesOf(kGrant, {823'000, 100'000, 0, 77'000}),
              testing::ElementsAre(Decommit(kGrant, 100'000), Claim(kGrant, 77'000)));
}

TEST(FixingTest, PostsNothingWhenAllOfTheDecisionIsStillToBePaid) {
  EXPECT_THAT(EntriesOf(kGrant, {1'000'000, 0, 1'000'000, 0}), testing::IsEmpty());
}

TEST(AccountTest, TheHolderBeginsWithThePayeesNameWhateverTheSpaces) {
  EXPECT_TRUE(CheckAccountHolder("見本株式会社", "見本 株式会社　代表取締役 見本").ok());
  EXPECT_TRUE(HasReason(CheckAccountHolder("見本株式会社", "別の見本株式会社"), kAccountNotOwn));
}

TEST(AccountTest, AMaskShowsAtMostTheLastThreeDigits) {
  EXPECT_EQ(MaskAccountNumber("1234567"), "****567");
  EXPECT_EQ(MaskAccountNumber("12"), "*2");
  EXPECT_EQ(MaskAccountNumber(""), "");
}

TEST(DateTest, TodayIsNotInTheFuture) {
  EXPECT_TRUE(CheckNotInFuture(Day(2023, 4, 1), Day(2023, 4, 1)).ok());
  EXPECT_TRUE(HasReason(CheckNotInFuture(Day(2023, 4, 2), Day(2023, 4, 1)), kDateInFuture));
}

}  // namespace
}  // namespace jissho::subsidy
