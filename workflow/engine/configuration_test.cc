// Which states a step leaves and enters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/base/error.h"
#include "workflow/engine/reasons.h"
#include "workflow/engine/testing.h"

namespace jissho::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ConfigurationTest, MovesBetweenAtomicStates) {
  Instance instance("<state id='a'><transition event='go' target='b'/></state><state id='b'/>");
  EXPECT_THAT(instance.states(), ElementsAre("a"));
  instance.Fire("go");
  EXPECT_THAT(instance.states(), ElementsAre("b"));
  EXPECT_THAT(instance.last.exited, ElementsAre("a"));
  EXPECT_THAT(instance.last.entered, ElementsAre("b"));
}

TEST(ConfigurationTest, EntersTheInitialStateOfACompoundOne) {
  Instance instance("<state id='a' initial='c'><state id='b'/><state id='c'/></state>");
  EXPECT_THAT(instance.states(), ElementsAre("a", "c"));
}

TEST(ConfigurationTest, EntersAllRegionsOfAParallelState) {
  Instance instance("<parallel id='p'><state id='q'><state id='q1'/></state><state id='r'/></parallel>");
  EXPECT_THAT(instance.states(), ElementsAre("p", "q", "q1", "r"));
}

TEST(ConfigurationTest, EntersOtherRegionsByDefaultWhenOneIsTargeted) {
  Instance instance(
      "<state id='a'><transition event='go' target='q2'/></state><parallel id='p'><state id='q'><state "
      "id='q1'/>"
      "<state id='q2'/></state><state id='r'><state id='r1'/></state></parallel>");
  EXPECT_THAT(instance.Fire("go").states(), ElementsAre("p", "q", "q2", "r", "r1"));
}

TEST(ConfigurationTest, TakesTransitionsOfBothRegionsInOneMicrostep) {
  Instance instance(
      "<parallel id='p'><state id='q'><state id='q1'><transition event='e' target='q2'/></state><state "
      "id='q2'/>"
      "</state><state id='r'><state id='r1'><transition event='e' target='r2'/></state><state "
      "id='r2'/></state>"
      "</parallel>");
  EXPECT_THAT(instance.Fire("e").states(), ElementsAre("p", "q", "q2", "r", "r2"));
  EXPECT_EQ(instance.last.taken.size(), 2u);
}

TEST(ConfigurationTest, LetsTheFirstRegionWinWhenTwoTransitionsConflict) {
  Instance instance(
      "<parallel id='p'><state id='q'><transition event='e' target='x'/></state>"
      "<state id='r'><transition event='e' target='y'/></state></parallel><state id='x'/><state id='y'/>");
  EXPECT_THAT(instance.Fire("e").states(), ElementsAre("x"));
}

TEST(ConfigurationTest, PrefersTheInnerOfTwoConflictingTransitions) {
  Instance instance(
      "<parallel id='p'><transition event='e' target='x'/><state id='q'><state id='q1'/></state>"
      "<state id='r'><state id='r1'><transition event='e' target='r2'/></state><state "
      "id='r2'/></state></parallel>"
      "<state id='x'/>");
  EXPECT_THAT(instance.Fire("e").states(), ElementsAre("p", "q", "q1", "r", "r2"));
}

TEST(ConfigurationTest, LetsAnInnerStateAnswerBeforeTheOuter) {
  Instance instance(
      "<state id='a'><transition event='e' target='x'/><state id='b'><transition event='e' "
      "target='c'/></state>"
      "<state id='c'/></state><state id='x'/>");
  EXPECT_THAT(instance.Fire("e").states(), ElementsAre("a", "c"));
  EXPECT_THAT(instance.Fire("e").states(), ElementsAre("x"));
}

TEST(ConfigurationTest, LeavesInnerStatesFirstAndEntersOuterStatesFirst) {
  Instance instance(
      "<state id='a'><onexit><log label='-a'/></onexit><state id='b'><onexit><log label='-b'/></onexit>"
      "<transition event='e' target='d'><log label='between'/></transition></state></state>"
      "<state id='c'><onentry><log label='+c'/></onentry><state id='d'><onentry><log label='+d'/></onentry>"
      "</state></state>");
  EXPECT_THAT(instance.Fire("e").Said(), ElementsAre("-b", "-a", "between", "+c", "+d"));
  EXPECT_THAT(instance.last.exited, ElementsAre("b", "a"));
  EXPECT_THAT(instance.last.entered, ElementsAre("c", "d"));
}

TEST(ConfigurationTest, ReentersTheSourceOfAnExternalTransitionOnly) {
  Instance instance(
      "<state id='a'><onexit><log label='-a'/></onexit><transition event='in' type='internal' target='c'/>"
      "<transition event='out' target='c'/><state id='b'/><state id='c'/></state>");
  instance.Fire("in");
  EXPECT_THAT(instance.states(), ElementsAre("a", "c"));
  EXPECT_THAT(instance.Said(), IsEmpty());
  EXPECT_THAT(instance.Fire("out").Said(), ElementsAre("-a"));
}

TEST(ConfigurationTest, StaysInPlaceForATransitionWithoutTarget) {
  Instance instance(
      "<state id='a'><onexit><log label='-a'/></onexit><transition event='e'><log label='x'/>"
      "</transition></state>");
  EXPECT_THAT(instance.Fire("e").Said(), ElementsAre("x"));
  EXPECT_THAT(instance.last.entered, IsEmpty());
  EXPECT_TRUE(instance.last.matched);
}

