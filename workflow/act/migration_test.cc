// Migrations on both databases: a loan whose chart gets a second version.
#include "workflow/act/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "workflow/act/act_fixture.h"
#include "workflow/act/audit.h"
#include "workflow/act/reasons.h"
#include "workflow/act/versions.h"
#include "workflow/engine/reasons.h"

namespace jissho::act {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kOld[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="asked">
  <datamodel><data id="days" expr="3"/></datamodel>
  <state id="asked">
    <transition event="lend" target="lent" jissho:role="clerk" jissho:label="貸す" jissho:label-en="Lend">
      <send event="overdue" id="overdue" delay="10d"/>
    </transition>
    <transition event="odd" target="lost" jissho:role="clerk" jissho:label="紛失" jissho:label-en="Lose"/>
  </state>
  <state id="lent">
    <transition event="overdue" target="late"/>
    <transition event="return" target="ended" jissho:role="clerk" jissho:label="返す" jissho:label-en="Return"/>
  </state>
  <state id="late">
    <transition event="return" target="ended" jissho:role="clerk" jissho:label="返す" jissho:label-en="Return"/>
  </state>
  <state id="lost"><transition event="return" target="ended"/></state>
  <final id="ended"/>
</scxml>)";

// "lent" becomes "out", hours instead of days, and the thing is checked when it comes back.
constexpr char kNew[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="asked">
  <datamodel><data id="hours" expr="0"/><data id="checks" expr="[]"/></datamodel>
  <state id="asked">
    <transition event="lend" target="out" jissho:role="clerk" jissho:label="貸す" jissho:label-en="Lend"/>
  </state>
  <state id="out">
    <transition event="overdue" target="late"/>
    <transition event="check" target="ended" jissho:role="clerk" jissho:label="確かめる" jissho:label-en="Check"/>
  </state>
  <state id="late">
    <transition event="check" target="ended" jissho:role="clerk" jissho:label="確かめる" jissho:label-en="Check"/>
  </state>
  <final id="ended"/>
</scxml>)";

engine::MigrationPlan Plan() {
  engine::MigrationPlan plan;
  plan.chart = "loan";
  plan.states = {{"lent", "out"}, {"lost", ""}};
  plan.set = {{"hours", "days * 24"}};
  plan.remove = {"days"};
  plan.timers = {{"overdue", "late-notice"}};
  return plan;
}

std::string WithFourEyes(const char* chart) {
  return absl::StrReplaceAll(chart, {{"name=\"loan\"", "name=\"loan\" jissho:four-eyes=\"repair\""}});
}

class MigrationTest : public ActFixture {
 protected:
  // "a" is asked, "b" lent, "c" lost, "d" has ended.
  void StartFour(Service& service) {
    StartLoan(service, "a");
    StartLoan(service, "b", {"lend"});
    StartLoan(service, "c", {"odd"});
    StartLoan(service, "d", {"lend", "return"});
  }

  absl::StatusOr<Trial> Try(Service& service, const engine::MigrationPlan& plan) {
    auto session = Session();
    return TryMigration(*session, service.catalog(), plan, [] { return false; });
  }

  absl::StatusOr<std::string> Request(Service& service, const engine::MigrationPlan& plan = Plan()) {
    JISSHO_ASSIGN_OR_RETURN(const Trial trial, Try(service, plan));
    return Do(service, admin_,
              [&](const Context& context, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                JISSHO_ASSIGN_OR_RETURN(auto row,
                                        RequestMigration(plan, trial, "new rules", context, writes));
                return row.id;
              });
  }

  using Verb = absl::StatusOr<MigrationRow> (*)(const std::string&, const Context&, const View&, WriteSet&);
  absl::Status Change(Service& service, const Actor& actor, Verb verb, const std::string& id) {
    return Do(service, actor,
              [&](const Context& context, const View& view, WriteSet& writes) -> absl::StatusOr<std::string> {
                JISSHO_RETURN_IF_ERROR(verb(id, context, view, writes).status());
                return std::string();
              })
        .status();
  }

