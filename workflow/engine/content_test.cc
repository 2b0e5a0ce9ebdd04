// What a step evaluates, queues and asks of its host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/base/error.h"
#include "workflow/engine/reasons.h"
#include "workflow/engine/testing.h"
#include "workflow/expression/expression.h"

namespace jissho::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A state that runs this content when "go" comes, with the data x = 1 and y = undefined.
std::string OnGo(absl::string_view content) {
  return absl::StrCat("<datamodel><data id='x' expr='1'/><data id='y'/></datamodel><state id='a'>",
                      "<transition event='go' target='b'>", content, "</transition></state><state id='b'>",
                      "<transition event='error.execution' target='failed'/></state><state id='failed'/>");
}

TEST(ContentTest, TakesTheFirstTransitionWhoseConditionHolds) {
  Instance instance(
      "<state id='a'><transition event='e' cond='_event.data.yen &gt; 100' target='b'/>"
      "<transition event='e' target='c'/></state><state id='b'/><state id='c'/>");
  EXPECT_THAT(instance.Fire("e", Value(Json{{"yen", 101}})).states(), ElementsAre("b"));
  instance.Start();
  EXPECT_THAT(instance.Fire("e", Value(Json{{"yen", 100}})).states(), ElementsAre("c"));
}

TEST(ContentTest, SaysWhenNothingTookTheEvent) {
  Instance instance("<state id='a'><transition event='e' cond='false' target='a'/></state>");
  const Snapshot before = instance.last.next;
  instance.Fire("e");
  EXPECT_FALSE(instance.last.matched);
  EXPECT_EQ(instance.last.next, before);
}

TEST(ContentTest, FollowsEventlessTransitionsUntilStable) {
  Instance instance(
      "<state id='a'><transition target='b'/></state><state id='b'><transition cond='In(\"b\")' "
      "target='c'/></state><state id='c'/>");
  EXPECT_THAT(instance.states(), ElementsAre("c"));
  EXPECT_THAT(instance.last.entered, ElementsAre("a", "b", "c"));
}

TEST(ContentTest, PrefersEventlessTransitionsToTheInternalQueue) {
  Instance instance(
      "<state id='a'><onentry><raise event='r'/></onentry><transition event='r' target='x'/>"
      "<transition target='b'/></state><state id='b'><transition event='r' target='c'/></state>"
      "<state id='c'/><state id='x'/>");
  EXPECT_THAT(instance.states(), ElementsAre("c"));
}

TEST(ContentTest, HandlesRaisedEventsInTheirOrder) {
  Instance instance(
      "<state id='a'><onentry><raise event='one'/><send event='two' target='#_internal'/></onentry>"
      "<transition event='one' target='b'/><transition event='two' target='x'/></state>"
      "<state id='b'><transition event='two' target='c'/></state><state id='c'/><state id='x'/>");
  EXPECT_THAT(instance.states(), ElementsAre("c"));
}

TEST(ContentTest, KnowsTheInternalQueueOnlyByScxmlsOwnProcessor) {
  Instance instance(
      "<state id='a'><onentry><send event='e' target='#_internal' type='urn:other'/></onentry>"
      "<transition event='e' target='x'/></state><state id='x'/>");
  EXPECT_THAT(instance.states(), ElementsAre("a"));
  ASSERT_EQ(instance.last.effects.size(), 1u);  // the host's to take or to refuse
  EXPECT_EQ(instance.last.effects[0].target, "#_internal");
}

TEST(ContentTest, AssignsIntoTheData) {
  Instance instance(
      OnGo("<assign location='x' expr='x + 1'/><assign location='y'>{\"k\": [1]}</assign>"
           "<assign location='y.k[0]' expr='x'/>"));
  instance.Fire("go");
  EXPECT_EQ(instance.data("x"), 2);
  EXPECT_EQ(instance.data("y"), Json::parse(R"({"k":[2]})"));
}

TEST(ContentTest, RunsOneArmOfAnIf) {
  Instance instance(
      OnGo("<if cond='x == 2'><log label='two'/><elseif cond='x == 1'/><log label='one'/><else/>"
           "<log label='else'/></if>"));
  EXPECT_THAT(instance.Fire("go").Said(), ElementsAre("one"));
}

TEST(ContentTest, LogsALabelWithItsValue) {
  Instance instance(OnGo("<log label='x' expr='x'/><log expr='y'/>"));
  EXPECT_THAT(instance.Fire("go").Said(), ElementsAre("x: 1", "undefined"));
}

