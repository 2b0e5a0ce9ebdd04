#include "services/survey/domain/questionnaire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "embedded/survey_data.h"
#include "services/survey/domain/plan.h"
#include "services/survey/domain/results.h"
#include "services/survey/reasons.h"
#include "tests/support/status_matchers.h"

namespace jissho::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Fields(const std::vector<FieldFault>& faults) {
  std::vector<std::string> fields;
  for (const FieldFault& fault : faults) fields.push_back(fault.field);
  return fields;
}

Questionnaire Sample() {
  Questionnaire sample{"sample", "見本", "Sample", {}};
  sample.questions = {
      {"status",
       "状況",
       "",
       QuestionKind::kSingle,
       {{"implemented", "実装", ""}, {"paused", "中断", ""}},
       true,
       0,
       1,
       ""},
      {"obstacles",
       "妨げ",
       "",
       QuestionKind::kMulti,
       {{"money", "資金", ""}, {"people", "人材", ""}},
       false,
       0,
       2,
       ""},
      {"effect", "効果", "", QuestionKind::kScale, {}, false, 5, 3, ""},
      {"jobs", "雇用", "", QuestionKind::kNumber, {}, false, 0, 4, "人"},
      {"comments", "自由記述", "", QuestionKind::kText, {}, false, 0, 5, ""},
  };
  return sample;
}

Response Choice(const std::string& question, const std::string& choice) {
  return {question, {choice}, {}, ""};
}
Response Number(const std::string& question, int64_t number) { return {question, {}, number, ""}; }

std::vector<std::vector<Response>> Scale(const std::vector<std::pair<int64_t, int>>& counts) {
  std::vector<std::vector<Response>> answers;
  for (const auto& [value, count] : counts) answers.insert(answers.end(), count, {Number("effect", value)});
  return answers;
}

TEST(QuestionnaireTest, TheFollowUpOfTheProductIsWellFormed) {
  ASSERT_OK_AND_ASSIGN(const Questionnaire built_in,
                       QuestionnaireFromText(embedded::survey_data().front().second));
  EXPECT_THAT(Fields(CheckQuestionnaire(built_in)), IsEmpty());
  int64_t groups = 0;
  for (const Question& question : built_in.questions) groups = std::max(groups, question.group);
  EXPECT_EQ(groups, 12);
  ASSERT_NE(built_in.Find(kStatusQuestion), nullptr);
  EXPECT_TRUE(built_in.Find(kStatusQuestion)->required);
}

TEST(QuestionnaireTest, ReportsAllFaultsAtOnce) {
  Questionnaire bad = Sample();
  bad.code = "Bad Code";
  bad.questions[0].options.pop_back();
  bad.questions[1].code = "status";
  bad.questions[2].scale_max = 1;
  bad.questions[3].options = {{"x", "x", ""}};
  bad.questions[4].kind = QuestionKind::kUnspecified;
  EXPECT_THAT(Fields(CheckQuestionnaire(bad)),
              ElementsAre("code", "questions[0].options", "questions[1].code", "questions[2].scale_max",
                          "questions[3].options", "questions[4].kind"));
}

TEST(QuestionnaireTest, SurvivesItsText) {
  ASSERT_OK_AND_ASSIGN(const Questionnaire again, QuestionnaireFromText(ToText(Sample())));
  EXPECT_EQ(ContentHash(again), ContentHash(Sample()));
}

TEST(QuestionnaireTest, AChangedWordGivesAnotherHash) {
  Questionnaire changed = Sample();
  changed.questions[0].text_ja = "現在の状況";
  EXPECT_NE(ContentHash(changed), ContentHash(Sample()));
}

TEST(QuestionnaireTest, RefusesATextThatIsNone) {
  EXPECT_THAT(QuestionnaireFromText("{\"code\": 1}").status(), testing::ReasonIs(kStoredTextMalformed));
}

TEST(ResponsesTest, AcceptsACompleteAnswer) {
  EXPECT_THAT(CheckResponses(Sample(), {Choice("status", "paused"),
                                        {"obstacles", {"money", "people"}, {}, ""},
                                        Number("effect", 5),
                                        Number("jobs", 0),
                                        {"comments", {}, {}, "x"}}),
              IsEmpty());
}

TEST(ResponsesTest, ReportsTheFaultsOfAllAnswersAtOnce) {
  EXPECT_THAT(
      Fields(CheckResponses(Sample(), {Choice("unasked", "x"), Choice("obstacles", "weather"),
                                       Number("effect", 6), Number("jobs", -1), Number("comments", 1)})),
      ElementsAre("responses[0].question", "responses[1].choices", "responses[2].number",
                  "responses[3].number", "responses[4].number", "responses"));
}

TEST(ResponsesTest, ASingleChoiceIsOneChoice) {
  EXPECT_THAT(Fields(CheckResponses(Sample(), {{"status", {"implemented", "paused"}, {}, ""}})),
              ElementsAre("responses[0].choices"));
}

