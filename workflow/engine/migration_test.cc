#include "workflow/engine/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/engine/reasons.h"
#include "workflow/engine/testing.h"

namespace jissho::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> FaultyFields(const absl::Status& status) {
  std::vector<std::string> fields;
  if (const auto detail = GetErrorDetail(status)) {
    for (const FieldFault& fault : detail->faults) fields.push_back(fault.field);
  }
  return fields;
}

class MigrationTest : public ::testing::Test {
 protected:
  // `from` starts an instance; the plan takes it to `to`.
  void Use(absl::string_view from, absl::string_view to, absl::string_view to_attributes = "") {
    instance_.emplace(from);
    auto machine = TryBuild(to, to_attributes);
    ASSERT_TRUE(machine.ok()) << machine.status();
    to_ = *std::move(machine);
  }

  absl::StatusOr<Migrator> Make() { return Migrator::Make(plan_, instance_->machine().chart(), to_); }

  absl::StatusOr<Migrated> Move() {
    auto migrator = Make();
    if (!migrator.ok()) return migrator.status();
    return migrator->Move("instance-1", instance_->last.next);
  }

  std::vector<std::string> Faults() { return FaultyFields(Make().status()); }

  MigrationPlan plan_;
  std::optional<Instance> instance_;
  std::shared_ptr<const Machine> to_;
};

TEST_F(MigrationTest, IdentityChangesNothing) {
  const char* const chart =
      "<datamodel><data id='n' expr='1'/></datamodel><state id='a'><state id='b'/><history id='h'>"
      "<transition target='b'/></history></state>";
  Use(chart, chart);
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->next, instance_->last.next);
  EXPECT_THAT(moved->entered, IsEmpty());
  EXPECT_THAT(moved->exited, IsEmpty());
}

TEST_F(MigrationTest, IdentityChangesNothingOnTheWayThroughParallelsHistoriesAndLateData) {
  const char* const chart =
      "<datamodel><data id='n' expr='0'/></datamodel>"
      "<state id='work'><parallel id='p'>"
      "<state id='l'><state id='l1'><transition event='left' target='l2'/></state><state id='l2'>"
      "<datamodel><data id='late' expr='7'/></datamodel></state></state>"
      "<state id='r'><state id='r1'><transition event='right' target='r2'><assign location='n' expr='n + 1'/>"
      "</transition></state><state id='r2'><transition event='right' target='r1'/></state></state>"
      "</parallel><history id='deep' type='deep'><transition target='p'/></history>"
      "<transition event='pause' target='idle'/></state>"
      "<state id='idle'><transition event='go' target='deep'/></state>";
  instance_.emplace(chart, "binding='late'");
  to_ = *TryBuild(chart, "binding='late'");
  const auto migrator = Make();
  ASSERT_TRUE(migrator.ok()) << migrator.status();
  for (const char* event : {"right", "left", "pause", "go", "right", "pause", "go", "left", "right"}) {
    const auto moved = migrator->Move("instance-1", instance_->last.next);
    ASSERT_TRUE(moved.ok()) << moved.status();
    EXPECT_EQ(moved->next, instance_->last.next) << "before " << event;
    instance_->Fire(event);
  }
}

TEST_F(MigrationTest, RenamesAStateAndFindsTheStatesAroundTheNewOne) {
  Use("<state id='a'/>", "<state id='outer'><state id='b'/></state>");
  plan_.states = {{"a", "b"}};
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_THAT(moved->next.configuration, ElementsAre("outer", "b"));
  EXPECT_THAT(moved->entered, ElementsAre("outer", "b"));
  EXPECT_THAT(moved->exited, ElementsAre("a"));
}

TEST_F(MigrationTest, OneStateMayBecomeRegions) {
  Use("<state id='a'/>",
      "<parallel id='p'><state id='x'><state id='x1'/></state><state id='y'><state "
      "id='y1'/></state></parallel>");
  plan_.states = {{"a", "x1 y1"}};
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_THAT(moved->next.configuration, ElementsAre("p", "x", "x1", "y", "y1"));
}

TEST_F(MigrationTest, RunsNoEntryAndNoExit) {
  Use("<datamodel><data id='n' expr='0'/></datamodel><state id='a'><onexit><assign location='n' "
      "expr='9'/></onexit></state>",
      "<datamodel><data id='n' expr='5'/></datamodel><state id='b'><onentry><assign location='n' "
      "expr='8'/></onentry></state>");
  plan_.states = {{"a", "b"}};
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->next.data.at("n").json(), 0);
}

TEST_F(MigrationTest, RefusesAPlanThatForgetsAVanishedState) {
  Use("<state id='a'/><state id='gone'/>", "<state id='a'/>");
  EXPECT_THAT(Faults(), ElementsAre("plan.states[gone]"));
}

TEST_F(MigrationTest, RefusesAStateThatGotStatesInside) {
  Use("<state id='a'/>", "<state id='a'><state id='b'/></state>");
  EXPECT_THAT(Faults(), ElementsAre("plan.states[a]"));
}

