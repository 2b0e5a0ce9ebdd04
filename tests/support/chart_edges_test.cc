// Which moves a chart allows: its edges, also where a step passes through several.
#include "tests/support/chart_edges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/chart/parser.h"

namespace jissho::testing {
namespace {

constexpr char kInside[] = R"(
  <state id="a">
    <transition event="go" target="b"/>
    <transition event="ask"><raise event="asked"/></transition>
    <transition event="asked" target="c"/>
    <transition event="resume" target="h"/>
  </state>
  <state id="b"><transition target="c"/></state>
  <state id="c">
    <transition event="split" target="p"/>
  </state>
  <parallel id="p">
    <transition event="join" target="end"/>
    <state id="x" initial="x1"><history id="h" type="deep"><transition target="x1"/></history>
      <transition type="internal" event="within" target="x2"/>
      <transition event="around" target="x2"/>
      <state id="x1"/><state id="x2"/></state>
    <state id="y"><state id="y1"><transition event="next" target="y2"/></state><final id="y2"/>
      <transition event="done.state.y" target="y1"/></state>
  </parallel>
  <final id="end"/>)";

class ChartEdgesTest : public ::testing::Test {
 protected:
  std::string AfterEvent(const Move& move, const std::string& event) const {
    return ChartEdges(&chart_).FaultOfEvent(move, event);
  }

  const chart::Chart chart_ = *chart::Parse(absl::StrCat(
      R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="t">)", kInside, "</scxml>"));
};

TEST_F(ChartEdgesTest, AnEventLeadsAlongItsTransitionAndThoseThatFollow) {
  EXPECT_EQ(AfterEvent({{"a"}, {"b", "c"}, {"a", "b"}}, "go"), "");
  EXPECT_EQ(AfterEvent({{"c"}, {"b", "c"}, {"b", "c"}}, "go"),
            "no transition of the active states takes this event");
}

TEST_F(ChartEdgesTest, AnEventDoesNotLeadElsewhere) {
  EXPECT_EQ(AfterEvent({{"a"}, {"c"}, {"a"}}, "go"), "no transition of this event arrives there");
}

TEST_F(ChartEdgesTest, WhatArrivesHasLeft) {
  EXPECT_EQ(AfterEvent({{"a"}, {"b"}, {}}, "go"), "no transition of this event arrives there");
}

TEST_F(ChartEdgesTest, AnEventThatTheChartRaisesLeadsOn) {
  EXPECT_EQ(AfterEvent({{"a"}, {"c"}, {"a"}}, "ask"), "");
  EXPECT_EQ(AfterEvent({{"a"}, {}, {}}, "ask"), "");
  EXPECT_EQ(AfterEvent({{"a"}, {"b"}, {"a"}}, "ask"), "entered b, to where no transition leads");
}

TEST_F(ChartEdgesTest, RegionsAreEnteredTogetherAndByDefault) {
  EXPECT_EQ(AfterEvent({{"c"}, {"p", "x", "x1", "y", "y1"}, {"c"}}, "split"), "");
  EXPECT_EQ(AfterEvent({{"c"}, {"p", "x", "x2", "y", "y1"}, {"c"}}, "split"),
            "entered x2, to where no transition leads");
}

TEST_F(ChartEdgesTest, AHistoryLeadsToWhateverItRemembers) {
  EXPECT_EQ(AfterEvent({{"a"}, {"p", "x", "x2", "y", "y1"}, {"a"}}, "resume"), "");
  EXPECT_EQ(AfterEvent({{"a"}, {"p", "x", "x2", "y", "y2"}, {"a"}}, "resume"),
            "entered y2, to where no transition leads");
}

TEST_F(ChartEdgesTest, AnInternalTransitionStaysInItsState) {
  const std::set<std::string> before = {"p", "x", "x1", "y", "y1"};
  EXPECT_EQ(AfterEvent({before, {"x2"}, {"x1"}}, "within"), "");
  EXPECT_EQ(AfterEvent({before, {"x2"}, {"x1"}}, "around"), "no transition of this event arrives there");
  EXPECT_EQ(AfterEvent({before, {"p", "x", "x2", "y", "y1"}, before}, "around"), "");
}

TEST_F(ChartEdgesTest, WhatIsDoneRaisesItsEvent) {
  EXPECT_EQ(AfterEvent({{"p", "x", "x1", "y", "y1"}, {"y2"}, {"y1"}}, "next"), "");
  const std::set<std::string> all = {"p", "x", "x1", "y", "y1"};
  EXPECT_EQ(AfterEvent({all, {"y2", "p", "x", "x1", "y", "y1"}, {"y1", "y2", "p", "x", "x1", "y"}}, "next"),
            "");
}

TEST_F(ChartEdgesTest, WhatEndsLeavesAll) {
  EXPECT_EQ(AfterEvent({{"p", "x", "x1", "y", "y1"}, {"end"}, {"p", "x", "x1", "y", "y1", "end"}}, "join"),
            "");
  EXPECT_EQ(AfterEvent({{"p", "x", "x1", "y", "y1"}, {"y2"}, {"y1", "x1"}}, "next"),
            "left x1, from where no transition leads");
}

TEST_F(ChartEdgesTest, AnIgnoredEventLeadsNowhereItself) {
  const ChartEdges edges(&chart_);
  EXPECT_EQ(edges.FaultOfIgnored({{"b"}, {"c"}, {"b"}}), "");
  EXPECT_EQ(edges.FaultOfIgnored({{"a"}, {"b"}, {"a"}}), "entered b, to where no transition leads");
}

TEST_F(ChartEdgesTest, ItBeginsInTheInitialState) {
  const ChartEdges edges(&chart_);
  EXPECT_EQ(edges.FaultOfStart({{}, {"a"}, {}}), "");
  EXPECT_EQ(edges.FaultOfStart({{}, {"c"}, {}}), "does not begin in a");
}

}  // namespace
}  // namespace jissho::testing
