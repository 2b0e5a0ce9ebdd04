// Building, starting, and what survives between two events.
#include "workflow/engine/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/base/error.h"
#include "workflow/engine/reasons.h"
#include "workflow/engine/testing.h"

namespace jissho::engine {
namespace {

using ::testing::ElementsAre;

constexpr char kProcedure[] =
    "<datamodel><data id='n' expr='0'/><data id='none'/><data id='doc'><note a='1'/></data></datamodel>"
    "<parallel id='p'><history id='h' type='deep'><transition target='q1 r1'/></history>"
    "<state id='q'><state id='q1'><transition event='next' target='q2'><assign location='n' expr='n + 1'/>"
    "<send event='tick' idlocation='id' delay='1s'/></transition></state>"
    "<state id='q2'><datamodel><data id='id'/><data id='late' expr='n'/></datamodel>"
    "<transition event='next' target='q1'/></state></state>"
    "<state id='r'><state id='r1'><transition event='done' target='rf'/></state><final id='rf'/></state>"
    "<transition event='pause' target='idle'/><transition event='done.state.r'><log label='r is "
    "done'/></transition>"
    "</parallel><state id='idle'><transition event='resume' target='h'/></state>";

TEST(AmnesiaTest, ForgettingEverythingBetweenEventsChangesNothing) {
  for (const char* binding : {"binding='early'", "binding='late'"}) {
    Instance keeps(kProcedure, binding);
    Instance forgets(kProcedure, binding, /*amnesia=*/true);
    for (const char* event :
         {"next", "pause", "resume", "next", "unknown", "done", "next", "pause", "resume"}) {
      keeps.Fire(event);
      forgets.Fire(event);
      EXPECT_EQ(keeps.last.next, forgets.last.next) << event;
      EXPECT_EQ(keeps.Said(), forgets.Said()) << event;
      EXPECT_EQ(keeps.last.entered, forgets.last.entered) << event;
      EXPECT_EQ(keeps.last.exited, forgets.last.exited) << event;
    }
    EXPECT_THAT(forgets.states(), ElementsAre("p", "q", "q2", "r", "rf"));
    EXPECT_EQ(forgets.data("n"), 2);
    EXPECT_TRUE(forgets.last.next.data.at("none").is_undefined());
    EXPECT_TRUE(forgets.last.next.data.at("doc").is_xml());
  }
}

TEST(AmnesiaTest, GivesTheSameResultForTheSameInput) {
  Instance instance(kProcedure);
  const Snapshot before = instance.last.next;
  Event event;
  event.name = "next";
  const auto one = instance.machine().Step(instance.session, before, event);
  const auto two = instance.machine().Step(instance.session, before, event);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->next, two->next);
  EXPECT_EQ(one->taken, two->taken);
}

TEST(SnapshotTest, RefusesJsonThatIsNoSnapshot) {
  EXPECT_TRUE(HasReason(SnapshotFromJson(Json::object()).status(), kSnapshotMalformed));
  EXPECT_TRUE(HasReason(SnapshotFromJson(Json()).status(), kSnapshotMalformed));
  Json other = ToJson(Snapshot{});
  other["format"] = 99;
  EXPECT_TRUE(HasReason(SnapshotFromJson(other).status(), kSnapshotMalformed));
}

TEST(SnapshotTest, IsRefusedByAChartThatDoesNotKnowItsStates) {
  Instance instance("<state id='a'/>");
  Snapshot foreign;
  foreign.configuration = {"b"};
  EXPECT_TRUE(HasReason(instance.machine().Step({}, foreign, Event{}).status(), kConfigurationIllegal));
}

TEST(EventTest, KeepsEverythingThroughJson) {
  const Event event{"e", Event::Type::kPlatform, Value::Xml("<a/>"), "s", "o", "t", "i"};
  const auto read = EventFromJson(ToJson(event));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->name, "e");
  EXPECT_EQ(read->type, Event::Type::kPlatform);
  EXPECT_EQ(read->data, event.data);
  EXPECT_EQ(read->send_id + read->origin + read->origin_type + read->invoke_id, "soti");
  EXPECT_TRUE(HasReason(EventFromJson(Json{{"name", "e"}}).status(), kSnapshotMalformed));
}

TEST(StartTest, ReplacesDeclaredDataBeforeAnythingIsEntered) {
  Instance instance(
      "<datamodel><data id='yen' expr='ghost'/><data id='twice' expr='yen * 2'/></datamodel>"
      "<state id='a'><transition cond='yen == 500' target='b'/></state><state id='b'/>");
  instance.Start(Json{{"yen", 500}});
  EXPECT_THAT(instance.states(), ElementsAre("b"));
  EXPECT_EQ(instance.data("twice"), 1000);
  EXPECT_FALSE(instance.last.unhandled_error.has_value());
}

TEST(StartTest, RefusesDataThatTheChartDoesNotDeclare) {
  Instance instance("<state id='a'/>");
  EXPECT_TRUE(HasReason(instance.machine().Start({}, Json{{"typo", 1}}).status(), kInitialDataUnknown));
}

TEST(BuildTest, RefusesAFaultyChart) {
  EXPECT_TRUE(HasReason(TryBuild("<state id='a'><transition event='e' target='b'/></state>").status(),
                        kChartInvalid));
  EXPECT_TRUE(
      HasReason(TryBuild("<state id='a'><transition event='e' cond='1 +' target='a'/></state>").status(),
                kChartInvalid));
}

TEST(BuildTest, RefusesADataModelThatIsNotThere) {
  EXPECT_TRUE(HasReason(TryBuild("<state id='a'/>", "datamodel='xpath'").status(), kDataModelUnknown));
}

TEST(BuildTest, TellsAllFaultsToWhoAsks) {
  const auto chart = chart::Parse(absl::StrCat("<scxml xmlns='", chart::kScxmlNamespace,
                                               "' datamodel='ecmascript'><state id='a'><transition event='e' "
                                               "cond='(' target='ghost'/></state></scxml>"));
  ASSERT_TRUE(chart.ok());
  const auto faults = ValidateForEngine(*chart);
  ASSERT_TRUE(faults.ok());
  EXPECT_EQ(faults->size(), 2u);
}

}  // namespace
}  // namespace jissho::engine
