#include "workflow/chart/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/chart/parser.h"

namespace jissho::chart {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ChartTable TableOf(absl::string_view inside, const Vocabulary& vocabulary = {}) {
  auto chart = Parse(absl::StrCat("<scxml xmlns='", kScxmlNamespace, "' xmlns:jissho='", kJisshoNamespace,
                                  "' datamodel='ecmascript'>", inside, "</scxml>"));
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? MakeTable(*chart, vocabulary) : ChartTable{};
}

struct Texts {
  std::vector<std::string> ja, en;
};

Texts TextsOf(const std::vector<Wording>& all) {
  Texts texts;
  for (const Wording& words : all) {
    texts.ja.push_back(words.ja);
    texts.en.push_back(words.en);
  }
  return texts;
}

TEST(TableTest, HasOneRowATransitionWithLabelsInBothLanguages) {
  const ChartTable table = TableOf(
      "<state id='a' jissho:label='起案' jissho:label-en='Drafted'>\n"
      "<transition event='approve' target='b' jissho:role='r' jissho:label='決裁する' "
      "jissho:label-en='Approve'/>"
      "<transition event='drop'/></state><final id='b' jissho:label='済' jissho:label-en='Done'/>");
  ASSERT_EQ(table.transitions.size(), 2u);
  const TransitionRow& row = table.transitions[0];
  EXPECT_EQ(row.from.name, (Wording{"起案", "Drafted"}));
  EXPECT_EQ(row.event, (Wording{"決裁する", "Approve"}));
  ASSERT_EQ(row.to.size(), 1u);
  EXPECT_EQ(row.to[0].id, "b");
  EXPECT_EQ(row.to[0].name.en, "Done");
  EXPECT_EQ(row.line, 2);
  EXPECT_THAT(table.transitions[1].to, IsEmpty());
  EXPECT_EQ(table.transitions[1].event.ja, "drop");
}

TEST(TableTest, SaysWhoMayFireAndWhoMayNot) {
  Vocabulary vocabulary;
  vocabulary.roles = {{"manager", {"課長", "manager"}}, {"mayor", {"市長", "mayor"}}};
  const ChartTable table = TableOf(
      "<state id='a'><transition event='draft' jissho:role='clerk' jissho:label='起案する' "
      "jissho:label-en='Draft'/>"
      "<transition event='approve' jissho:role='manager mayor' jissho:not-same-actor-as='draft' "
      "jissho:own='organisation' jissho:reason='required' jissho:due='d'/></state>",
      vocabulary);
  EXPECT_EQ(table.transitions[0].who, (Wording{"clerk", "clerk"}));
  EXPECT_EQ(table.transitions[1].who.ja,
            "課長・市長、自団体のものだけ、「起案する」をした人以外、理由が必要、期限はd");
  EXPECT_EQ(table.transitions[1].who.en,
            "manager or mayor, own organisation only, not whoever did 'Draft', with a reason, due: d");
}

TEST(TableTest, SaysWhatFiresByItself) {
  const ChartTable table = TableOf(
      "<state id='a'><onentry><send event='late' delay='14d'/><raise event='go'/></onentry>"
      "<transition event='late'/><transition event='go'/><transition cond='x' target='a'/>"
      "<transition event='news'/><transition event='done.state.a'/></state>");
  std::vector<std::string> who;
  for (const TransitionRow& row : table.transitions) who.push_back(row.who.en);
  EXPECT_THAT(who, ElementsAre("automatic (when due)", "automatic (from the chart itself)", "automatic",
                               "notice from a service", "automatic"));
}

TEST(TableTest, SaysWhenSomethingFallsDue) {
  Vocabulary vocabulary;
  vocabulary.data = {{"until", {"期限", "the due date"}}, {"days", {"回答日数の", "the days to answer in"}}};
  const ChartTable table = TableOf(
      "<state id='a'><transition event='e'>"
      "<send event='remind' jissho:business-days='1' jissho:time='17:15'/>"
      "<send event='remind' jissho:business-days='5' jissho:time='24:00'/>"
      "<send event='remind' jissho:business-days-expr='days' jissho:time='12:00'/>"
      "<send event='remind' jissho:at='until' jissho:time='17:15' jissho:day-off='next'/>"
      "<send event='remind' jissho:at='until' jissho:day-off='previous'/>"
      "</transition><transition event='remind' jissho:label='督促' jissho:label-en='Remind'/></state>",
      vocabulary);
  const auto [ja, en] = TextsOf(table.transitions[0].what);
  EXPECT_THAT(ja, ElementsAre("「督促」を1営業日後の17:15に予約する", "「督促」を5営業日後の24:00に予約する",
                              "「督促」を回答日数の営業日後の12:00に予約する",
                              "「督促」を期限（期限、17:15、休日なら翌営業日）に予約する",
                              "「督促」を期限（期限、休日なら前営業日）に予約する"));
  EXPECT_THAT(en, ElementsAre("sets 'Remind' for 1 business day later, at 17:15",
                              "sets 'Remind' for 5 business days later, at 24:00",
                              "sets 'Remind' for the days to answer in business days later, at 12:00",
                              "sets 'Remind' for the due date at 17:15 (on a day off: the next business day)",
                              "sets 'Remind' for the due date (on a day off: the business day before)"));
  EXPECT_EQ(table.transitions[1].who.en, "automatic (when due)");
}

TEST(TableTest, SaysWhatHappens) {
  Vocabulary vocabulary;
  vocabulary.actions = {{"ledger.post", {"記帳する", "posts to the ledger"}}};
  vocabulary.data = {{"until", {"期限", "the due date"}}, {"late", {"遅れ", "late"}}};
  const ChartTable table = TableOf(
      "<state id='a'><transition event='e'>"
      "<jissho:do action='ledger.post'><jissho:param name='side' expr=\"'debit'\"/></jissho:do>"
      "<send id='t' event='remind' jissho:at='until'/><cancel sendid='t'/>"
      "<send event='tell' target='review' type='jissho:service'/>"
      "<assign location='until' expr='_event.data.due'/><assign location='late' expr='true'/>"
      "<assign location='n' expr='0'/>"
      "<if cond='late'><raise event='x'/><else/><log label='fine'/></if>"
      "</transition><transition event='remind' jissho:label='督促' jissho:label-en='Remind'/></state>",
      vocabulary);
  const auto [ja, en] = TextsOf(table.transitions[0].what);
  EXPECT_THAT(ja, ElementsAre("記帳する（side=debit）", "「督促」を期限（期限）に予約する",
                              "「督促」の予約を取り消す", "「tell」をreviewへ送る", "期限を届いた値にする",
                              "「遅れ」とする", "nを0にする",
                              "遅れである場合 続けて「x」が起こる。そうでなければ 記録「fine」を残す"));
  EXPECT_THAT(en, ElementsAre("posts to the ledger (side=debit)", "sets 'Remind' for the due date",
                              "takes back 'Remind'", "sends 'tell' to review",
                              "takes the due date from what was given", "notes: late", "sets n to 0",
                              "if late: then 'x' happens; otherwise: logs 'fine'"));
}

TEST(TableTest, ShowsWhereStatesStand) {
  const ChartTable table = TableOf(
      "<parallel id='p'><state id='q' initial='s'><onexit><raise event='x'/></onexit><state id='r'/>"
      "<state id='s'/></state></parallel>");
  ASSERT_EQ(table.states.size(), 4u);
  EXPECT_TRUE(table.states[0].initial);
  EXPECT_EQ(table.states[0].kind, StateKind::kParallel);
  EXPECT_EQ(table.states[1].parent, "p");
  EXPECT_EQ(table.states[1].on_exit.size(), 1u);
  EXPECT_EQ(table.states[2].depth, 2);
  EXPECT_FALSE(table.states[2].initial);
  EXPECT_TRUE(table.states[3].initial);
}

}  // namespace
}  // namespace jissho::chart