TEST_F(MigrationTest, RefusesToMoveIntoTheEnd) {
  Use("<state id='a'/>", "<state id='b'/><final id='f'/>");
  plan_.states = {{"a", "f"}};
  EXPECT_THAT(Faults(), ElementsAre("plan.states[a]"));
}

TEST_F(MigrationTest, TellsAllUnknownNamesAtOnce) {
  Use("<datamodel><data id='n' expr='0'/></datamodel><state id='a'/>",
      "<datamodel><data id='n' expr='0'/></datamodel><state id='a'/>");
  plan_.states = {{"no", "a"}, {"a", "nowhere"}};
  plan_.set = {{"n", "m + 1"}, {"q", "In('mars')"}, {"r", "1 +"}};
  plan_.rename = {{"old", "n"}};
  plan_.remove = {"x"};
  plan_.children = {{"c", "d"}};
  EXPECT_THAT(Faults(), UnorderedElementsAre("plan.states[a]", "plan.states[no]", "plan.set[n]",
                                             "plan.set[q]", "plan.set[q]", "plan.set[r]", "plan.set[r]",
                                             "plan.rename[old]", "plan.rename[old]", "plan.rename[old]",
                                             "plan.remove[x]", "plan.children[c]", "plan.children[c]"));
}

TEST_F(MigrationTest, RefusesAPlanWhoseStatesCannotBeHeldTogether) {
  Use("<state id='a'/>", "<parallel id='p'><state id='x'/><state id='y'/></parallel>");
  plan_.states = {{"a", "x"}};
  EXPECT_THAT(Faults(), ElementsAre("plan.states[a]"));
}

TEST_F(MigrationTest, RefusesTheInstanceInARegionThatDoesNotFit) {
  Use("<parallel id='p'><state id='x'/><state id='y'/></parallel>", "<state id='x'/><state id='y'/>");
  EXPECT_TRUE(HasReason(Move().status(), kConfigurationIllegal)) << Move().status();
}

TEST_F(MigrationTest, AStateWithoutATargetKeepsItsInstances) {
  Use("<state id='a'/><state id='b'/>", "<state id='b'/>");
  plan_.states = {{"a", ""}};
  EXPECT_TRUE(HasReason(Move().status(), kMigrationStateUnmapped)) << Move().status();
}

TEST_F(MigrationTest, CarriesComputesRenamesAndRemovesData) {
  Use("<datamodel><data id='days' expr='3'/><data id='name' expr=\"'x'\"/><data id='junk' "
      "expr='1'/></datamodel>"
      "<state id='a'/>",
      "<datamodel><data id='hours' expr='0'/><data id='title' expr=\"''\"/><data id='days' expr='0'/>"
      "<data id='fresh' expr='[days, hours]'/></datamodel><state id='a'/>");
  plan_.set = {{"hours", "In('a') ? days * 24 : 0"}};
  plan_.rename = {{"name", "title"}};
  plan_.remove = {"junk"};
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->next.data.size(), 4u);
  EXPECT_EQ(moved->next.data.at("hours").json(), 72);
  EXPECT_EQ(moved->next.data.at("title").json(), "x");
  EXPECT_EQ(moved->next.data.at("days").json(), 3);
  EXPECT_EQ(moved->next.data.at("fresh").json(), Json({3, 72}));
}

TEST_F(MigrationTest, SwapsTwoVariables) {
  const char* const chart =
      "<datamodel><data id='x' expr='1'/><data id='y' expr='2'/></datamodel><state id='a'/>";
  Use(chart, chart);
  plan_.rename = {{"x", "y"}, {"y", "x"}};
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->next.data.at("x").json(), 2);
  EXPECT_EQ(moved->next.data.at("y").json(), 1);
}

TEST_F(MigrationTest, RefusesARenameOverAVariableThatStays) {
  const char* const chart =
      "<datamodel><data id='x' expr='1'/><data id='y' expr='2'/></datamodel><state id='a'/>";
  Use(chart, chart);
  plan_.rename = {{"x", "y"}};
  EXPECT_THAT(Faults(), ElementsAre("plan.rename[x]"));
}

TEST_F(MigrationTest, RefusesToLoseAVariableInSilence) {
  Use("<datamodel><data id='n' expr='0'/></datamodel><state id='a'/>", "<state id='a'/>");
  EXPECT_THAT(Faults(), ElementsAre("plan.remove[n]"));
}

TEST_F(MigrationTest, RefusesTheInstanceWhoseDataFailAnExpression) {
  Use("<datamodel><data id='o' expr='null'/></datamodel><state id='a'/>",
      "<datamodel><data id='o'/><data id='n' expr='0'/></datamodel><state id='a'/>");
  plan_.set = {{"n", "o.member"}};
  EXPECT_TRUE(HasReason(Move().status(), kMigrationExpressionFailed)) << Move().status();
}

constexpr char kRemembering[] =
    "<state id='w'><state id='w1'><transition event='next' target='w2'/></state><state id='w2'/>"
    "<history id='h'><transition target='w1'/></history><transition event='stop' target='off'/></state>"
    "<state id='off'/>";