  MigrationRow TheMigration() {
    const auto rows = All<MigrationRow>();
    EXPECT_THAT(rows, SizeIs(1));
    return rows.at(0);
  }
};

TEST_P(MigrationTest, TrialSaysWhoMovesWhoCannotAndWhyAndWritesNothing) {
  auto old_service = Make(kOld);
  StartFour(*old_service);
  StartLoan(*old_service, "c2", {"odd"});
  auto service = Make(kNew);
  StartLoan(*service, "e");
  const auto trial = Try(*service, Plan());
  ASSERT_OK(trial);
  EXPECT_EQ(trial->movable, 2);
  EXPECT_EQ(trial->there, 1);
  EXPECT_EQ(trial->finished, 1);
  EXPECT_FALSE(trial->needs_approval);
  ASSERT_THAT(trial->refused, SizeIs(1));
  EXPECT_EQ(trial->refused[0].reason, "MIGRATION_STATE_UNMAPPED");
  EXPECT_EQ(trial->refused[0].count, 2);
  EXPECT_THAT(trial->refused[0].examples, ElementsAre("c", "c2"));
  EXPECT_THAT(All<MigrationRow>(), SizeIs(0));
  EXPECT_EQ(Get("b").chart_hash, Get("a").chart_hash);
}

TEST_P(MigrationTest, RefusesAFaultyPlanBeforeAnythingIsTried) {
  auto old_service = Make(kOld);
  StartLoan(*old_service, "a");
  auto service = Make(kNew);
  engine::MigrationPlan plan = Plan();
  plan.states.erase("lent");
  EXPECT_THAT(Try(*service, plan).status(), testing::ReasonIs(kFieldInvalid));
  plan = Plan();
  plan.to = Get("a").chart_hash;
  plan.from = plan.to;
  EXPECT_THAT(Try(*service, plan).status(), testing::ReasonIs(kFieldInvalid));
  plan = Plan();
  plan.from = "0000";
  EXPECT_THAT(Try(*service, plan).status(), testing::ReasonIs(kFieldInvalid));
  plan = Plan();
  plan.chart = "unknown";
  EXPECT_THAT(Try(*service, plan).status(), testing::ReasonIs(kFieldInvalid));
}

TEST_P(MigrationTest, MovesStateDataTasksAndTimersAndJournalsIt) {
  auto old_service = Make(kOld);
  StartFour(*old_service);
  const InstanceRow before = Get("b");
  const absl::Time due = All<TimerRow>("WHERE instance_id = 'b'").at(0).due;
  auto service = Make(kNew);
  ASSERT_OK_AND_ASSIGN(const std::string id, Request(*service));
  PumpUntilQuiet(*service);

  const InstanceRow after = Get("b");
  EXPECT_EQ(after.chart_hash, TheMigration().to_hash);
  EXPECT_THAT(SnapshotOf(after).configuration, ElementsAre("out"));
  EXPECT_EQ(SnapshotOf(after).data.at("hours").json(), 72);
  EXPECT_EQ(SnapshotOf(after).data.at("checks").json(), Json::array());
  EXPECT_EQ(SnapshotOf(after).data.size(), 2u);
  EXPECT_EQ(Json::parse(after.tasks).at(0).at("event"), "check");
  EXPECT_EQ(after.actors, before.actors);
  const auto timers = All<TimerRow>("WHERE instance_id = 'b'");
  ASSERT_THAT(timers, SizeIs(1));
  EXPECT_EQ(timers[0].timer_id, "late-notice");
  EXPECT_EQ(timers[0].due, due);
  EXPECT_EQ(after.timers, "[\"late-notice\"]");

  const JournalRow entry = All<JournalRow>("WHERE instance_id = 'b' ORDER BY sequence DESC").at(0);
  const Json detail = Json::parse(entry.detail);
  EXPECT_EQ(entry.event, "migrate");
  EXPECT_EQ(entry.actor, admin_.id);
  EXPECT_EQ(entry.entered, "[\"out\"]");
  EXPECT_EQ(entry.exited, "[\"lent\"]");
  EXPECT_EQ(entry.chart_hash, after.chart_hash);
  EXPECT_EQ(detail.at("from"), before.chart_hash);
  EXPECT_EQ(detail.at("migration"), id);
  EXPECT_EQ(detail.at("reason"), "new rules");
  EXPECT_EQ(detail.at("changed").at("days"), nullptr);
  auto session = Session();
  const auto audit = AuditInstance(*session, service->catalog(), "b");
  ASSERT_OK(audit);
  EXPECT_FALSE(audit->fault) << audit->fault->en;
  EXPECT_EQ(audit->entries, 3);

  EXPECT_EQ(TheMigration().state, kMigrationDone);
  EXPECT_EQ(TheMigration().moved, 2);
  EXPECT_EQ(TheMigration().refused, 1);
}

TEST_P(MigrationTest, AMovedInstanceGoesOnByTheNewChart) {
  auto old_service = Make(kOld);
  StartLoan(*old_service, "b", {"lend"});
  auto service = Make(kNew);
  ASSERT_OK(Request(*service));
  PumpUntilQuiet(*service);
  calendar_.Set(calendar_.Now() + absl::Hours(240));
  PumpUntilQuiet(*service);
  EXPECT_THAT(SnapshotOf(Get("b")).configuration, ElementsAre("late"));
  EXPECT_OK(
      Do(*service, clerk_, [](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
        JISSHO_RETURN_IF_ERROR(writes.Fire("b", "check"));
        return std::string();
      }));
  EXPECT_TRUE(Get("b").finished);
}

TEST_P(MigrationTest, LeavesFinishedAndRefusedInstancesUntouched) {
  auto old_service = Make(kOld);
  StartFour(*old_service);
  const InstanceRow lost = Get("c"), ended = Get("d");
  auto service = Make(kNew);
  ASSERT_OK(Request(*service));
  PumpUntilQuiet(*service);
  EXPECT_EQ(Get("c").version, lost.version);
  EXPECT_EQ(Get("d").version, ended.version);
  auto session = Session();
  const auto refused = RefusalsOf(*session, TheMigration().id);
  ASSERT_OK(refused);
  ASSERT_THAT(*refused, SizeIs(1));
  EXPECT_THAT((*refused)[0].examples, ElementsAre("c"));
}

TEST_P(MigrationTest, IdentityChangesNothingButTheVersionAndTheJournal) {
  auto old_service = Make(kOld);
  StartFour(*old_service);
  const auto before = All<InstanceRow>("ORDER BY id");
  auto service = Make(absl::StrCat(kOld, "<!-- the same again -->"));
  engine::MigrationPlan plan;
  plan.chart = "loan";
  ASSERT_OK(Request(*service, plan));
  PumpUntilQuiet(*service);
  const auto after = All<InstanceRow>("ORDER BY id");
  ASSERT_EQ(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    InstanceRow expected = before[i];
    if (!expected.finished) {
      EXPECT_EQ(after[i].chart_hash, TheMigration().to_hash);
      const auto entries =
          All<JournalRow>("WHERE instance_id = '" + expected.id + "' ORDER BY sequence DESC");
      EXPECT_EQ(entries.at(0).event, "migrate");
      EXPECT_EQ(Json::parse(entries.at(0).detail).at("changed"), Json::object());
      expected.chart_hash = after[i].chart_hash;
      expected.journal_hash = entries.at(0).hash;
      ++expected.journal_sequence;
      ++expected.version;
    }
    EXPECT_EQ(storage::ToCells(after[i]), storage::ToCells(expected));
  }
}

TEST_P(MigrationTest, OnChartsWithMoneyASecondPersonIsNeeded) {
  auto old_service = Make(WithFourEyes(kOld));
  StartLoan(*old_service, "a");
  auto service = Make(WithFourEyes(kNew));
  ASSERT_OK_AND_ASSIGN(const std::string id, Request(*service));
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().state, kMigrationRequested);
  EXPECT_EQ(TheMigration().moved, 0);
  EXPECT_THAT(Change(*service, admin_, ApproveMigration, id), testing::ReasonIs(kMigrationOwnRequest));
  EXPECT_OK(Change(*service, manager_, ApproveMigration, id));
  EXPECT_THAT(Change(*service, manager_, ApproveMigration, id), testing::ReasonIs(kMigrationState));
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().moved, 1);
  const JournalRow entry = All<JournalRow>("ORDER BY sequence DESC").at(0);
  EXPECT_EQ(entry.actor, admin_.id);
  EXPECT_EQ(Json::parse(entry.detail).at("approved_by"), manager_.id);
}

