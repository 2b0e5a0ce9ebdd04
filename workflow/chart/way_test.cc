#include "workflow/chart/way.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/chart/parser.h"

namespace jissho::chart {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// States a=1, b=2, c=3, d=4; transitions in document order from 0.
Chart Sample() {
  return Parse(absl::StrCat(
                   "<scxml xmlns='", kScxmlNamespace, "'>",
                   "<state id='a'><transition event='e' cond='x' target='b'/>"
                   "<transition event='e' target='c'/><transition event='stay'/></state>"
                   "<state id='b'><transition target='c'/></state>"
                   "<state id='c'><state id='d'/><transition event='again' target='c'/></state></scxml>"))
      .value();
}

TEST(WayTest, FollowsWhatWasEnteredAndLeft) {
  const Way way = TraceWay(Sample(), {{"", {"a"}, {}, {}}, {"e", {"c", "d"}, {"a"}, {}}});
  EXPECT_THAT(way.active, ElementsAre(3, 4));
  EXPECT_THAT(way.visited, ElementsAre(1, 3, 4));
  EXPECT_THAT(way.transitions, ElementsAre(1));
}

TEST(WayTest, CountsWhatFollowedWithinTheStep) {
  const Way way = TraceWay(Sample(), {{"", {"a"}, {}, {}}, {"e", {"b", "c", "d"}, {"a", "b"}, {}}});
  EXPECT_THAT(way.active, ElementsAre(3, 4));
  EXPECT_THAT(way.transitions, ElementsAre(0, 3));
}

TEST(WayTest, CountsTransitionsThatStay) {
  EXPECT_THAT(TraceWay(Sample(), {{"", {"a"}, {}, {}}, {"stay", {}, {}, {}}}).transitions, ElementsAre(2));
  EXPECT_THAT(TraceWay(Sample(), {{"", {"a"}, {}, {}}, {"unknown", {}, {}, {}}}).transitions, IsEmpty());
}

TEST(WayTest, CountsAStateThatWasEnteredAgain) {
  const Way way = TraceWay(Sample(), {{"", {"c", "d"}, {}, {}}, {"again", {"c", "d"}, {"d", "c"}, {}}});
  EXPECT_THAT(way.active, ElementsAre(3, 4));
  EXPECT_THAT(way.transitions, ElementsAre(4));
}

TEST(WayTest, CompletesAConfigurationOfAtomicStates) {
  const Way way = TraceWay(Sample(), {{"", {}, {}, {{"a"}}}, {"e", {}, {}, {{"d"}}}});
  EXPECT_THAT(way.active, ElementsAre(3, 4));
  EXPECT_THAT(way.visited, ElementsAre(1, 3, 4));
  EXPECT_THAT(way.transitions, ElementsAre(1));
}

TEST(WayTest, LeavesOutStatesThatTheChartHasNoMore) {
  EXPECT_THAT(TraceWay(Sample(), {{"", {"gone", "a"}, {}, {}}}).visited, ElementsAre(1));
}

}  // namespace
}  // namespace jissho::chart
