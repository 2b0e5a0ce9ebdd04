#include "services/review/domain/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/review/reasons.h"

namespace jissho::review {
namespace {

Rules Money(int64_t quota, int64_t budget) {
  Rules rules;
  rules.quota = quota;
  rules.grant_budget_yen = budget;
  rules.cap_yen = 1'000'000;
  rules.rounding_unit_yen = 1'000;
  return rules;
}

DraftEntry Entry(const std::string& id, int64_t rank, int64_t requested, bool above = true) {
  DraftEntry entry;
  entry.case_id = id;
  entry.rank = rank;
  entry.requested_yen = requested;
  entry.above_floor = above;
  return entry;
}

std::vector<DecisionOutcome> Outcomes(const std::vector<DraftLine>& lines) {
  std::vector<DecisionOutcome> out;
  for (const DraftLine& line : lines) out.push_back(line.outcome);
  return out;
}

using ::testing::ElementsAre;
constexpr auto kAdopted = DecisionOutcome::kAdopted;
constexpr auto kReserve = DecisionOutcome::kReserve;
constexpr auto kRejected = DecisionOutcome::kRejected;

TEST(DecisionTest, OffersTheRequestUpToTheCapRoundedDown) {
  EXPECT_EQ(OfferFor(Money(1, 0), 654'321), 654'000);
  EXPECT_EQ(OfferFor(Money(1, 0), 3'000'000), 1'000'000);
  EXPECT_EQ(OfferFor(Money(1, 0), 999), 0);
}

TEST(DecisionTest, AdoptsWithinTheQuotaAndOrdersTheRunnersUp) {
  const auto lines = WalkBudget(
      Money(1, 5'000'000), MisfitRule::kStop,
      {Entry("a", 1, 1'000), Entry("b", 2, 1'000), Entry("c", 3, 1'000), Entry("d", 4, 1'000, false)});
  EXPECT_THAT(Outcomes(lines), ElementsAre(kAdopted, kReserve, kReserve, kRejected));
  EXPECT_EQ(lines[1].reserve_order, 1);
  EXPECT_EQ(lines[2].reserve_order, 2);
  EXPECT_EQ(lines[2].offered_yen, 0);
  EXPECT_EQ(lines[2].proposed_yen, 1'000);
}

TEST(DecisionTest, SpendsTheBudgetToTheLastYen) {
  const auto lines =
      WalkBudget(Money(5, 1'500'000), MisfitRule::kStop, {Entry("a", 1, 1'000'000), Entry("b", 2, 500'000)});
  EXPECT_THAT(Outcomes(lines), ElementsAre(kAdopted, kAdopted));
}

TEST(DecisionTest, StopsAtTheFirstThatDoesNotFit) {
  const auto lines = WalkBudget(Money(5, 1'500'000), MisfitRule::kStop,
                                {Entry("a", 1, 1'000'000), Entry("b", 2, 900'000), Entry("c", 3, 500'000)});
  EXPECT_THAT(Outcomes(lines), ElementsAre(kAdopted, kReserve, kReserve));
}

TEST(DecisionTest, SkipsWhatDoesNotFitWhenToldSo) {
  const auto lines = WalkBudget(Money(5, 1'500'000), MisfitRule::kSkip,
                                {Entry("a", 1, 1'000'000), Entry("b", 2, 900'000), Entry("c", 3, 500'000)});
  EXPECT_THAT(Outcomes(lines), ElementsAre(kAdopted, kReserve, kAdopted));
}

TEST(DecisionTest, AReducedOfferMakesRoomForTheNext) {
  DraftEntry reduced = Entry("b", 2, 900'000);
  reduced.given_yen = 500'000;
  const auto lines = WalkBudget(Money(5, 1'500'000), MisfitRule::kStop, {Entry("a", 1, 1'000'000), reduced});
  EXPECT_EQ(lines[1].outcome, kAdopted);
  EXPECT_EQ(lines[1].offered_yen, 500'000);
}

TEST(DecisionTest, ConditionsMakeAConditionalAdoption) {
  DraftEntry entry = Entry("a", 1, 1'000);
  entry.conditions = {"sample"};
  EXPECT_THAT(Outcomes(WalkBudget(Money(1, 1'000'000), MisfitRule::kStop, {entry})),
              ElementsAre(DecisionOutcome::kAdoptedWithConditions));
}

TEST(DecisionTest, AnAmountStaysWithinRequestCapAndUnit) {
  const Rules rules = Money(1, 0);
  EXPECT_TRUE(CheckOffer(rules, 800'000, 800'000, "f").empty());
  EXPECT_EQ(CheckOffer(rules, 800'000, 801'000, "f").size(), 1u);
  EXPECT_EQ(CheckOffer(rules, 3'000'000, 1'000'500, "f").size(), 2u);
}

ReleasedEntry Released(const std::string& id) {
  ReleasedEntry entry;
  entry.case_id = id;
  entry.requested_yen = 600'000;
  entry.proposed_yen = 600'000;
  return entry;
}

std::vector<ReleasedEntry> OneDeclinedTwoWaiting() {
  ReleasedEntry adopted = Released("a");
  adopted.is_adopted = true;
  adopted.offered_yen = 600'000;
  ReleasedEntry declined = Released("b");
  declined.is_declined = true;
  declined.offered_yen = 600'000;
  ReleasedEntry second = Released("d");
  second.is_reserve = true;
  second.reserve_order = 2;
  ReleasedEntry first = Released("c");
  first.is_reserve = true;
  first.reserve_order = 1;
  return {adopted, declined, second, first};
}

TEST(PromotionTest, TakesTheNextInOrderWithTheFreedMoney) {
  const auto promotion =
      Promote(Money(2, 1'200'000), OneDeclinedTwoWaiting(), 0, "", 0, "2022-09-30", "2022-09-30");
  ASSERT_TRUE(promotion.ok());
  EXPECT_EQ(promotion->case_id, "c");
  EXPECT_EQ(promotion->offered_yen, 600'000);
}

TEST(PromotionTest, RefusesToPassOverTheNextInOrder) {
  const auto refused =
      Promote(Money(2, 1'200'000), OneDeclinedTwoWaiting(), 0, "d", 0, "2022-09-01", "2022-09-30");
  EXPECT_TRUE(HasReason(refused.status(), kReserveOrder));
}

TEST(PromotionTest, RefusesWhenAsManyWerePromotedAsDeclined) {
  const auto refused =
      Promote(Money(2, 1'200'000), OneDeclinedTwoWaiting(), 1, "", 0, "2022-09-01", "2022-09-30");
  EXPECT_TRUE(HasReason(refused.status(), kNoVacancy));
}

TEST(PromotionTest, RefusesAfterTheExpiryDate) {
  const auto refused =
      Promote(Money(2, 1'200'000), OneDeclinedTwoWaiting(), 0, "", 0, "2022-10-01", "2022-09-30");
  EXPECT_TRUE(HasReason(refused.status(), kReserveExpired));
}

TEST(PromotionTest, RefusesMoreThanTheMoneyThatIsFree) {
  const auto refused =
      Promote(Money(2, 1'100'000), OneDeclinedTwoWaiting(), 0, "", 0, "2022-09-01", "2022-09-30");
  EXPECT_TRUE(HasReason(refused.status(), kBudgetInsufficient));
  EXPECT_TRUE(
      Promote(Money(2, 1'100'000), OneDeclinedTwoWaiting(), 0, "", 500'000, "2022-09-01", "2022-09-30").ok());
}

TEST(PromotionTest, RefusesWhenNobodyWaits) {
  ReleasedEntry declined = Released("b");
  declined.is_declined = true;
  EXPECT_TRUE(
      HasReason(Promote(Money(1, 0), {declined}, 0, "", 0, "2022-09-01", "2022-09-30").status(), kNoReserve));
}

}  // namespace
}  // namespace jissho::review
