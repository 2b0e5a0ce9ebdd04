#include "workflow/chart/condition_words.h"

#include <gtest/gtest.h>

namespace jissho::chart {
namespace {

class ConditionWordsTest : public ::testing::Test {
 protected:
  ConditionWordsTest() {
    chart_.states.resize(2);
    chart_.states[1].index = 1;
    chart_.states[1].id = "adopted";
    chart_.states[1].label = "採択";
    chart_.states[1].label_en = "Adopted";
    vocabulary_.data = {{"to_pay", {"支払う額", "the amount to pay"}}, {"late", {"遅れ", "late"}}};
    vocabulary_.values = {{"FIRST", {"一次審査", "first review"}}};
  }
  std::string Ja(absl::string_view condition) const {
    return DescribeCondition(chart_, vocabulary_, condition).ja;
  }
  std::string En(absl::string_view condition) const {
    return DescribeCondition(chart_, vocabulary_, condition).en;
  }
  Chart chart_;
  Vocabulary vocabulary_;
};

TEST_F(ConditionWordsTest, NamesStatesByTheirLabels) {
  EXPECT_EQ(Ja("In('adopted')"), "「採択」である");
  EXPECT_EQ(En("!In('adopted')"), "not in 'Adopted'");
}

TEST_F(ConditionWordsTest, ComparesNamedData) {
  EXPECT_EQ(Ja("_event.data.to_pay > 0"), "支払う額が0より大きい");
  EXPECT_EQ(En("_event.data.to_pay >= 10"), "the amount to pay is at least 10");
  EXPECT_EQ(Ja("stage == 'FIRST'"), "stageが「一次審査」である");
  EXPECT_EQ(Ja("stage != ''"), "stageが空でない");
  EXPECT_EQ(En("_event.data.x === null"), "the given x is none");
}

TEST_F(ConditionWordsTest, ReadsTruthAndItsOpposite) {
  EXPECT_EQ(Ja("late"), "遅れである");
  EXPECT_EQ(Ja("late === false"), "遅れでない");
  EXPECT_EQ(En("late != true"), "not late");
  EXPECT_EQ(En("!!late"), "late");
}

TEST_F(ConditionWordsTest, JoinsPartsAndKeepsTheirGroups) {
  EXPECT_EQ(En("late && (In('adopted') || a < 1)"), "late and (in 'Adopted' or a is less than 1)");
  EXPECT_EQ(Ja("a == 1 && b == 2 || late"), "（aが1である、かつbが2である）、または遅れである");
}

TEST_F(ConditionWordsTest, MovesANegationInside) {
  EXPECT_EQ(En("!(late || a > 1)"), "not late and a is at most 1");
  EXPECT_EQ(En("!(late && a > 1)"), "not late or a is at most 1");
}

TEST_F(ConditionWordsTest, LeavesWhatItDoesNotKnowAsItIsWritten) {
  for (const char* text : {"size(list) > 1", "a + 1 == b", "list[0]", "In('nowhere')", "a ? b : c",
                           "(a) == b", "a == 'it\\'s'", "a &&", "'open", ") (", "In(adopted)"}) {
    EXPECT_EQ(Ja(text), text);
    EXPECT_EQ(En(text), text);
  }
  EXPECT_EQ(Ja(""), "");
}

TEST_F(ConditionWordsTest, SurvivesDeepNesting) {
  std::string deep(1000, '(');
  deep.append("a").append(1000, ')');
  EXPECT_EQ(Ja(deep), deep);
}

}  // namespace
}  // namespace jissho::chart
