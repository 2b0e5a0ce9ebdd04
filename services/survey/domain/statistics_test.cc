#include "services/survey/domain/statistics.h"

#include <gtest/gtest.h>

#include "services/survey/domain/suppression.h"

namespace jissho::survey {
namespace {

std::vector<int64_t> Likert() {
  std::vector<int64_t> values;
  for (const auto& [value, count] : {std::pair{5, 8}, {4, 12}, {3, 5}, {2, 3}, {1, 2}}) {
    values.insert(values.end(), count, value);
  }
  return values;
}

TEST(StatisticsTest, DescribesALikertScale) {
  const auto moments = Describe(Likert());
  ASSERT_TRUE(moments && moments->deviation && moments->mean_interval);
  EXPECT_EQ(moments->n, 30);
  EXPECT_NEAR(moments->mean, 3.7, 1e-9);
  EXPECT_NEAR(moments->median, 4, 1e-9);
  EXPECT_NEAR(*moments->deviation, 1.178836, 1e-6);
  EXPECT_NEAR(moments->mean_interval->low, 3.259815, 2e-6);
  EXPECT_NEAR(moments->mean_interval->high, 4.140185, 2e-6);
}

TEST(StatisticsTest, MedianOfAnEvenSampleLiesBetweenTheMiddleOnes) {
  EXPECT_DOUBLE_EQ(Describe({9, 1, 4, 3})->median, 3.5);
}

TEST(StatisticsTest, NoValuesHaveNoMean) { EXPECT_FALSE(Describe({}).has_value()); }

TEST(StatisticsTest, OneValueHasNoDeviation) {
  const auto moments = Describe({7});
  EXPECT_DOUBLE_EQ(moments->mean, 7);
  EXPECT_FALSE(moments->deviation.has_value());
}

TEST(StatisticsTest, GivesNoIntervalForFewerThanFive) {
  EXPECT_FALSE(Describe({1, 2, 3, 4})->mean_interval.has_value());
  EXPECT_TRUE(Describe({1, 2, 3, 4, 5})->mean_interval.has_value());
}

TEST(StatisticsTest, KeepsTheDigitsOfLargeAmountsThatLieCloseTogether) {
  EXPECT_DOUBLE_EQ(*Describe({1'000'000'000'001, 1'000'000'000'002, 1'000'000'000'003})->deviation, 1.0);
}

TEST(StatisticsTest, StudentIsContinuousWhereTheTableEnds) {
  EXPECT_NEAR(StudentT975(29), 2.04523, 1e-5);
  EXPECT_NEAR(StudentT975(31), 2.03951, 1e-5);
  EXPECT_NEAR(StudentT975(120), 1.97993, 1e-5);
  EXPECT_NEAR(StudentT975(1'000'000), 1.95997, 1e-5);
}

struct WilsonCase {
  int64_t hits;
  int64_t n;
  double low;
  double high;
};

class WilsonTest : public ::testing::TestWithParam<WilsonCase> {};

TEST_P(WilsonTest, GivesTheKnownInterval) {
  const Interval interval = WilsonInterval(GetParam().hits, GetParam().n);
  EXPECT_NEAR(interval.low, GetParam().low, 1e-6);
  EXPECT_NEAR(interval.high, GetParam().high, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Known, WilsonTest,
                         ::testing::Values(WilsonCase{0, 10, 0.0, 0.277533}, WilsonCase{1, 1, 0.206549, 1.0},
                                           WilsonCase{5, 5, 0.565518, 1.0},
                                           WilsonCase{8, 10, 0.490162, 0.943318},
                                           WilsonCase{50, 100, 0.403832, 0.596168},
                                           WilsonCase{20, 30, 0.487801, 0.807695}));

TEST(BasisPointsTest, CountsValidAnswersAmongTheDelivered) { EXPECT_EQ(BasisPoints(26, 40 - 2), 6842); }

TEST(BasisPointsTest, RoundsHalfUp) {
  EXPECT_EQ(BasisPoints(1, 20000), 1);
  EXPECT_EQ(BasisPoints(1, 20001), 0);
}

TEST(BasisPointsTest, OfNothingIsZero) { EXPECT_EQ(BasisPoints(0, 0), 0); }

TEST(SuppressionTest, HidesASmallCellAndTheSmallestOther) {
  EXPECT_EQ(HideInPartition({23, 4, 12}), (std::vector<bool>{false, true, true}));
}

TEST(SuppressionTest, ShowsATableWithoutSmallCells) {
  EXPECT_EQ(HideInPartition({23, 5, 0}), (std::vector<bool>{false, false, false}));
}

TEST(SuppressionTest, HidesAThirdCellWhenTwoSmallOnesTogetherAreStillSmall) {
  EXPECT_EQ(HideInPartition({20, 1, 2, 9}), (std::vector<bool>{false, true, true, true}));
}

TEST(SuppressionTest, TwoHiddenCellsThatReachTheThresholdSuffice) {
  EXPECT_EQ(HideInPartition({20, 3, 4, 9}), (std::vector<bool>{false, true, true, false}));
}

TEST(SuppressionTest, NeverLeavesOneHiddenCellAloneBesideOthers) {
  for (int64_t a = 0; a <= 8; ++a) {
    for (int64_t b = 0; b <= 8; ++b) {
      for (int64_t c = 0; c <= 8; ++c) {
        const std::vector<int64_t> counts{a, b, c};
        if (a + b + c < kSmallCell) continue;
        const auto hidden = HideInPartition(counts);
        int64_t cells = 0;
        int64_t sum = 0;
        for (size_t i = 0; i < counts.size(); ++i) {
          EXPECT_TRUE(hidden[i] || !IsSmall(counts[i]));
          cells += hidden[i];
          sum += hidden[i] ? counts[i] : 0;
        }
        EXPECT_TRUE(cells == 0 || (cells >= 2 && sum >= kSmallCell)) << a << " " << b << " " << c;
      }
    }
  }
}

TEST(SuppressionTest, HidesAChoiceThatNearlyAllMade) {
  EXPECT_EQ(HideInMultiple({38, 20, 3, 39, 0}, 39), (std::vector<bool>{true, false, true, false, false}));
}

}  // namespace
}  // namespace jissho::survey
