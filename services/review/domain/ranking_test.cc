#include "services/review/domain/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/review/reasons.h"

namespace jissho::review {
namespace {

using ::testing::ElementsAre;

Rules TwoCriteria() {
  Rules rules;
  rules.criteria = {{"light", "light", 1}, {"heavy", "heavy", 3}};
  rules.grades = {5, 4, 3, 1, 0};
  rules.floor_percent = 60;  // of 20: 12
  return rules;
}

Aggregate Scored(const std::string& id, std::vector<int64_t> grades, const Rules& rules = TwoCriteria()) {
  return *AggregateSheets(rules, id, {{"A", std::move(grades)}});
}

std::vector<std::string> Passed(const std::vector<Screened>& screened) {
  std::vector<std::string> ids;
  for (const Screened& s : screened) {
    if (s.passed) ids.push_back(s.aggregate.case_id);
  }
  return ids;
}

std::vector<std::string> Order(const RankingOutcome& outcome) {
  std::vector<std::string> ids;
  for (const Ranked& r : outcome.ranked) ids.push_back(r.aggregate.case_id);
  return ids;
}

TEST(ScreeningTest, LetsAllWhoTieAtTheLinePass) {
  Rules rules = TwoCriteria();
  rules.first_review_places = 2;
  const auto screened = ScreenFirst(rules, {Scored("c", {4, 4}), Scored("a", {5, 5}), Scored("b", {4, 4}),
                                            Scored("d", {3, 4}), Scored("e", {4, 4})});
  EXPECT_THAT(Passed(screened), ElementsAre("a", "b", "c", "e"));
  EXPECT_EQ(screened[3].rank, 2);
  EXPECT_EQ(screened[4].rank, 5);
}

TEST(ScreeningTest, NobodyBelowTheFloorPassesHoweverManyPlacesAreLeft) {
  Rules rules = TwoCriteria();
  rules.first_review_places = 10;
  EXPECT_THAT(Passed(ScreenFirst(rules, {Scored("a", {3, 3}), Scored("b", {1, 3})})), ElementsAre("a"));
}

TEST(ScreeningTest, OneBelowAnItemFloorTakesNoPlaceFromOthers) {
  Rules rules = TwoCriteria();
  rules.first_review_places = 1;
  rules.item_floor_percent = 60;
  const auto screened = ScreenFirst(rules, {Scored("high", {1, 5}, rules), Scored("even", {3, 3}, rules)});
  EXPECT_THAT(Passed(screened), ElementsAre("even"));
}

TEST(ScreeningTest, WithoutPlacesEveryoneAboveTheFloorPasses) {
  EXPECT_THAT(Passed(ScreenFirst(TwoCriteria(), {Scored("a", {3, 3}), Scored("b", {5, 5})})),
              ElementsAre("b", "a"));
}

TEST(RankingTest, SeparatesEqualScoresByTheHeaviestCriterion) {
  Rules rules = TwoCriteria();
  rules.tie_breaks = {TieBreak::kHeaviestCriterion};
  // Both 16 of 20.
  const auto outcome = RankSecond(rules, {{Scored("a", {4, 4}), 0, 0}, {Scored("b", {1, 5}), 0, 0}}, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(Order(*outcome), ElementsAre("b", "a"));
  ASSERT_EQ(outcome->steps.size(), 1u);
  EXPECT_TRUE(outcome->steps[0].separated);
}

TEST(RankingTest, TriesTheStepsInOrderAndLogsEach) {
  Rules rules = TwoCriteria();
  rules.tie_breaks = {TieBreak::kHeaviestCriterion, TieBreak::kLowerRequest};
  const auto outcome = RankSecond(rules, {{Scored("a", {4, 4}), 900, 0}, {Scored("b", {4, 4}), 800, 0}}, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(Order(*outcome), ElementsAre("b", "a"));
  ASSERT_EQ(outcome->steps.size(), 2u);
  EXPECT_FALSE(outcome->steps[0].separated);
  EXPECT_EQ(outcome->steps[1].step, TieBreak::kLowerRequest);
  EXPECT_TRUE(outcome->steps[1].separated);
}

TEST(RankingTest, SeparatesByANamedCriterionAndByFirstPlaces) {
  Rules rules = TwoCriteria();
  rules.tie_breaks = {TieBreak::kNamedCriterion};
  rules.tie_break_criterion = "light";
  auto outcome = RankSecond(rules, {{Scored("a", {1, 5}), 0, 0}, {Scored("b", {4, 4}), 0, 0}}, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(Order(*outcome), ElementsAre("b", "a"));
  rules.tie_breaks = {TieBreak::kFirstPlaces};
  outcome = RankSecond(rules, {{Scored("a", {4, 4}), 0, 2}, {Scored("b", {4, 4}), 0, 3}}, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(Order(*outcome), ElementsAre("b", "a"));
}

TEST(RankingTest, AsksTheChairForEveryGroupThatStaysTied) {
  const std::vector<Candidate> candidates = {{Scored("a", {4, 4}), 0, 0},
                                             {Scored("b", {4, 4}), 0, 0},
                                             {Scored("c", {3, 3}), 0, 0},
                                             {Scored("d", {3, 3}), 0, 0}};
  const auto refused = RankSecond(TwoCriteria(), candidates, {});
  ASSERT_TRUE(HasReason(refused.status(), kTieUnresolved));
  EXPECT_EQ(GetErrorDetail(refused.status())->metadata.at("groups"), "a, b; c, d");

  const auto outcome =
      RankSecond(TwoCriteria(), candidates, {{{"b", "a"}, "sample 1"}, {{"c", "d"}, "sample 2"}});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(Order(*outcome), ElementsAre("b", "a", "c", "d"));
  EXPECT_EQ(outcome->ranked[3].rank, 4);
  EXPECT_EQ(outcome->steps[0].reason, "sample 1");
}

TEST(RankingTest, RefusesAChairsOrderWithoutReason) {
  const auto refused = RankSecond(TwoCriteria(), {{Scored("a", {4, 4}), 0, 0}, {Scored("b", {4, 4}), 0, 0}},
                                  {{{"b", "a"}, ""}});
  EXPECT_TRUE(HasReason(refused.status(), kFieldInvalid));
}

TEST(RankingTest, RefusesAChairsOrderOfEntriesThatAreNotTied) {
  const auto refused = RankSecond(TwoCriteria(), {{Scored("a", {5, 5}), 0, 0}, {Scored("b", {4, 4}), 0, 0}},
                                  {{{"b", "a"}, "sample"}});
  EXPECT_TRUE(HasReason(refused.status(), kFieldInvalid));
}

TEST(RankingTest, EntriesBelowTheFloorNeedNoChairAndStandLast) {
  const auto outcome =
      RankSecond(TwoCriteria(),
                 {{Scored("x", {1, 1}), 0, 0}, {Scored("y", {1, 1}), 0, 0}, {Scored("a", {3, 3}), 0, 0}}, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(Order(*outcome), ElementsAre("a", "x", "y"));
  EXPECT_EQ(outcome->ranked[1].rank, 2);
  EXPECT_EQ(outcome->ranked[2].rank, 2);
}

TEST(RankingTest, TheChairsDecisionIsAlwaysTheLastStep) {
  EXPECT_THAT(EffectiveTieBreaks({TieBreak::kLowerRequest, TieBreak::kLowerRequest, TieBreak::kChairDecision,
                                  TieBreak::kFirstPlaces}),
              ElementsAre(TieBreak::kLowerRequest, TieBreak::kChairDecision));
  EXPECT_THAT(EffectiveTieBreaks({}), ElementsAre(TieBreak::kChairDecision));
}

}  // namespace
}  // namespace jissho::review