TEST_F(MigrationTest, MapsWhatAHistoryRemembers) {
  Use(kRemembering,
      "<state id='v'><state id='v1'/><state id='v2'/><history id='g'><transition target='v1'/>"
      "</history></state><state id='off'/>");
  instance_->Fire("next").Fire("stop");
  plan_.states = {{"w1", "v1"}, {"w2", "v2"}, {"h", "g"}};
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_THAT(moved->next.history, ElementsAre(Pair("g", ElementsAre("v2"))));
}

TEST_F(MigrationTest, RefusesTheInstanceThatWouldReturnSomewhereElse) {
  Use(kRemembering,
      "<state id='v'><state id='v1'/><history id='h'><transition target='v1'/></history></state>"
      "<state id='off'/><state id='w2'/>");
  instance_->Fire("next").Fire("stop");
  plan_.states = {{"w1", "v1"}};
  EXPECT_TRUE(HasReason(Move().status(), kMigrationHistoryIllegal)) << Move().status();
}

TEST_F(MigrationTest, MakesTheLateDataOfStatesThatItIsInAndNoOther) {
  Use("<state id='a'/>",
      "<state id='a'><datamodel><data id='here' expr='1'/></datamodel></state>"
      "<state id='b'><datamodel><data id='there' expr='2'/></datamodel></state>",
      "binding='late'");
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->next.data.at("here").json(), 1);
  EXPECT_TRUE(moved->next.data.at("there").is_undefined());
  EXPECT_THAT(moved->next.initialised, ElementsAre("a"));
}

constexpr char kHearing[] = "<state id='a'><transition event='due remind'/></state>";

TEST_F(MigrationTest, KeepsRenamesAndCancelsTimers) {
  Use(kHearing, kHearing);
  plan_.timers = {{"t1", "u1"}};
  plan_.cancel_timers = {"t2", "remind"};
  const auto moved = Make()->MoveTimers({{"t1", "t1", "due"},
                                         {"send-2", "t1", "due"},
                                         {"t2", "t2", "due"},
                                         {"send-3", "", "remind"},
                                         {"t4", "t4", "due"}});
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_THAT(*moved, ElementsAre(Pair("send-2", MovedTimer{"send-2", "u1"}), Pair("send-3", MovedTimer{}),
                                  Pair("t1", MovedTimer{"u1", "u1"}), Pair("t2", MovedTimer{}),
                                  Pair("t4", MovedTimer{"t4", "t4"})));
}

TEST_F(MigrationTest, RefusesTwoTimersUnderOneName) {
  Use(kHearing, kHearing);
  plan_.timers = {{"t1", "t2"}};
  EXPECT_TRUE(HasReason(Make()->MoveTimers({{"t1", "t1", "due"}, {"t2", "t2", "due"}}).status(),
                        kMigrationTimerTaken));
}

TEST_F(MigrationTest, RefusesToLoseADeadline) {
  Use(kHearing, "<state id='a'><transition event='due'/></state>");
  const auto migrator = Make();
  EXPECT_TRUE(HasReason(migrator->MoveTimers({{"t1", "t1", "remind"}}).status(), kMigrationTimerUnheard));
  EXPECT_TRUE(migrator->MoveTimers({{"t1", "t1", "due"}}).ok());
  EXPECT_TRUE(migrator->MoveTimers({{"t2", "t2", "unheard.before"}}).ok());
  EXPECT_TRUE(migrator->MoveTimers({{"t3", "t3", "remind", /*elsewhere=*/true}}).ok());
}

TEST_F(MigrationTest, KeepsAndRenamesWhatIsInvoked) {
  Use("<state id='a'><invoke id='c' src='x'/><invoke src='y'/></state>",
      "<state id='b'><invoke id='extra' src='z'/><invoke id='d' src='x'/></state>");
  plan_.states = {{"a", "b"}};
  plan_.children = {{"c", "d"}};
  ASSERT_EQ(instance_->last.next.invocations.size(), 2u);
  const auto moved = Move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->next.invocations.at("d"), (Invocation{"b", 1}));
  EXPECT_EQ(moved->next.invocations.size(), 2u);
}

TEST_F(MigrationTest, RefusesTheInstanceWhoseChildWouldBeLeftBehind) {
  Use("<state id='a'><invoke id='c' src='x'/></state>", "<state id='a'/>");
  EXPECT_TRUE(HasReason(Move().status(), kMigrationChildUnmapped)) << Move().status();
}

TEST_F(MigrationTest, APlanSurvivesStorage) {
  plan_ = {"loan",       "any", "current",    {{"a", "b"}}, {{"n", "1"}},
           {{"o", "p"}}, {"q"}, {{"t", "u"}}, {"v"},        {{"c", "d"}}};
  const auto read = MigrationPlanFromJson(Json::parse(ToJson(plan_).dump()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, plan_);
}

}  // namespace
}  // namespace jissho::engine