constexpr char kHistory[] =
    "<state id='a'><history id='hs'><transition target='b'><log label='default'/></transition></history>"
    "<history id='hd' type='deep'><transition target='b'/></history>"
    "<state id='b'><transition event='in' target='c2'/></state><state id='c'><state id='c1'/><state "
    "id='c2'/></state>"
    "<transition event='out' target='x'/></state>"
    "<state id='x'><transition event='shallow' target='hs'/><transition event='deep' target='hd'/></state>";

TEST(ConfigurationTest, ReturnsToTheDirectChildByShallowHistory) {
  Instance instance(kHistory);
  instance.Fire("in").Fire("out").Fire("shallow");
  EXPECT_THAT(instance.states(), ElementsAre("a", "c", "c1"));
  EXPECT_THAT(instance.Said(), IsEmpty());
}

TEST(ConfigurationTest, ReturnsToTheInnermostStateByDeepHistory) {
  Instance instance(kHistory);
  EXPECT_THAT(instance.Fire("in").Fire("out").Fire("deep").states(), ElementsAre("a", "c", "c2"));
}

TEST(ConfigurationTest, RunsTheDefaultOfAHistoryThatRemembersNothing) {
  Instance instance(
      "<state id='x'><transition event='e' target='h'/></state>"
      "<state id='a'><onentry><log label='+a'/></onentry><history id='h'><transition target='c'>"
      "<log label='default'/></transition></history><state id='b'/><state id='c'><onentry>"
      "<log label='+c'/></onentry></state></state>");
  instance.Fire("e");
  EXPECT_THAT(instance.states(), ElementsAre("a", "c"));
  EXPECT_THAT(instance.Said(), ElementsAre("+a", "default", "+c"));
}

TEST(ConfigurationTest, RunsTheContentOfAnInitialTransitionAfterOnentry) {
  Instance instance(
      "<state id='a'><onentry><log label='+a'/></onentry><initial><transition target='b'>"
      "<log label='initial'/></transition></initial><state id='b'><onentry><log label='+b'/></onentry>"
      "</state></state>");
  EXPECT_THAT(instance.Said(), ElementsAre("+a", "initial", "+b"));
}

TEST(ConfigurationTest, RaisesDoneWhenACompoundStateReachesItsFinal) {
  Instance instance(
      "<state id='a'><state id='b'><transition event='e' target='f'/></state><final id='f'/>"
      "<transition event='done.state.a' target='x'/></state><state id='x'/>");
  EXPECT_THAT(instance.Fire("e").states(), ElementsAre("x"));
}

TEST(ConfigurationTest, RaisesDoneOfAParallelStateOnlyWhenAllRegionsAreFinal) {
  Instance instance(
      "<parallel id='p'><transition event='done.state.p' target='x'/>"
      "<state id='q'><state id='q1'><transition event='one' target='qf'/></state><final id='qf'/></state>"
      "<state id='r'><state id='r1'><transition event='two' target='rf'/></state><final "
      "id='rf'/></state></parallel>"
      "<state id='x'/>");
  EXPECT_THAT(instance.Fire("one").states(), ElementsAre("p", "q", "qf", "r", "r1"));
  EXPECT_THAT(instance.Fire("two").states(), ElementsAre("x"));
}

TEST(ConfigurationTest, HandsDoneDataToTheDoneEvent) {
  Instance instance(
      "<datamodel><data id='got'/></datamodel><state id='a'><state id='b'><transition event='e' "
      "target='f'/></state>"
      "<final id='f'><donedata><param name='yen' expr='1000 + 1'/></donedata></final>"
      "<transition event='done.state.a' target='x'><assign location='got' "
      "expr='_event.data.yen'/></transition>"
      "</state><state id='x'/>");
  instance.Fire("e");
  EXPECT_EQ(instance.data("got"), 1001);
}

TEST(ConfigurationTest, FinishesInATopLevelFinalStateAndKeepsWhereItEnded) {
  Instance instance(
      "<state id='a'><transition event='e' target='f'/></state>"
      "<final id='f'><onexit><log label='-f'/></onexit><donedata><content>{\"ok\":true}</content>"
      "</donedata></final>");
  instance.Fire("e");
  EXPECT_TRUE(instance.last.next.finished);
  EXPECT_THAT(instance.states(), ElementsAre("f"));
  EXPECT_THAT(instance.Said(), ElementsAre("-f"));
  EXPECT_EQ(instance.last.done_data.json(), (Json{{"ok", true}}));
  Event event;
  event.name = "e";
  EXPECT_TRUE(HasReason(instance.machine().Step({}, instance.last.next, event).status(), kFinished));
  EXPECT_THAT(instance.Offered(), IsEmpty());
}

TEST(ConfigurationTest, RefusesStatesThatCannotBeActiveTogether) {
  Instance instance(
      "<state id='a'><state id='b'/><state id='c'/></state>"
      "<parallel id='p'><state id='q'/><state id='r'/></parallel>");
  const Machine& machine = instance.machine();
  EXPECT_TRUE(machine.CheckConfiguration({"a", "b"}).ok());
  EXPECT_TRUE(machine.CheckConfiguration({"p", "q", "r"}).ok());
  const std::vector<std::vector<std::string>> kIllegal = {
      {}, {"a"}, {"b"}, {"a", "b", "c"}, {"a", "b", "p", "q", "r"}, {"p", "q"}, {"ghost"}};
  for (const auto& states : kIllegal) {
    EXPECT_TRUE(HasReason(machine.CheckConfiguration(states), kConfigurationIllegal)) << states.size();
  }
}

}  // namespace
}  // namespace jissho::engine