TEST_P(MigrationTest, ANewVersionCannotTakeTheSecondPersonAway) {
  auto old_service = Make(WithFourEyes(kOld));
  StartLoan(*old_service, "a");
  auto service = Make(kNew);
  ASSERT_OK(Request(*service));
  EXPECT_EQ(TheMigration().state, kMigrationRequested);
}

TEST_P(MigrationTest, ARunThatDiedBetweenTwoBatchesEndsAsIfItHadNot) {
  auto old_service = Make(kOld);
  for (int i = 0; i < 10; ++i) {
    StartLoan(*old_service, absl::StrCat("n", i),
              i % 4 == 3 ? std::vector<std::string>{"odd"} : std::vector<std::string>{});
  }
  {
    auto service = Make(kNew, 3);
    ASSERT_OK(Request(*service));
    ASSERT_OK(service->Pump(true));
    ASSERT_OK(service->Pump(true));
    EXPECT_EQ(TheMigration().moved + TheMigration().refused, 6);
  }
  auto service = Make(kNew, 4);
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().state, kMigrationDone);
  EXPECT_EQ(TheMigration().moved, 8);
  EXPECT_EQ(TheMigration().refused, 2);
  EXPECT_THAT(All<JournalRow>("WHERE event = 'migrate'"), SizeIs(8));
  EXPECT_THAT(All<InstanceRow>("WHERE chart_hash = '" + TheMigration().to_hash + "'"), SizeIs(8));
}

