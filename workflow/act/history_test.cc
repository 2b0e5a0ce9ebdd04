// The past of an instance, from its journal, on both databases.
#include "workflow/act/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "workflow/act/act_fixture.h"
#include "workflow/act/reasons.h"

namespace jissho::act {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Two regions, an eventless way through "passing", data that come and go, and an end.
constexpr char kChart[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name="loan" initial="asked">
  <datamodel><data id="changed" expr="1"/><data id="limit" expr="''"/></datamodel>
  <state id="asked">
    <transition event="begin" target="passing" jissho:role="clerk" jissho:label="始める" jissho:label-en="Begin">
      <assign location="limit" expr="'2022-07-01'"/>
    </transition>
    <transition event="approve" target="passing" jissho:role="manager" jissho:not-same-actor-as="again"
                jissho:label="承認" jissho:label-en="Approve"/>
    <transition event="again" target="asked" jissho:role="clerk manager" jissho:label="もう一度" jissho:label-en="Again"/>
  </state>
  <state id="passing"><transition target="both"/></state>
  <parallel id="both">
    <state id="l"><state id="l1">
      <transition event="left" target="l2" jissho:role="clerk" jissho:own="organisation" jissho:due="limit"
                  jissho:label="左" jissho:label-en="Left"><assign location="changed" expr="changed + 1"/></transition>
    </state><state id="l2"/></state>
    <state id="r"><state id="r1"/></state>
    <transition event="stop" target="ended" jissho:role="clerk" jissho:label="止める" jissho:label-en="Stop"/>
  </parallel>
  <final id="ended"/>
</scxml>)";

class HistoryTest : public ActFixture {
 protected:
  void SetUp() override {
    ActFixture::SetUp();
    service_ = Make(kChart);
  }

  absl::StatusOr<InstanceRow> At(absl::Time time, const std::string& id = "a") {
    auto session = Session();
    return InstanceAt(*session, service_->catalog(), id, time);
  }

  std::unique_ptr<Service> service_;
};

// What the journal knows of an instance.
void ExpectSame(const InstanceRow& then, const InstanceRow& kept) {
  const auto told = *engine::SnapshotFromJson(Json::parse(then.snapshot));
  const auto snapshot = *engine::SnapshotFromJson(Json::parse(kept.snapshot));
  EXPECT_EQ(told.configuration, snapshot.configuration);
  EXPECT_EQ(told.data, snapshot.data);
  EXPECT_EQ(told.finished, snapshot.finished);
  EXPECT_EQ(then.finished, kept.finished);
  EXPECT_EQ(then.tasks, kept.tasks);
  EXPECT_EQ(then.chart_hash, kept.chart_hash);
  EXPECT_EQ(then.journal_sequence, kept.journal_sequence);
  EXPECT_EQ(then.journal_hash, kept.journal_hash);
  EXPECT_EQ(then.case_id, kept.case_id);
}

TEST_P(HistoryTest, EveryMomentIsShownAsItWas) {
  StartLoan(*service_, "a");
  std::vector<std::pair<absl::Time, InstanceRow>> moments{{calendar_.Now(), Get("a")}};
  for (const char* event : {"again", "left", "begin", "left", "begin", "stop", "again"}) {
    Later(absl::Hours(24));
    (void)Fire(*service_, clerk_, "a", event);  // some of them are refused, which is history too
    moments.push_back({calendar_.Now(), Get("a")});
  }
  ASSERT_TRUE(Get("a").finished);
  for (const auto& [time, kept] : moments) {
    const auto then = At(time + absl::Hours(12));
    ASSERT_OK(then);
    ExpectSame(*then, kept);
  }
}

TEST_P(HistoryTest, ShowsTheTasksThatWereOpenThen) {
  StartLoan(*service_, "a");
  Later(absl::Hours(1));
  ASSERT_OK(Fire(*service_, clerk_, "a", "begin"));
  const absl::Time then = calendar_.Now();
  Later(absl::Hours(1));
  ASSERT_OK(Fire(*service_, clerk_, "a", "left"));
  const auto past = At(then);
  ASSERT_OK(past);
  const Json tasks = Json::parse(past->tasks);
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].at("event"), "left");
  EXPECT_EQ(tasks[0].at("due"), "2022-07-01");
  EXPECT_EQ(tasks[0].at("organisation"), "org-1");
  EXPECT_EQ(SnapshotOf(*past).data.at("changed").json(), 1);
}

TEST_P(HistoryTest, TheLastEntryOfAMomentCounts) {
  StartLoan(*service_, "a", {"begin", "left"});
  const auto now = At(calendar_.Now());
  ASSERT_OK(now);
  EXPECT_THAT(SnapshotOf(*now).configuration, ElementsAre("both", "l", "l2", "r", "r1"));
}

TEST_P(HistoryTest, BeforeItBeganThereIsNothing) {
  StartLoan(*service_, "a");
  EXPECT_THAT(At(calendar_.Now() - absl::Seconds(1)).status(), testing::ReasonIs(kInstanceNotBegun));
  EXPECT_THAT(At(calendar_.Now(), "none").status(), testing::ReasonIs(kInstanceNotFound));
}

TEST_P(HistoryTest, ReachesBackBeforeAMigration) {
  StartLoan(*service_, "a", {"begin"});
  const InstanceRow before = Get("a");
  const absl::Time then = calendar_.Now();
  Later(absl::Hours(1));
  service_ = Make(absl::StrReplaceAll(kChart, {{"\"r1\"", "\"rr\""}, {"changed", "count"}}));
  ASSERT_OK(Do(*service_, admin_,
               [&](const Context& context, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
                 engine::MigrationPlan plan;
                 plan.chart = "loan";
                 plan.states = {{"r1", "rr"}};
                 plan.rename = {{"changed", "count"}};
                 auto session = Session();
                 JISSHO_ASSIGN_OR_RETURN(
                     auto trial, TryMigration(*session, service_->catalog(), plan, [] { return false; }));
                 return RequestMigration(plan, trial, "x", context, writes)->id;
               }));
  PumpUntilQuiet(*service_);
  ExpectSame(*At(then), before);
  ExpectSame(*At(calendar_.Now()), Get("a"));
  EXPECT_THAT(SnapshotOf(Get("a")).configuration, ElementsAre("both", "l", "l1", "r", "rr"));
}

struct Refused {
  const char* event;
  Actor actor;
  const Reason* reason;
};

TEST_P(HistoryTest, RefusedEventsAreJournalledAndChangeNothing) {
  StartLoan(*service_, "a");
  ASSERT_OK(Fire(*service_, manager_, "a", "again"));
  const engine::Snapshot before = SnapshotOf(Get("a"));
  for (const Refused& refused :
       {Refused{"begin", manager_, &kRoleRequired}, Refused{"left", clerk_, &kStateNotAllowed},
        Refused{"approve", manager_, &kFourEyes}}) {
    EXPECT_THAT(Fire(*service_, refused.actor, "a", refused.event), testing::ReasonIs(*refused.reason));
    const JournalRow entry = All<JournalRow>("ORDER BY sequence DESC").at(0);
    EXPECT_EQ(entry.outcome, "refused");
    EXPECT_EQ(entry.event, refused.event);
    EXPECT_EQ(entry.actor, refused.actor.id);
    EXPECT_EQ(Json::parse(entry.detail).at("refusal"), std::string(refused.reason->name));
    EXPECT_EQ(SnapshotOf(Get("a")), before);
    ExpectSame(*At(calendar_.Now()), Get("a"));
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, HistoryTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
