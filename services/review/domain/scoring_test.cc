#include "services/review/domain/scoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/review/reasons.h"

namespace jissho::review {
namespace {

using ::testing::ElementsAre;

// The published rubric: seven criteria, 100 marks, grades 5 4 3 1 0, minimum 60 percent.
Rules Rubric() {
  Rules rules;
  const int64_t weights[] = {4, 2, 4, 2, 5, 2, 1};
  for (const int64_t weight : weights) {
    const std::string code(1, static_cast<char>('a' + rules.criteria.size()));
    rules.criteria.push_back({code, code, weight});
  }
  rules.grades = {5, 4, 3, 1, 0};
  rules.floor_percent = 60;
  return rules;
}

Sheet SheetOf(const std::string& seat, std::vector<int64_t> grades) { return {seat, std::move(grades)}; }

std::vector<int64_t> All(int64_t grade) { return std::vector<int64_t>(7, grade); }

TEST(ScoringTest, FullMarksAreTheBestGradeInEveryCriterion) { EXPECT_EQ(FullMarks(Rubric()), 100); }

TEST(ScoringTest, WeighsTheGradesOfThePublishedExample) {
  EXPECT_EQ(WeightedTotal(Rubric(), {5, 4, 3, 3, 4, 5, 3}), 79);
  EXPECT_EQ(WeightedTotal(Rubric(), All(3)), 60);
  EXPECT_EQ(WeightedTotal(Rubric(), All(0)), 0);
}

TEST(ScoringTest, PassesTheFloorAtExactlySixtyPercent) {
  const auto aggregate = AggregateSheets(Rubric(), "p", {SheetOf("A", All(3))});
  ASSERT_TRUE(aggregate.ok());
  EXPECT_TRUE(aggregate->above_floor);
}

TEST(ScoringTest, FailsTheFloorBelowByAThirdOfAPoint) {
  auto almost = All(3);
  almost[6] = 1;  // 58, the mean of 60 60 58 is 59 1/3
  const auto aggregate =
      AggregateSheets(Rubric(), "p", {SheetOf("A", All(3)), SheetOf("B", All(3)), SheetOf("C", almost)});
  ASSERT_TRUE(aggregate.ok());
  EXPECT_EQ(aggregate->score, Fraction(178, 3));
  EXPECT_FALSE(aggregate->above_floor);
}

TEST(ScoringTest, KeepsMeanAndSumExactly) {
  const auto aggregate = AggregateSheets(
      Rubric(), "p", {SheetOf("A", {5, 4, 3, 3, 4, 5, 3}), SheetOf("B", All(3)), SheetOf("C", All(5))});
  ASSERT_TRUE(aggregate.ok());
  EXPECT_EQ(aggregate->sum, 239);
  EXPECT_EQ(aggregate->scorers, 3);
  EXPECT_EQ(aggregate->score.ToText(), "239/3");
  EXPECT_EQ(aggregate->score.ToDecimals(), "79.67");
}

TEST(ScoringTest, AMissingSeatDoesNotLowerTheMean) {
  const auto of_two = AggregateSheets(Rubric(), "p", {SheetOf("A", All(4)), SheetOf("B", All(4))});
  const auto of_one = AggregateSheets(Rubric(), "p", {SheetOf("A", All(4))});
  ASSERT_TRUE(of_two.ok() && of_one.ok());
  EXPECT_EQ(of_two->score, of_one->score);
}

TEST(ScoringTest, RefusesAnEntryThatNobodyScored) {
  EXPECT_TRUE(HasReason(AggregateSheets(Rubric(), "p", {}).status(), kEntryUnscored));
}

TEST(ScoringTest, AFloorInEveryCriterionFailsASingleLowOne) {
  Rules rules = Rubric();
  rules.item_floor_percent = 60;
  auto grades = All(5);
  EXPECT_TRUE(AggregateSheets(rules, "p", {SheetOf("A", grades)})->above_floor);
  grades[6] = 1;
  EXPECT_FALSE(AggregateSheets(rules, "p", {SheetOf("A", grades)})->above_floor);
}

TEST(ScoringTest, TrimsOneHighAndOneLowWithFiveSheets) {
  Rules rules = Rubric();
  rules.aggregation = Aggregation::kTrimmedMean;
  std::vector<Sheet> sheets = {SheetOf("A", All(0)), SheetOf("B", All(3)), SheetOf("C", All(3)),
                               SheetOf("D", All(4)), SheetOf("E", All(5))};
  const auto five = AggregateSheets(rules, "p", sheets);
  ASSERT_TRUE(five.ok());
  EXPECT_EQ(five->score, Fraction(200, 3));
  EXPECT_EQ(five->sum, 300);
  sheets.pop_back();
  EXPECT_EQ(AggregateSheets(rules, "p", sheets)->score, Fraction(50));
}

TEST(ScoringTest, OrdersGradesByCriterion) {
  const auto grades =
      OrderGrades(Rubric(), {{"g", 0}, {"a", 5}, {"b", 4}, {"c", 3}, {"d", 1}, {"e", 5}, {"f", 3}});
  ASSERT_TRUE(grades.ok());
  EXPECT_THAT(*grades, ElementsAre(5, 4, 3, 1, 5, 3, 0));
}

TEST(ScoringTest, NamesAllFaultsOfASheetAtOnce) {
  // Grade 2 is not in the table, "z" is unknown, "a" is repeated, "g" is missing.
  const auto grades =
      OrderGrades(Rubric(), {{"a", 5}, {"a", 5}, {"b", 2}, {"c", 3}, {"d", 1}, {"e", 5}, {"f", 3}, {"z", 3}});
  const auto detail = GetErrorDetail(grades.status());
  ASSERT_TRUE(detail.has_value());
  std::vector<std::string> fields;
  for (const auto& fault : detail->faults) fields.push_back(fault.field);
  EXPECT_THAT(fields, ElementsAre("grades[1]", "grades[2]", "grades[7]", "grades"));
}

TEST(ScoringTest, CountsASeatsEqualBestForBothEntries) {
  const auto places = CountFirstPlaces(Rubric(), {{"p", {SheetOf("A", All(4)), SheetOf("B", All(5))}},
                                                  {"q", {SheetOf("A", All(4)), SheetOf("B", All(3))}}});
  EXPECT_EQ(places.at("p"), 2);
  EXPECT_EQ(places.at("q"), 1);
}

TEST(FractionTest, ComparesExactlyWhereFloatingPointWouldNot) {
  const int64_t big = int64_t{1} << 60;
  EXPECT_LT(Fraction(big, big + 1), Fraction(big + 1, big + 2));
  EXPECT_EQ(Fraction(2, 6), Fraction(1, 3));
  EXPECT_LT(Fraction(1, -2), Fraction(0));
}

TEST(FractionTest, RoundsHalfUpForPeople) {
  EXPECT_EQ(Fraction(1, 200).ToDecimals(), "0.01");
  EXPECT_EQ(Fraction(59999, 1000).ToDecimals(), "60.00");
}

}  // namespace
}  // namespace jissho::review
