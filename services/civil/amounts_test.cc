#include "services/civil/amounts.h"

#include <gtest/gtest.h>

#include "services/civil/reasons.h"

namespace jissho::civil {
namespace {

constexpr Rate kHalf{1, 2};
constexpr Rate kTwoThirds{2, 3};
constexpr Rate kWhole{1, 1};

TEST(RateTest, ReadsFractionsAndWritesThemAsRead) {
  EXPECT_EQ(*ParseRate("2/3"), kTwoThirds);
  EXPECT_EQ(*ParseRate("1"), kWhole);
  EXPECT_EQ(*ParseRate("10/10"), (Rate{10, 10}));
  EXPECT_EQ(FormatRate(*ParseRate("10/10")), "10/10");
  EXPECT_EQ(FormatRate(kWhole), "1");
}

TEST(RateTest, RefusesWhatIsNoShareOfTheCost) {
  for (const char* text :
       {"0", "0/3", "3/2", "1/0", "0.5", "50%", "-1/2", "1/2/3", "1/", "/2", "", "1/1000001"}) {
    EXPECT_TRUE(HasReason(ParseRate(text).status(), kRateInvalid)) << text;
  }
}

TEST(GrantAmountTest, IsTheRatedCostFlooredToTheThousandAndCapped) {
  struct Case {
    int64_t eligible;
    Rate rate;
    int64_t amount;
  };
  const Case cases[] = {
      {1'543'210, kTwoThirds, 1'000'000},
      {1'234'567, kTwoThirds, 823'000},
      {1'499, kHalf, 0},
      {2'000'000, kHalf, 1'000'000},
      {1'999'999, kHalf, 999'000},
      {3'000'001, {1, 3}, 1'000'000},
      {999, kWhole, 0},
      {1'100'000, kWhole, 1'000'000},
      {0, kHalf, 0},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(*GrantAmount(c.eligible, c.rate, 1000, 1'000'000, std::nullopt), c.amount) << c.eligible;
  }
}

TEST(GrantAmountTest, NeverExceedsTheRemainingBudget) {
  EXPECT_EQ(*GrantAmount(2'000'000, kHalf, 1000, 1'000'000, 300'000), 300'000);
  EXPECT_EQ(*GrantAmount(2'000'000, kHalf, 1000, 1'000'000, 0), 0);
}

TEST(GrantAmountTest, WithoutCapItIsTheRatedCost) {
  EXPECT_EQ(*GrantAmount(1'543'210, kTwoThirds, 1000, std::nullopt, std::nullopt), 1'028'000);
  EXPECT_EQ(*GrantAmount(1'543'210, kTwoThirds, 10, std::nullopt, std::nullopt), 1'028'800);
}

TEST(GrantAmountTest, HoldsAtTheLimitAndRefusesBeyondIt) {
  EXPECT_EQ(*GrantAmount(kMaxYen, {999'999, 1'000'000}, 1, std::nullopt, std::nullopt), 9'999'990'000'000);
  for (const int64_t eligible : {kMaxYen + 1, int64_t{-1}}) {
    const auto amount = GrantAmount(eligible, kHalf, 1000, std::nullopt, std::nullopt);
    EXPECT_EQ(amount.status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_TRUE(HasReason(amount.status(), kAmountOutOfRange));
  }
}

TEST(GrantAmountTest, RefusesAnUnknownUnitAndANonsenseRate) {
  EXPECT_TRUE(
      HasReason(GrantAmount(1, kHalf, 500, std::nullopt, std::nullopt).status(), kRoundingUnitInvalid));
  EXPECT_TRUE(HasReason(GrantAmount(1, {1, 0}, 1000, std::nullopt, std::nullopt).status(), kRateInvalid));
  EXPECT_TRUE(HasReason(GrantAmount(1, {3, 2}, 1000, std::nullopt, std::nullopt).status(), kRateInvalid));
}

TEST(FixedAmountTest, IsTheRatedActualCostWithinTheDecision) {
  EXPECT_EQ(*FixedAmount(1'000'000, 1'234'567, kTwoThirds, 1000), 823'000);
  EXPECT_EQ(*FixedAmount(800'000, 1'800'000, kHalf, 1000), 800'000);
}

TEST(FixedAmountTest, DeductsIncomeBeyondTheOwnCostWhereTheRuleSaysSo) {
  EXPECT_EQ(*FixedAmount(500'000, 500'000, {10, 10}, 1000, OwnBurden{500'000, 620'000, 0}), 0);
  EXPECT_EQ(*FixedAmount(500'000, 500'000, {10, 10}, 1000, OwnBurden{500'000, 100'000, 50'000}), 350'000);
}

TEST(SettlementTest, PaysTheRestOrOrdersTheExcessBack) {
  EXPECT_EQ(*SettleAdvances(823'000, 900'000), (Settlement{0, 77'000}));
  EXPECT_EQ(*SettleAdvances(800'000, 0), (Settlement{800'000, 0}));
  EXPECT_EQ(*SettleAdvances(800'000, 800'000), (Settlement{0, 0}));
}

TEST(ConsumptionTaxTest, ReturnsTheDeductibleTaxInTheSubsidy) {
  EXPECT_EQ(*ConsumptionTaxReturn(1'000'000, {1'000'000, 0, 1'000'000}, kWhole), 90'909);
  EXPECT_EQ(*ConsumptionTaxReturn(1'000'000, {600'000, 0, 1'000'000}, kWhole), 54'545);
  EXPECT_EQ(*ConsumptionTaxReturn(1'000'000, {1'000'000, 0, 1'000'000}, {80, 100}), 72'727);
  EXPECT_EQ(*ConsumptionTaxReturn(1'000'000, {1'000'000, 0, 1'000'000}, {0, 1}), 0);
  EXPECT_EQ(*ConsumptionTaxReturn(1'080'000, {0, 1'080'000, 1'080'000}, kWhole), 80'000);
}

TEST(ConsumptionTaxTest, RefusesPartsLargerThanTheWhole) {
  EXPECT_TRUE(HasReason(ConsumptionTaxReturn(1, {600, 500, 1000}, kWhole).status(), kAmountOutOfRange));
}

TEST(ThousandYenTest, RoundsTheSumAsTheSheetAsks) {
  EXPECT_EQ(*ToThousandYen(5'874'500, Rounding::kFloor), 5874);
  EXPECT_EQ(*ToThousandYen(5'874'500, Rounding::kHalfUp), 5875);
  EXPECT_EQ(*ToThousandYen(5'874'499, Rounding::kHalfUp), 5874);
  EXPECT_EQ(*ToThousandYen(5'874'001, Rounding::kCeiling), 5875);
  EXPECT_EQ(*ToThousandYen(5'874'000, Rounding::kCeiling), 5874);
}

TEST(ThousandYenTest, RoundsNegativeSumsByTheSameRule) {
  EXPECT_EQ(*ToThousandYen(-1, Rounding::kFloor), -1);
  EXPECT_EQ(*ToThousandYen(-1500, Rounding::kHalfUp), -1);
  EXPECT_EQ(*ToThousandYen(-1501, Rounding::kHalfUp), -2);
  EXPECT_EQ(*ToThousandYen(-999, Rounding::kCeiling), 0);
}

TEST(FundSplitTest, LeavesTheOddThousandToTheGeneralFunds) {
  EXPECT_EQ(*SplitShare(5875, 1, 2), (FundSplit{2937, 2938}));
  EXPECT_EQ(*SplitShare(1214, 1, 2), (FundSplit{607, 607}));
}

TEST(FundSplitTest, FloorsToACoarserUnit) {
  EXPECT_EQ(*SplitShare(5875, 1, 2, 100), (FundSplit{2900, 2975}));
}

TEST(PersonnelCostTest, GivesTheEightPublishedRowsOfFiscalYear2022) {
  // Unit costs inferred from the published sheets, not published themselves.
  const PersonnelRate rate{2022, 6'810'000, 2'444};
  const int64_t rows[][3] = {{30, 5000, 2166},  {100, 15000, 7177}, {50, 5000, 3528}, {100, 19000, 7275},
                             {100, 8000, 7006}, {80, 9000, 5668},   {70, 8000, 4963}, {40, 6000, 2871}};
  for (const auto& [fte, hours, thousand_yen] : rows)
    EXPECT_EQ(*PersonnelCost(rate, fte, hours), thousand_yen);
}

TEST(PersonnelCostTest, RoundsUpOnlyWhatIsNotWhole) {
  EXPECT_EQ(*PersonnelCost({2022, 1'000, 0}, 100, 0), 1);
  EXPECT_EQ(*PersonnelCost({2022, 1'001, 0}, 100, 0), 2);
  EXPECT_EQ(*PersonnelCost({2022, 6'810'000, 2'444}, 0, 0), 0);
}

}  // namespace
}  // namespace jissho::civil
