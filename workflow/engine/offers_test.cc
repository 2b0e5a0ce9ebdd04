// Who may fire what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "workflow/engine/testing.h"

namespace jissho::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TransitionFilter As(const std::string& role) {
  return [role](const chart::Transition& transition) {
    const auto& roles = transition.task.roles;
    return roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end();
  };
}

TEST(FilterTest, MakesATransitionAsIfItWereNotThere) {
  Instance instance(
      "<state id='a'><transition event='e' jissho:role='mayor' target='b'/>"
      "<transition event='e' jissho:role='clerk' target='c'/></state><state id='b'/><state id='c'/>");
  EXPECT_THAT(instance.Fire("e", Value(), As("clerk")).states(), ElementsAre("c"));
}

TEST(FilterTest, LetsTheOuterStateAnswerForWhomTheInnerDoesNot) {
  Instance instance(
      "<state id='a'><transition event='e' jissho:role='clerk' target='c'/><state id='a1'>"
      "<transition event='e' jissho:role='mayor' target='b'/></state></state><state id='b'/>"
      "<state id='c'/>");
  EXPECT_THAT(instance.Fire("e", Value(), As("clerk")).states(), ElementsAre("c"));
}

TEST(FilterTest, TellsWhatItRefusedIfTheConditionHeld) {
  Instance instance(
      "<state id='a'><transition event='e' cond='true' jissho:role='mayor' target='b'/>"
      "<transition event='e' cond='false' jissho:role='mayor' target='b'/></state><state id='b'/>");
  instance.Fire("e", Value(), As("clerk"));
  EXPECT_FALSE(instance.last.matched);
  ASSERT_THAT(instance.last.refused_by_filter, SizeIs(1));
  EXPECT_EQ(instance.last.refused_by_filter[0]->condition, "true");
}

TEST(FilterTest, RaisesNoErrorForATransitionThatItRefuses) {
  Instance instance(
      "<state id='a'><transition event='e' cond='ghost' jissho:role='mayor' target='b'/></state>"
      "<state id='b'/>");
  instance.Fire("e", Value(), As("clerk"));
  EXPECT_FALSE(instance.last.unhandled_error.has_value());
  EXPECT_THAT(instance.last.refused_by_filter, IsEmpty());
}

TEST(FilterTest, DoesNotTouchWhatFollowsFromTheEvent) {
  Instance instance(
      "<state id='a'><transition event='e' target='b'><raise event='r'/></transition></state>"
      "<state id='b'><transition event='r' jissho:role='mayor' target='c'/></state>"
      "<state id='c'><transition target='d'/></state><state id='d'/>");
  EXPECT_THAT(instance.Fire("e", Value(), As("clerk")).states(), ElementsAre("d"));
}

TEST(OffersTest, OffersEventsOfTheStateAndOfTheStatesAroundIt) {
  Instance instance(
      "<state id='a'><transition event='withdraw' jissho:role='applicant' target='x'/>"
      "<state id='a1'><transition event='accept' jissho:role='clerk' target='x'/></state></state>"
      "<state id='x'/>");
  EXPECT_THAT(instance.Offered(), ElementsAre("accept", "withdraw"));
}

TEST(OffersTest, OffersNothingThatNoPersonFires) {
  Instance instance("<state id='a'><transition event='timeout' target='a'/></state>");
  EXPECT_THAT(instance.Offered(), IsEmpty());
}

TEST(OffersTest, OffersByConditionUnlessItReadsTheEvent) {
  Instance instance(
      "<datamodel><data id='n' expr='1'/></datamodel><state id='a'>"
      "<transition event='yes' cond='n == 1' jissho:role='r' target='a'/>"
      "<transition event='no' cond='n == 2' jissho:role='r' target='a'/>"
      "<transition event='perhaps' cond='_event.data.n == 2' jissho:role='r' target='a'/></state>");
  EXPECT_THAT(instance.Offered(), ElementsAre("yes", "perhaps"));
}

TEST(OffersTest, OffersAnEventOnceWhenAnInnerStateAlwaysTakesIt) {
  Instance instance(
      "<state id='a'><transition event='e' jissho:role='r' target='x'/><state id='a1'>"
      "<transition event='e' jissho:role='r' target='x'/></state></state><state id='x'/>");
  const auto offers = instance.machine().Offers({}, instance.last.next);
  ASSERT_TRUE(offers.ok());
  ASSERT_THAT(*offers, SizeIs(1));
  EXPECT_EQ(instance.machine().chart().states[(*offers)[0].transition->source].id, "a1");
}

TEST(OffersTest, OffersAnOuterTransitionToThoseWhomTheInnerOneDoesNotServe) {
  Instance instance(
      "<state id='a'><transition event='e' jissho:role='s' target='x'/><state id='a1'>"
      "<transition event='e' jissho:role='r' target='x'/></state></state><state id='x'/>");
  EXPECT_THAT(instance.Offered(), ElementsAre("e", "e"));
}

TEST(OffersTest, OffersWhatEveryRegionAllows) {
  Instance instance(
      "<parallel id='p'><state id='q'><transition event='one' jissho:role='r' target='x'/></state>"
      "<state id='s'><transition event='two' jissho:role='r' target='x'/></state></parallel>"
      "<state id='x'/>");
  EXPECT_THAT(instance.Offered(), ElementsAre("one", "two"));
}

TEST(OffersTest, OffersOnlyWhatThenWorks) {
  Instance instance(
      "<state id='a'><transition event='go' jissho:role='r' target='b'/></state>"
      "<state id='b'><transition event='end' jissho:role='r' target='f'/></state><final id='f'/>");
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(instance.Offered(), SizeIs(1));
    instance.Fire(instance.Offered()[0], Value(), As("r"));
    EXPECT_TRUE(instance.last.matched);
  }
  EXPECT_TRUE(instance.last.next.finished);
}

}  // namespace
}  // namespace jissho::engine