TEST(ContentTest, LoopsOverAList) {
  Instance instance(
      OnGo("<foreach array='[5, 6]' item='i' index='n'><assign location='x' expr='x + i * (n + 1)'/>"
           "</foreach>"));
  instance.Fire("go");
  EXPECT_EQ(instance.data("x"), 1 + 5 + 12);
}

TEST(ContentTest, LoopsOverTheListAsItWasWhenTheLoopBegan) {
  Instance instance(
      OnGo("<assign location='y' expr='[1, 2]'/><foreach array='y' item='x' index='n'>"
           "<assign location='y[n + 2]' expr='x * 10'/></foreach>"));
  instance.Fire("go");
  EXPECT_EQ(instance.data("y"), Json::parse("[1, 2, 10, 20]"));
  EXPECT_EQ(instance.data("x"), 2) << "the variable keeps the last element";
}

TEST(ContentTest, RaisesAnErrorForALoopOverWhatIsNoList) {
  Instance instance(OnGo("<foreach array='x' item='i'><log label='never'/></foreach><log label='never'/>"));
  instance.Fire("go");
  EXPECT_THAT(instance.Said(), IsEmpty());
  EXPECT_THAT(instance.states(), ElementsAre("failed"));
}

TEST(ContentTest, EndsALoopAtTheFirstElementThatFails) {
  Instance instance(
      OnGo("<foreach array='[{n: 1}, null, {n: 2}]' item='i'>"
           "<assign location='x' expr='x + i.n'/></foreach>"));
  instance.Fire("go");
  EXPECT_EQ(instance.data("x"), 2);
  EXPECT_THAT(instance.states(), ElementsAre("failed"));
}

std::string ListOf(size_t size) { return Json(std::vector<int>(size, 1)).dump(); }

TEST(ContentTest, LoopsOverAsManyElementsAsAnExpressionMayHaveAndNoMore) {
  Instance most(OnGo("<foreach array='y' item='i'><assign location='x' expr='x + 1'/></foreach>"));
  most.last.next.data["y"] = Value(Json::parse(ListOf(expression::kMaxResultElements)));
  most.Fire("go");
  EXPECT_EQ(most.data("x"), 1 + expression::kMaxResultElements);
  Instance more(OnGo("<foreach array='y' item='i'><log label='never'/></foreach>"));
  more.last.next.data["y"] = Value(Json::parse(ListOf(expression::kMaxResultElements + 1)));
  more.Fire("go");
  EXPECT_THAT(more.Said(), IsEmpty());
  EXPECT_THAT(more.states(), ElementsAre("failed"));
}

TEST(ContentTest, FailsTheStepOfLoopsInLoopsThatDoTooMuch) {
  auto machine = TryBuild(
      "<datamodel><data id='y'/></datamodel><state id='a'><transition event='go'>"
      "<foreach array='y' item='i'><foreach array='y' item='j'><assign location='y[0]' expr='j'/>"
      "</foreach></foreach></transition></state>");
  ASSERT_TRUE(machine.ok()) << machine.status();
  auto started = (*machine)->Start({}, nullptr);
  ASSERT_TRUE(started.ok());
  started->next.data["y"] = Value(Json::parse(ListOf(1000)));
  Event event;
  event.name = "go";
  EXPECT_TRUE(HasReason((*machine)->Step({}, started->next, event).status(), kEndless));
}

TEST(ContentTest, CollectsEffectsInDocumentOrderWithValuesOfTheirMoment) {
  Instance instance(
      OnGo("<jissho:do action='ledger.commit'><jissho:param name='yen' expr='x'/><jissho:param name='none' "
           "expr='y'/>"
           "</jissho:do><assign location='x' expr='2'/><send event='ask' target='review/r-1' "
           "type='jissho:service'>"
           "<param name='yen' expr='x'/></send><log label='end'/>"));
  instance.Fire("go");
  ASSERT_THAT(instance.last.effects, SizeIs(3));
  const Effect& done = instance.last.effects[0];
  EXPECT_EQ(done.kind, Effect::Kind::kDo);
  EXPECT_EQ(done.action, "ledger.commit");
  EXPECT_EQ(done.params, (Json{{"yen", 1}}));
  EXPECT_EQ(done.line, 2);
  const Effect& sent = instance.last.effects[1];
  EXPECT_EQ(sent.kind, Effect::Kind::kSend);
  EXPECT_EQ(sent.target, "review/r-1");
  EXPECT_EQ(sent.type, "jissho:service");
  EXPECT_EQ(sent.data.json(), (Json{{"yen", 2}}));
  EXPECT_EQ(instance.last.effects[2].kind, Effect::Kind::kLog);
}