TEST_P(MigrationTest, TwoProcessesMoveNoInstanceTwice) {
  auto old_service = Make(kOld);
  for (int i = 0; i < 9; ++i) StartLoan(*old_service, absl::StrCat("n", i));
  auto service = Make(kNew, 2);
  ASSERT_OK(Request(*service));
  MigrationRunner fast(
      "test", &service->catalog(), [&](Act act) { return service->RunHere(act); }, pool_.get(), 2);
  // Chooses its batch, and then the other one is faster.
  MigrationRunner slow(
      "test", &service->catalog(),
      [&](Act act) {
        EXPECT_OK(fast.RunOnce());
        return service->RunHere(act);
      },
      pool_.get(), 3);
  for (int i = 0; i < 8; ++i) ASSERT_OK(slow.RunOnce());
  EXPECT_EQ(TheMigration().state, kMigrationDone);
  EXPECT_EQ(TheMigration().moved, 9);
  EXPECT_THAT(All<JournalRow>("WHERE event = 'migrate'"), SizeIs(9));
}

TEST_P(MigrationTest, StopsBetweenTwoBatchesAndGoesOnWhenResumed) {
  auto old_service = Make(kOld);
  for (int i = 0; i < 5; ++i) StartLoan(*old_service, absl::StrCat("n", i));
  auto service = Make(kNew, 2);
  ASSERT_OK_AND_ASSIGN(const std::string id, Request(*service));
  ASSERT_OK(service->Pump(true));
  EXPECT_OK(Change(*service, admin_, StopMigration, id));
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().moved, 2);
  EXPECT_OK(Change(*service, admin_, ResumeMigration, id));
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().moved, 5);
}

TEST_P(MigrationTest, ARequestThatWasStoppedStillNeedsItsApproval) {
  auto old_service = Make(WithFourEyes(kOld));
  StartLoan(*old_service, "a");
  auto service = Make(WithFourEyes(kNew));
  ASSERT_OK_AND_ASSIGN(const std::string id, Request(*service));
  EXPECT_OK(Change(*service, admin_, StopMigration, id));
  EXPECT_OK(Change(*service, admin_, ResumeMigration, id));
  EXPECT_EQ(TheMigration().state, kMigrationRequested);
}

TEST_P(MigrationTest, ResumedItTakesThoseThatCouldNotMoveBefore) {
  auto old_service = Make(kOld);
  StartLoan(*old_service, "c", {"odd"});
  auto service = Make(kNew);
  ASSERT_OK_AND_ASSIGN(const std::string id, Request(*service));
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().refused, 1);
  // It comes back into a state that the plan knows.
  InstanceRow row = Get("c");
  engine::Snapshot found = SnapshotOf(row);
  found.configuration = {"asked"};
  auto session = Session();
  ASSERT_OK(session->Execute("UPDATE act_instance SET snapshot = ? WHERE id = 'c'",
                             {engine::ToJson(found).dump()}));
  EXPECT_OK(Change(*service, admin_, ResumeMigration, id));
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().moved, 1);
  EXPECT_EQ(TheMigration().refused, 0);
  EXPECT_THAT(All<MigrationRefusalRow>(), SizeIs(0));
}

TEST_P(MigrationTest, StopsByItselfWhenAVersionTurnsUpThatThePlanDoesNotFit) {
  auto foreign = Make(absl::StrReplaceAll(kOld, {{"\"asked\"", "\"applied\""}}));
  auto service = Make(kNew);
  ASSERT_OK(Request(*service));
  StartLoan(*foreign, "x");
  PumpUntilQuiet(*service);
  EXPECT_EQ(TheMigration().state, kMigrationStopped);
  EXPECT_NE(TheMigration().error, "");
  EXPECT_THAT(SnapshotOf(Get("x")).configuration, ElementsAre("applied"));
}