TEST(ResponsesTest, RefusesTheSameQuestionTwice) {
  EXPECT_THAT(Fields(CheckResponses(Sample(), {Choice("status", "paused"), Choice("status", "paused")})),
              ElementsAre("responses[1].question"));
}

TEST(ResponsesTest, ABlankResponseDoesNotAnswerARequiredQuestion) {
  EXPECT_THAT(Fields(CheckResponses(Sample(), {{"status", {}, {}, "  "}})), ElementsAre("responses"));
}

TEST(ResponsesTest, SurviveTheirText) {
  ASSERT_OK_AND_ASSIGN(
      const auto again,
      ResponsesFromText(ToText({Choice("status", "paused"), Number("jobs", 0), {"x", {}, {}, ""}})));
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(StatusCode(again), "paused");
  EXPECT_EQ(again[1].number, 0);
}

TEST(ResponsesTest, AnAnswerOfBlanksIsNotValid) {
  EXPECT_FALSE(IsValidAnswer({{"comments", {}, {}, " "}}));
  EXPECT_TRUE(IsValidAnswer({Number("jobs", 0)}));
}

TEST(TallyTest, CountsAScaleWithMomentsAndTopTwo) {
  const QuestionTally tally =
      TallyQuestion(Sample().questions[2], Scale({{5, 8}, {4, 12}, {3, 5}, {2, 3}, {1, 2}}), false);
  EXPECT_EQ(tally.n, 30);
  EXPECT_FALSE(tally.reference_only);
  ASSERT_TRUE(tally.moments && tally.top_two && tally.cells[3].share);
  EXPECT_NEAR(tally.moments->mean, 3.7, 1e-9);
  EXPECT_EQ(tally.top_two->count, 20);
  EXPECT_EQ(tally.top_two->basis_points, 6667);
  EXPECT_NEAR(tally.top_two->interval.low, 0.487801, 1e-6);
  EXPECT_EQ(tally.cells[3].share->count, 12);
}

TEST(TallyTest, HidesWhatWouldGiveASmallCellAway) {
  const QuestionTally tally = TallyQuestion(Sample().questions[2], Scale({{5, 23}, {4, 4}, {3, 12}}), true);
  EXPECT_EQ(tally.n, 39);
  EXPECT_FALSE(tally.cells[4].hidden);
  EXPECT_TRUE(tally.cells[3].hidden);
  EXPECT_TRUE(tally.cells[2].hidden);
  EXPECT_FALSE(tally.cells[3].share.has_value());
  EXPECT_FALSE(tally.moments.has_value());
  EXPECT_FALSE(tally.top_two.has_value());
}

TEST(TallyTest, TellsOnlyThatThereAreFewWhenFewerThanFiveAnswered) {
  const QuestionTally tally = TallyQuestion(Sample().questions[2], Scale({{5, 4}}), true);
  EXPECT_TRUE(tally.hidden);
  EXPECT_EQ(tally.n, 0);
  EXPECT_THAT(tally.cells, IsEmpty());
}

TEST(TallyTest, MarksFewerThanThirtyAsReferenceValue) {
  EXPECT_TRUE(TallyQuestion(Sample().questions[2], Scale({{5, 29}}), true).reference_only);
  EXPECT_FALSE(TallyQuestion(Sample().questions[2], Scale({{5, 30}}), true).reference_only);
}

TEST(TallyTest, NeverShowsFreeText) {
  const QuestionTally tally = TallyQuestion(Sample().questions[4], {{{"comments", {}, {}, "x"}}}, false);
  EXPECT_EQ(tally.n, 1);
  EXPECT_THAT(tally.cells, IsEmpty());
  EXPECT_FALSE(tally.moments.has_value());
}

constexpr absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);
constexpr absl::Duration kDay = absl::Hours(24);

TEST(PlanTest, AcceptsThreeWeeksWithThreeReminders) {
  EXPECT_THAT(CheckPlan({std::nullopt, kNow + 21 * kDay, kNow + 35 * kDay, {-7, -1, 3}}, kNow), IsEmpty());
}

TEST(PlanTest, ReportsAllFaultsAtOnce) {
  EXPECT_THAT(Fields(CheckPlan({kNow + 3 * kDay, kNow - kDay, kNow - 2 * kDay, {-7}}, kNow)),
              ElementsAre("due_time", "due_time", "close_time", "reminder_days[0]"));
}

TEST(PlanTest, RemindsInTheOrderOfTheCalendarAndOnlyAfterTheOpening) {
  const absl::Time due = kNow + 5 * kDay;
  EXPECT_THAT(ReminderTimes(due, due + 10 * kDay, {3, -1, -7, 10}, kNow),
              ElementsAre(due - kDay, due + 3 * kDay));
}

}  // namespace
}  // namespace jissho::survey