TEST(ContentTest, SendsLaterByDelayOrDueTime) {
  Instance instance(
      OnGo("<send id='s' event='remind' delay='14d'/><send event='soon' delayexpr='x + \"s\"'/>"
           "<assign location='y' expr='\"2023-03-31\"'/><send event='due' jissho:at='y'/>"));
  instance.Fire("go");
  ASSERT_THAT(instance.last.effects, SizeIs(3));
  EXPECT_EQ(instance.last.effects[0].send_id, "s");
  EXPECT_EQ(instance.last.effects[0].delay, absl::Hours(14 * 24));
  EXPECT_EQ(instance.last.effects[1].delay, absl::Seconds(1));
  EXPECT_EQ(instance.last.effects[2].at, "2023-03-31");
}

TEST(ContentTest, WishesBusinessDaysAndLeavesTheCalendarToItsHost) {
  Instance instance(OnGo(
      "<send event='a' jissho:business-days='5' jissho:time='17:15'/>"
      "<send event='b' jissho:business-days-expr='x + 2' jissho:time='24:00'/>"
      "<assign location='y' expr='\"2023-04-01\"'/><send event='c' jissho:at='y' jissho:day-off='next'/>"));
  instance.Fire("go");
  ASSERT_THAT(instance.last.effects, SizeIs(3));
  EXPECT_EQ(instance.last.effects[0].business_days, 5);
  EXPECT_EQ(instance.last.effects[0].time, absl::Hours(17) + absl::Minutes(15));
  EXPECT_EQ(instance.last.effects[1].business_days, 3);
  EXPECT_EQ(instance.last.effects[1].time, absl::Hours(24));
  EXPECT_EQ(instance.last.effects[2].at, "2023-04-01");
  EXPECT_EQ(instance.last.effects[2].day_off, chart::DayOff::kNext);
}

TEST(ContentTest, ANumberOfBusinessDaysThatIsNoneIsAnErrorOfTheScript) {
  for (const char* days : {"x - 1", "x / 2", "2501", "y", "true"}) {
    Instance instance(
        OnGo(absl::StrCat("<send event='a' jissho:business-days-expr='", days, "' jissho:time='17:15'/>")));
    EXPECT_THAT(instance.Fire("go").states(), ElementsAre("failed")) << days;
  }
}

TEST(ContentTest, MakesTheIdOfASendAndCancelsByIt) {
  Instance instance(
      OnGo("<send event='e' idlocation='y' delay='5s'/><cancel sendidexpr='y'/><cancel sendid='z'/>"));
  instance.Fire("go");
  ASSERT_THAT(instance.last.effects, SizeIs(3));
  EXPECT_FALSE(instance.last.effects[0].send_id.empty());
  EXPECT_EQ(instance.last.effects[1].kind, Effect::Kind::kCancel);
  EXPECT_EQ(instance.last.effects[1].send_id, instance.last.effects[0].send_id);
  EXPECT_EQ(instance.last.effects[2].send_id, "z");
}

TEST(ContentTest, RaisesAnErrorAndLeavesOutTheRestOfTheBlock) {
  Instance instance(OnGo("<assign location='x' expr='nothing.at.all'/><log label='never'/>"));
  instance.Fire("go");
  EXPECT_THAT(instance.Said(), IsEmpty());
  EXPECT_EQ(instance.data("x"), 1);
  EXPECT_THAT(instance.states(), ElementsAre("failed"));
  EXPECT_FALSE(instance.last.unhandled_error.has_value());
}

TEST(ContentTest, RunsTheNextHandlerAfterOneThatFailed) {
  Instance instance(
      "<state id='a'><onentry><log expr='ghost'/></onentry><onentry><log label='next'/></onentry>"
      "</state>");
  EXPECT_THAT(instance.Said(), ElementsAre("next"));
}

TEST(ContentTest, ReportsAnErrorThatNothingTook) {
  Instance instance(
      "<state id='a'><transition event='go' target='b'><log expr='ghost'/></transition></state>"
      "<state id='b'/>");
  instance.Fire("go");
  EXPECT_TRUE(instance.last.unhandled_error.has_value());
  EXPECT_THAT(instance.states(), ElementsAre("b"));
}

