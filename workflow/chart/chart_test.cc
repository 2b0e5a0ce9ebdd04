#include "workflow/chart/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/chart/delay.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/reasons.h"
#include "workflow/chart/walk.h"

namespace jissho::chart {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Document(absl::string_view inside, absl::string_view attributes = "") {
  return absl::StrCat("<scxml xmlns='", kScxmlNamespace, "' xmlns:jissho='", kJisshoNamespace,
                      "' version='1.0' ", attributes, ">", inside, "</scxml>");
}

Chart ParseOrDie(absl::string_view inside, absl::string_view attributes = "") {
  auto chart = Parse(Document(inside, attributes));
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? *chart : Chart{};
}

std::vector<std::string> Ids(const Chart& chart) {
  std::vector<std::string> ids;
  for (const State& state : chart.states) ids.push_back(state.id);
  return ids;
}

template <typename T>
const T& Only(const Block& block) {
  EXPECT_EQ(block.size(), 1u);
  return std::get<T>(block.at(0).what);
}

TEST(ParserTest, KeepsStatesInDocumentOrderWithTheirKindsAndParents) {
  const Chart chart = ParseOrDie(
      "<state id='a'><state id='b'/><history id='h' type='deep'><transition target='b'/></history></state>"
      "<parallel id='p'><state id='q'/><state id='r'/></parallel><final id='f'/>");
  EXPECT_THAT(chart.faults, IsEmpty());
  EXPECT_THAT(Ids(chart), ElementsAre("_state0", "a", "b", "h", "p", "q", "r", "f"));
  EXPECT_EQ(chart.root().kind, StateKind::kRoot);
  EXPECT_EQ(chart.Find("a")->kind, StateKind::kCompound);
  EXPECT_EQ(chart.Find("b")->kind, StateKind::kAtomic);
  EXPECT_EQ(chart.Find("h")->kind, StateKind::kHistoryDeep);
  EXPECT_EQ(chart.Find("p")->kind, StateKind::kParallel);
  EXPECT_EQ(chart.Find("f")->kind, StateKind::kFinal);
  EXPECT_THAT(chart.Find("a")->children, ElementsAre(2, 3));
  EXPECT_EQ(chart.Find("r")->parent, chart.Find("p")->index);
  EXPECT_TRUE(chart.IsDescendant(2, 1));
  EXPECT_FALSE(chart.IsDescendant(4, 1));
}

TEST(ParserTest, RefusesWhatIsNoWellFormedXmlAndSaysWhere) {
  const std::string begin = absl::StrCat("<scxml xmlns='", kScxmlNamespace, "'>\n");
  const std::string whole = begin + "<state id='a'/></scxml>";
  for (const std::string& text :
       {begin + "<state id='a'></scxml>", begin + "<state id='a' id='b'/></scxml>", begin + "<state id='a'/>",
        whole + "<scxml/>", whole + "more", begin + "<state id='a'>&none;</state></scxml>",
        begin + "<state id='a'><x:y/></state></scxml>", begin + "<state id='\xff'/></scxml>",
        "\n<!DOCTYPE scxml [<!ENTITY none 'x'>]>" + whole}) {
    const auto chart = Parse(text);
    ASSERT_FALSE(chart.ok()) << text;
    const auto detail = GetErrorDetail(chart.status());
    ASSERT_TRUE(detail) << text;
    EXPECT_EQ(detail->reason, kChartMalformed.name) << text;
    EXPECT_EQ(detail->metadata.at("line"), "2") << text << "\n" << chart.status();
  }
  EXPECT_TRUE(Parse("\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?>\n<!-- c -->" + whole).ok());
}

TEST(ParserTest, ReadsThatRepairsNeedASecondPerson) {
  EXPECT_FALSE(ParseOrDie("<state id='a'/>").repair_needs_approval);
  const Chart chart = ParseOrDie("<state id='a'/>", "jissho:four-eyes='repair'");
  EXPECT_TRUE(chart.repair_needs_approval);
  EXPECT_THAT(chart.faults, IsEmpty());
  EXPECT_EQ(ParseOrDie("<state id='a'/>", "jissho:four-eyes='never'").faults.size(), 1u);
  EXPECT_EQ(ParseOrDie("<state id='a' jissho:four-eyes='repair'/>").faults.size(), 1u);
}

TEST(ParserTest, TakesTheFirstChildAsInitialWhenNoneIsWritten) {
  const Chart chart =
      ParseOrDie("<state id='a'/><state id='b' initial='d'><state id='c'/><state id='d'/></state>");
  EXPECT_THAT(chart.root().initial->targets, ElementsAre("a"));
  EXPECT_THAT(chart.Find("b")->initial->targets, ElementsAre("d"));
}

TEST(ParserTest, ReadsWhoMayFireATransition) {
  const Chart chart = ParseOrDie(
      "<state id='a' jissho:label='審査中' jissho:label-en='Under review'>"
      "<transition event='approve' target='b' jissho:role='manager mayor' jissho:not-same-actor-as='draft "
      "check' "
      "jissho:own='organisation' jissho:label='決裁' jissho:label-en='Approve' jissho:form='approval' "
      "jissho:reason='required' jissho:due='approve_by'/></state><state id='b'/>");
  EXPECT_THAT(chart.faults, IsEmpty());
  EXPECT_EQ(chart.Find("a")->label, "審査中");
  EXPECT_EQ(chart.Find("a")->label_en, "Under review");
  const Task& task = chart.Find("a")->transitions.at(0).task;
  EXPECT_THAT(task.roles, ElementsAre("manager", "mayor"));
  EXPECT_THAT(task.not_same_actor_as, ElementsAre("draft", "check"));
  EXPECT_TRUE(task.own_organisation);
  EXPECT_EQ(task.label, "決裁");
  EXPECT_EQ(task.label_en, "Approve");
  EXPECT_EQ(task.form, "approval");
  EXPECT_TRUE(task.reason_required);
  EXPECT_EQ(task.due, "approve_by");
}

TEST(ParserTest, ReadsWhatIsInNobodysTaskList) {
  const Chart chart = ParseOrDie(
      "<state id='a'><transition event='e' jissho:task='none'/><transition event='f'/>"
      "<transition event='g' jissho:task='some'/></state>");
  EXPECT_FALSE(chart.Find("a")->transitions.at(0).task.listed);
  EXPECT_TRUE(chart.Find("a")->transitions.at(1).task.listed);
  EXPECT_EQ(chart.faults.size(), 1u);
}

TEST(ParserTest, FollowsNamespacesAndNotPrefixes) {
  const auto chart =
      Parse(absl::StrCat("<s:scxml xmlns:s='", kScxmlNamespace, "' xmlns:j='", kJisshoNamespace,
                         "' xmlns:jissho='urn:other'><s:state id='a'><s:transition event='e' "
                         "j:role='clerk' jissho:role='x'/></s:state><state id='no'/></s:scxml>"));
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_THAT(Ids(*chart), ElementsAre("_state0", "a"));
  EXPECT_THAT(chart->Find("a")->transitions.at(0).task.roles, ElementsAre("clerk"));
}

TEST(ParserTest, ReadsAnEffectWithItsParameters) {
  const Chart chart = ParseOrDie(
      "<state id='a'><onentry><jissho:do action='ledger.commit'><jissho:param name='amount' expr='yen'/>"
      "</jissho:do></onentry></state>");
  const Do& effect = Only<Do>(chart.Find("a")->on_entry.at(0));
  EXPECT_EQ(effect.action, "ledger.commit");
  ASSERT_EQ(effect.params.size(), 1u);
  EXPECT_EQ(effect.params[0].name, "amount");
  EXPECT_EQ(effect.params[0].expr, "yen");
}

TEST(ParserTest, ReadsTheArmsOfAnIf) {
  const Chart chart = ParseOrDie(
      "<state id='a'><onentry><if cond='x'><raise event='one'/><elseif cond='y'/><raise event='two'/><else/>"
      "<raise event='three'/></if></onentry></state>");
  const If& choice = Only<If>(chart.Find("a")->on_entry.at(0));
  ASSERT_EQ(choice.branches.size(), 3u);
  EXPECT_EQ(choice.branches[1].condition, "y");
  EXPECT_EQ(choice.branches[2].condition, "");
  EXPECT_EQ(Only<Raise>(choice.branches[2].block).event, "three");
}

TEST(ParserTest, ReadsASend) {
  const Chart chart = ParseOrDie(
      "<state id='a'><onentry><send event='e' target='review' type='jissho:service' id='s' delay='5s' "
      "namelist='x y'><param name='p' expr='1'/></send></onentry></state>");
  const Send& send = Only<Send>(chart.Find("a")->on_entry.at(0));
  EXPECT_EQ(send.event, "e");
  EXPECT_EQ(send.target, "review");
  EXPECT_EQ(send.type, "jissho:service");
  EXPECT_EQ(send.id, "s");
  EXPECT_EQ(send.delay, "5s");
  EXPECT_THAT(send.namelist, ElementsAre("x", "y"));
  EXPECT_EQ(send.params.size(), 1u);
}

TEST(ParserTest, ReadsWhenASendFallsDue) {
  const Chart chart = ParseOrDie(
      "<state id='a'><onentry><send event='e' jissho:business-days='5' jissho:time='17:15'/></onentry>"
      "<onentry><send event='e' jissho:at='d' jissho:day-off='previous'/></onentry></state>");
  EXPECT_THAT(chart.faults, IsEmpty());
  const Send& counted = Only<Send>(chart.Find("a")->on_entry.at(0));
  EXPECT_EQ(counted.business_days, "5");
  EXPECT_EQ(counted.time, "17:15");
  const Send& dated = Only<Send>(chart.Find("a")->on_entry.at(1));
  EXPECT_EQ(dated.at, "d");
  EXPECT_EQ(dated.day_off, DayOff::kPrevious);
}

TEST(DelayTest, ReadsATimeOfDayToTheMinute) {
  EXPECT_EQ(ParseTimeOfDay("00:00"), absl::ZeroDuration());
  EXPECT_EQ(ParseTimeOfDay("17:15"), absl::Hours(17) + absl::Minutes(15));
  EXPECT_EQ(ParseTimeOfDay("24:00"), absl::Hours(24));
  for (const char* bad : {"", "7:15", "17:60", "24:01", "25:00", "17-15", "17:15:00", "1a:00", "-1:00"}) {
    EXPECT_FALSE(ParseTimeOfDay(bad)) << bad;
  }
}

TEST(DelayTest, ReadsANumberOfBusinessDays) {
  EXPECT_EQ(ParseBusinessDays("1"), 1);
  EXPECT_EQ(ParseBusinessDays("2500"), 2500);
  for (const char* bad : {"", "0", "-1", "2501", "1.5", "+3", " 3", "three"}) {
    EXPECT_FALSE(ParseBusinessDays(bad)) << bad;
  }
}

TEST(ParserTest, KeepsScriptForeachInvokeAndDoneData) {
  const Chart chart = ParseOrDie(
      "<script>var x = 1;</script><state id='a'><onentry><foreach array='list' item='i' index='n'>"
      "<script>f(i)</script></foreach></onentry><invoke type='scxml' id='child' autoforward='true'>"
      "<content><scxml/></content><finalize><assign location='x' expr='1'/></finalize></invoke></state>"
      "<final id='f'><donedata><param name='r' expr='2'/></donedata></final>");
  EXPECT_THAT(chart.faults, IsEmpty());
  ASSERT_EQ(chart.scripts.size(), 1u);
  EXPECT_EQ(chart.scripts[0].source, "var x = 1;");
  const Foreach& loop = Only<Foreach>(chart.Find("a")->on_entry.at(0));
  EXPECT_EQ(loop.item, "i");
  EXPECT_EQ(Only<Script>(loop.block).source, "f(i)");
  const Invoke& invoke = chart.Find("a")->invokes.at(0);
  EXPECT_TRUE(invoke.autoforward);
  EXPECT_TRUE(invoke.content->is_xml);
  EXPECT_EQ(invoke.finalize.size(), 1u);
  EXPECT_EQ(chart.Find("f")->done_data->params.size(), 1u);
}

TEST(ParserTest, HashesTheTextSoThatAnyChangeIsAnotherVersion) {
  const Chart one = ParseOrDie("<state id='a'/>");
  EXPECT_EQ(one.hash.size(), 64u);
  EXPECT_EQ(one.hash, ParseOrDie("<state id='a'/>").hash);
  EXPECT_NE(one.hash, ParseOrDie("<state id='a' />").hash);
}

TEST(ParserTest, SaysWhereAnElementStandsInCharacters) {
  const auto chart =
      Parse(absl::StrCat("<scxml xmlns='", kScxmlNamespace, "'>\n<!-- 審査 --><state id='a'/></scxml>"));
  ASSERT_TRUE(chart.ok());
  EXPECT_EQ(chart->Find("a")->position, (Position{2, 12}));
}

TEST(ParserTest, RefusesTextThatIsNoXml) {
  EXPECT_TRUE(HasReason(Parse("<scxml").status(), kChartMalformed));
  EXPECT_TRUE(HasReason(Parse("").status(), kChartMalformed));
}

TEST(ParserTest, RefusesAnotherKindOfDocument) {
  EXPECT_TRUE(HasReason(Parse("<scxml/>").status(), kChartNotScxml));
  EXPECT_TRUE(HasReason(Parse("<html/>").status(), kChartNotScxml));
}

TEST(ParserTest, RefusesAChartAboveTheSizeLimit) {
  EXPECT_TRUE(HasReason(Parse(std::string(kMaxChartBytes + 1, ' ')).status(), kChartTooLarge));
}

TEST(ParserTest, RefusesElementsNestedTooDeep) {
  const auto nested = [](int depth) {  // the root is the first level
    std::string open, close;
    for (int i = 1; i < depth; ++i) {
      absl::StrAppend(&open, "<state id='s", i, "'>");
      absl::StrAppend(&close, "</state>");
    }
    return Document(open + close);
  };
  EXPECT_TRUE(Parse(nested(kMaxChartDepth)).ok());
  EXPECT_TRUE(HasReason(Parse(nested(kMaxChartDepth + 1)).status(), kChartTooDeep));
}

TEST(ParserTest, SurvivesMarkupNestedToTheSizeLimit) {
  std::string text;
  while (text.size() + 3 <= kMaxChartBytes) text += "<a>";
  EXPECT_TRUE(HasReason(Parse(text).status(), kChartMalformed));
}

TEST(DescriptorTest, MatchesWholeTokensOfTheName) {
  EXPECT_TRUE(DescriptorMatches("error", "error.execution"));
  EXPECT_TRUE(DescriptorMatches("error.*", "error"));
  EXPECT_TRUE(DescriptorMatches("error.", "error.send"));
  EXPECT_TRUE(DescriptorMatches("*", "anything"));
  EXPECT_FALSE(DescriptorMatches("error", "errors"));
  EXPECT_FALSE(DescriptorMatches("a.b", "a"));
}

TEST(WalkTest, VisitsEveryExpressionWithItsUse) {
  const Chart chart = ParseOrDie(
      "<datamodel><data id='d' expr='1'/></datamodel><state id='a'><onentry><foreach array='list' item='i'>"
      "<if cond='c1'><assign location='l.x' expr='v'/></if></foreach></onentry>"
      "<transition event='e' cond='c2'><send event='s' delayexpr='w'><content "
      "expr='k'/></send></transition></state>"
      "<final id='f'><donedata><content expr='r'/></donedata></final>");
  std::vector<std::string> seen;
  ForEachExpression(chart, [&](Use use, absl::string_view text, const Position&) {
    seen.push_back(absl::StrCat(static_cast<int>(use), ":", text));
  });
  EXPECT_THAT(seen, testing::UnorderedElementsAre("0:1", "0:r", "1:c2", "0:list", "1:c1", "2:l.x", "0:v",
                                                  "0:w", "0:k"));
}

}  // namespace
}  // namespace jissho::chart