TEST_P(MigrationTest, MessagesOnTheirWayArriveAfterTheMove) {
  const std::string sending = absl::StrReplaceAll(
      kOld, {{"<state id=\"lent\">", "<state id=\"lent\"><onentry><send event=\"overdue\"/></onentry>"}});
  auto old_service = Make(sending);
  StartLoan(*old_service, "b", {"lend"});
  ASSERT_THAT(All<MailRow>(), SizeIs(1));
  auto service = Make(kNew);
  ASSERT_OK(Request(*service));
  MigrationRunner runner(
      "test", &service->catalog(), [&](Act act) { return service->RunHere(act); }, pool_.get(), 10);
  ASSERT_OK(runner.RunOnce());
  EXPECT_THAT(SnapshotOf(Get("b")).configuration, ElementsAre("out"));
  PumpUntilQuiet(*service);
  EXPECT_THAT(SnapshotOf(Get("b")).configuration, ElementsAre("late"));
}

TEST_P(MigrationTest, WhatIsInvokedGoesOnUnderItsNewId) {
  const std::string invoking = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0"
      datamodel="ecmascript" name="loan"><state id="calling"><invoke id="c"><content>
        <scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="child"><state id="s">
          <transition event="finish" target="f"/></state><final id="f"/></scxml>
      </content></invoke><transition event="done.invoke.c" target="over"/></state><state id="over"/></scxml>)";
  auto old_service = Make(invoking, 100, /*service_profile=*/false);
  StartLoan(*old_service, "p");
  PumpUntilQuiet(*old_service);
  const std::string child = All<InstanceRow>("WHERE parent = 'p'").at(0).id;
  auto service = Make(absl::StrReplaceAll(invoking, {{"\"c\"", "\"d\""}, {"invoke.c", "invoke.d"}}), 100,
                      /*service_profile=*/false);
  engine::MigrationPlan plan;
  plan.chart = "loan";
  plan.children = {{"c", "d"}};
  ASSERT_OK(Request(*service, plan));
  PumpUntilQuiet(*service);
  EXPECT_EQ(Get(child).invoke_id, "d");
  EXPECT_OK(
      Do(*service, clerk_, [&](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
        JISSHO_RETURN_IF_ERROR(writes.FireAsMessage(child, "finish"));
        return std::string();
      }));
  PumpUntilQuiet(*service);
  EXPECT_THAT(SnapshotOf(Get("p")).configuration, ElementsAre("over"));
}

TEST_P(MigrationTest, WhatHasNotBegunIsLeftForLater) {
  auto old_service = Make(kOld);
  StartLoan(*old_service, "a");
  auto session = Session();
  ASSERT_OK(session->Execute("UPDATE act_instance SET snapshot = '{}', journal_sequence = 0", {}));
  auto service = Make(kNew);
  const auto trial = Try(*service, Plan());
  ASSERT_OK(trial);
  EXPECT_EQ(trial->refused.at(0).reason, "MIGRATION_NOT_BEGUN");
}

TEST_P(MigrationTest, CountsTheInstancesOfEveryVersion) {
  auto old_service = Make(kOld);
  StartFour(*old_service);
  auto service = Make(kNew);
  StartLoan(*service, "e");
  auto session = Session();
  const auto versions = ListVersions(*session, service->catalog(), "loan");
  ASSERT_OK(versions);
  ASSERT_THAT(*versions, SizeIs(2));
  EXPECT_TRUE((*versions)[0].current);
  EXPECT_EQ((*versions)[0].running, 1);
  EXPECT_FALSE((*versions)[1].current);
  EXPECT_EQ((*versions)[1].running, 3);
  EXPECT_EQ((*versions)[1].finished, 1);
}

TEST_P(MigrationTest, ListsTheNewestMigrationFirst) {
  auto old_service = Make(kOld);
  auto service = Make(kNew);
  ASSERT_OK_AND_ASSIGN(const std::string first, Request(*service));
  calendar_.Set(calendar_.Now() + absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const std::string second, Request(*service));
  auto session = Session();
  const auto page = ListMigrations(*session, "", 1);
  ASSERT_OK(page);
  EXPECT_EQ(page->at(0).id, second);
  EXPECT_EQ(ListMigrations(*session, second, 5)->at(0).id, first);
  EXPECT_THAT(GetMigration(*session, "none").status(), testing::ReasonIs(kMigrationNotFound));
}

INSTANTIATE_TEST_SUITE_P(Databases, MigrationTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