TEST(ContentTest, ReportsAnErrorOnTheWayIntoTheEnd) {
  Instance instance(
      "<state id='a'><transition event='go' target='f'/></state>"
      "<final id='f'><onentry><log expr='ghost'/></onentry></final>");
  instance.Fire("go");
  EXPECT_TRUE(instance.last.next.finished);
  EXPECT_TRUE(instance.last.unhandled_error.has_value());
}

TEST(ContentTest, TakesAConditionThatFailsForFalseAndReportsIt) {
  Instance instance("<state id='a'><transition event='e' cond='ghost.x' target='b'/></state><state id='b'/>");
  instance.Fire("e");
  EXPECT_FALSE(instance.last.matched);
  EXPECT_TRUE(instance.last.unhandled_error.has_value());
}

TEST(ContentTest, StopsAtAnEventlessConditionThatFailsInsteadOfTurningInACircle) {
  Instance instance("<state id='a'><transition cond='ghost.x' target='b'/></state><state id='b'/>");
  EXPECT_THAT(instance.states(), ElementsAre("a"));
  EXPECT_TRUE(instance.last.unhandled_error.has_value());
}

TEST(ContentTest, TurnsASendThatTheHostRefusesIntoAnErrorEvent) {
  Instance instance(
      "<datamodel><data id='id'/></datamodel><state id='a'><transition event='go'>"
      "<send id='s1' event='e' type='pigeon'/></transition><transition event='error.communication' "
      "target='b'><assign location='id' expr='_event.sendid'/></transition></state><state id='b'/>");
  instance.session.refuse = [](const Effect& effect) {
    return std::string(effect.type == "pigeon" ? "error.communication" : "");
  };
  instance.Fire("go");
  EXPECT_THAT(instance.states(), ElementsAre("b"));
  EXPECT_EQ(instance.data("id"), "s1");
  EXPECT_THAT(instance.last.effects, IsEmpty());
}

TEST(ContentTest, FailsTheStepOfAChartThatNeverComesToRest) {
  auto machine = TryBuild(
      "<state id='a'><transition event='go' target='b'/></state>"
      "<state id='b'><transition target='c'/></state><state id='c'><transition target='b'/></state>");
  ASSERT_TRUE(machine.ok()) << machine.status();
  const auto started = (*machine)->Start({}, nullptr);
  ASSERT_TRUE(started.ok());
  Event event;
  event.name = "go";
  EXPECT_TRUE(HasReason((*machine)->Step({}, started->next, event).status(), kEndless));
}

TEST(ContentTest, FailsTheStepOfAnEventThatRaisesItself) {
  auto machine = TryBuild(
      "<state id='a'><onentry><raise event='r'/></onentry><transition event='r'>"
      "<raise event='r'/></transition></state>");
  ASSERT_TRUE(machine.ok()) << machine.status();
  EXPECT_TRUE(HasReason((*machine)->Start({}, nullptr).status(), kEndless));
}

TEST(ContentTest, EvaluatesDataWhenTheStateIsFirstEnteredUnderLateBinding) {
  Instance instance(
      "<datamodel><data id='n' expr='1'/></datamodel><state id='a'><transition event='e' target='b'>"
      "<assign location='n' expr='n + 1'/></transition></state><state id='b'><datamodel>"
      "<data id='m' expr='n'/></datamodel><transition event='back' target='a'/></state>",
      "binding='late'");
  EXPECT_TRUE(instance.last.next.data.at("m").is_undefined());
  instance.Fire("e");
  EXPECT_EQ(instance.data("m"), 2);
  instance.Fire("back").Fire("e");
  EXPECT_EQ(instance.data("m"), 2);
}

TEST(ContentTest, KnowsOnlyInWithoutADataModel) {
  Instance instance(
      "<parallel id='p'><state id='q'><transition event='e' cond='In(\"r\")' target='x'/></state>"
      "<state id='r'/></parallel><state id='x'/>",
      "datamodel='null'");
  EXPECT_THAT(instance.Fire("e").states(), ElementsAre("x"));
  EXPECT_TRUE(HasReason(
      TryBuild("<state id='a'><transition event='e' cond='1'/></state>", "datamodel='null'").status(),
      kChartInvalid));
}

TEST(ContentTest, RaisesAnErrorForAnExpressionWithoutADataModel) {
  Instance instance(
      "<state id='a'><onentry><log expr='1'/></onentry><transition event='error.execution' "
      "target='b'/></state><state id='b'/>",
      "datamodel='null'");
  EXPECT_THAT(instance.states(), ElementsAre("b"));
}

}  // namespace
}  // namespace jissho::engine
