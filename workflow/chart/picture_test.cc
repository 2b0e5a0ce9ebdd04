#include "workflow/chart/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/picture_label.h"
#include "workflow/chart/wrap.h"

namespace jissho::chart {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Chart ParseOrDie(absl::string_view inside) {
  auto chart = Parse(absl::StrCat("<scxml xmlns='", kScxmlNamespace, "' xmlns:jissho='", kJisshoNamespace,
                                  "' name='n'>", inside, "</scxml>"));
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? *chart : Chart{};
}

std::string DotOf(absl::string_view inside, const PictureOptions& options = {}) {
  return ToDot(ParseOrDie(inside), {}, options);
}

TEST(LabelTest, MarkupAndGraphvizEscapesMeanNothing) {
  EXPECT_EQ(EscapeLabel("a<b>&\"c\"|\\N{x}"), "a&lt;b&gt;&amp;&quot;c&quot;|\\\\N{x}");
  EXPECT_EQ(EscapeLabel("一\n二"), "一<BR/>二");
  EXPECT_EQ(EscapeLabel(absl::string_view("a\0\x01\tb", 5)), "ab");
}

TEST(LabelTest, QuotedValueCannotEnd) {
  EXPECT_EQ(Quote("a\"; b\\"), "\"a\\\"; b\\\\\"");
  EXPECT_EQ(Quote("a\nb"), "\"ab\"");
}

TEST(WrapTest, BreaksAtSpacesAndBetweenWideCharacters) {
  EXPECT_THAT(WrapText("one two three", 8), ElementsAre("one two ", "three"));
  EXPECT_THAT(WrapText("実証実験支援", 6), ElementsAre("実証実", "験支援"));
  EXPECT_THAT(WrapText("a\nb", 8), ElementsAre("a", "b"));
  EXPECT_THAT(WrapText("unbreakable", 4), ElementsAre("unbreakable"));
  EXPECT_THAT(WrapText("", 4), ElementsAre(""));
}

TEST(WrapTest, KeepsPunctuationWhereJapaneseWantsIt) {
  EXPECT_THAT(WrapText("実証実。験", 6), ElementsAre("実証", "実。験"));
  EXPECT_THAT(WrapText("実証（実験）", 6), ElementsAre("実証", "（実", "験）"));
}

TEST(WrapTest, ToleratesBrokenUtf8) { EXPECT_FALSE(WrapText("\xE5\xAE", 1).empty()); }

TEST(PictureTest, EveryStateAndEdgeHasAnIdAndAClass) {
  const std::string dot = DotOf("<state id='a'><transition event='e' target='b'/></state><final id='b'/>");
  EXPECT_THAT(dot, HasSubstr("id=\"state:a\", class=\"state a atomic\""));
  EXPECT_THAT(dot, HasSubstr("id=\"state:b\", class=\"state b final\""));
  EXPECT_THAT(dot, HasSubstr("state_1 -> state_2 [id=\"transition:0\", class=\"transition transition-0\""));
}

TEST(PictureTest, DrawsEveryKindOfStateInItsOwnWay) {
  const std::string dot = DotOf(
      "<parallel id='p'><state id='q'><state id='r'/><history id='h'><transition target='r'/></history>"
      "<history id='d' type='deep'><transition target='r'/></history></state><state id='s'/></parallel>"
      "<final id='f'/>");
  EXPECT_THAT(dot, HasSubstr("subgraph cluster_1 {"));
  EXPECT_THAT(dot, HasSubstr("subgraph cluster_2 {"));
  EXPECT_THAT(dot, HasSubstr("style=\"rounded,filled,dashed\"; "));  // a region with states inside
  EXPECT_THAT(dot, HasSubstr("class=\"state q compound region\""));
  EXPECT_THAT(dot, HasSubstr("label=\"H\", id=\"state:h\""));
  EXPECT_THAT(dot, HasSubstr("label=\"H*\", id=\"state:d\""));
  EXPECT_THAT(dot, HasSubstr("style=\"rounded,filled,dashed\", label="));  // a region without
  EXPECT_THAT(dot, HasSubstr("peripheries=2"));
  EXPECT_THAT(dot, HasSubstr("initial_2 [shape=point"));
  EXPECT_THAT(dot, HasSubstr("initial_2 -> state_3"));
}

TEST(PictureTest, EdgesOfCompoundStatesEndAtTheirBorder) {
  const std::string dot = DotOf(
      "<state id='c'><transition event='e' target='a'/><state id='i'/></state>"
      "<state id='a'><transition event='f' target='c'/></state>");
  EXPECT_THAT(dot, HasSubstr("state_2 -> state_3 [id=\"transition:0\", class=\"transition transition-0\", "
                             "ltail=cluster_1"));
  EXPECT_THAT(dot, HasSubstr("state_3 -> initial_1 [id=\"transition:1\", class=\"transition transition-1\", "
                             "lhead=cluster_1"));
}

TEST(PictureTest, ATransitionToTheInsideStartsAtAPort) {
  const std::string dot =
      DotOf("<state id='c'><transition event='e' target='j'/><state id='i'/><state id='j'/></state>");
  EXPECT_THAT(dot, HasSubstr("port_1 [shape=diamond"));
  EXPECT_THAT(dot, HasSubstr("port_1 -> state_3 [id=\"transition:0\""));
  EXPECT_THAT(DotOf("<state id='c'><state id='i'/></state>"), Not(HasSubstr("port_")));
}

TEST(PictureTest, SeveralTargetsAreSeveralEdgesWithOneLabel) {
  const std::string dot = DotOf(
      "<state id='a'><transition event='go' target='r s'/></state>"
      "<parallel id='p'><state id='r'/><state id='s'/></parallel>");
  EXPECT_THAT(dot, HasSubstr("id=\"transition:0\""));
  EXPECT_THAT(dot, HasSubstr("id=\"transition:0:2\""));
  EXPECT_EQ(dot.find(">go<"), dot.rfind(">go<"));
}

TEST(PictureTest, LabelsSayEventConditionAndRoles) {
  Vocabulary vocabulary;
  vocabulary.roles = {{"mayor", {"市長", "mayor"}}};
  const Chart chart = ParseOrDie(
      "<state id='a' jissho:label='起案' jissho:label-en='Drafted'><transition event='e' cond='x &lt; 1' "
      "target='a' "
      "jissho:role='mayor' jissho:own='organisation' jissho:label='決裁' "
      "jissho:label-en='Approve'/></state>");
  const std::string both = ToDot(chart, vocabulary, {});
  for (const char* text : {"起案", "Drafted", "決裁", "Approve", "[xが1より小さい]", "市長（自団体）"}) {
    EXPECT_THAT(both, HasSubstr(text));
  }
  PictureOptions english;
  english.languages = Languages::kEnglish;
  const std::string en = ToDot(chart, vocabulary, english);
  EXPECT_THAT(en, HasSubstr("[x is less than 1]"));
  EXPECT_THAT(en, HasSubstr("mayor (own)"));
  EXPECT_THAT(en, Not(HasSubstr("決裁")));
  PictureOptions japanese;
  japanese.languages = Languages::kJapanese;
  EXPECT_THAT(ToDot(chart, vocabulary, japanese), Not(HasSubstr("Approve")));
}

TEST(PictureTest, LabelsHoldAnyText) {
  const std::string dot = DotOf(
      "<state id='a\"b' jissho:label='&lt;B&gt;|&quot;&amp;&#10;\\N'><transition event='e' target='a\"b' "
      "cond='1 &lt; 2 &amp;&amp; \"&gt;\" + z'/></state>");
  EXPECT_THAT(dot, HasSubstr("&lt;B&gt;|&quot;&amp;"));
  EXPECT_THAT(dot, HasSubstr("id=\"state:a\\\"b\""));
  EXPECT_THAT(dot, HasSubstr("1 &lt; 2 &amp;&amp; "));
}

TEST(PictureTest, ColoursWhatIsActiveAndWhatWasVisited) {
  PictureOptions options;
  options.active = {2};
  options.visited = {1, 2};
  options.transitions = {0};
  const std::string dot =
      DotOf("<state id='a'><transition event='e' target='b'/><transition event='f'/></state><state id='b'/>",
            options);
  EXPECT_THAT(dot, HasSubstr("class=\"state a atomic visited\""));
  EXPECT_THAT(dot, HasSubstr("class=\"state b atomic visited active\""));
  EXPECT_THAT(dot, HasSubstr("class=\"transition transition-0 visited\""));
}

TEST(PictureTest, ManyRegionsStandInRows) {
  constexpr char kFour[] =
      "<parallel id='p'><state id='a'><state id='a1'/></state><state id='b'><state id='b1'/></state>"
      "<state id='c'><state id='c1'/></state><state id='d'><state id='d1'/></state></parallel>";
  const std::string dot = DotOf(kFour);
  EXPECT_THAT(dot, HasSubstr("floor_2 -> initial_6"));
  EXPECT_THAT(dot, HasSubstr("floor_4 -> initial_8"));
  EXPECT_THAT(DotOf("<parallel id='p'><state id='a'/><state id='b'/></parallel>"), Not(HasSubstr("floor_")));
}

TEST(SvgTest, TitlesAreStateIdsAndNothingElse) {
  const std::string svg = FinishSvg(
      "<svg><title>chart</title><title>state_1</title><title>state_1&#45;&gt;state_1</title>"
      "<title>cluster_1</title><title>state_99</title></svg>",
      ParseOrDie("<state id='a&lt;b'/>"));
  EXPECT_THAT(svg, HasSubstr("</style>\n<title>a&lt;b</title><title>a&lt;b</title></svg>"));
}

TEST(SvgTest, GetsAStyleSheetAndTheIdsOfInnerTransitions) {
  const Chart chart = ParseOrDie("<state id='a'><transition event='e'/></state>");
  PictureOptions options;
  options.transitions = {0};
  EXPECT_THAT(ToDot(chart, {}, options), HasSubstr("ID=\"transition:0\""));
  const std::string svg =
      FinishSvg("<?xml?>\n<svg width=\"1\">\n<g id=\"a_transition:0\"><a/></g>\n</svg>", chart, options);
  EXPECT_THAT(svg, HasSubstr("<svg width=\"1\">\n<style>"));
  EXPECT_THAT(svg, HasSubstr(".state.active"));
  EXPECT_THAT(svg, HasSubstr("<g id=\"transition:0\" class=\"internal transition transition-0 visited\">"));
}

}  // namespace
}  // namespace jissho::chart
