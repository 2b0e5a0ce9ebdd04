// That each rule on journals, instances and timers finds what breaks it, in a good database of which one
// thing was spoilt. Where a spoilt row breaks two rules, both are named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "tests/support/good_services.h"
#include "workflow/act/act_fixture.h"
#include "workflow/act/migration.h"

namespace jissho::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

enum class Chain { kAsItStands, kMadeToFit };  // the hashes, after the spoiling

struct Spoilt {
  std::string name;
  std::string service;
  std::vector<std::string> sql;
  Chain chain;
  std::vector<std::string> found;
};

void PrintTo(const Spoilt& spoilt, std::ostream* out) { *out << spoilt.name; }

void MakeGood(RuledService& service, const std::string& name) {
  if (name == "trial") MakeGoodTrial(service);
  if (name == "programme") MakeGoodProgramme(service);
}

TEST(JournalRules, FindNothingInAGoodDatabase) {
  for (const char* name : {"trial", "programme"}) {
    RuledService service(name);
    MakeGood(service, name);
    EXPECT_THAT(service.Found(), IsEmpty()) << name;
    service.Rechain();
    EXPECT_THAT(service.Found(), IsEmpty()) << name;
  }
}

class JournalRule : public ::testing::TestWithParam<Spoilt> {};

TEST_P(JournalRule, FindsWhatBreaksIt) {
  RuledService service(GetParam().service);
  MakeGood(service, GetParam().service);
  service.Spoil(GetParam().sql);
  if (GetParam().chain == Chain::kMadeToFit) service.Rechain();
  EXPECT_THAT(service.Found(), ElementsAreArray(GetParam().found));
}

// What an entry of "t1" says instead.
std::string Entry(int sequence, const std::string& what) {
  return absl::StrCat("UPDATE act_journal SET ", what, " WHERE instance_id = 't1' AND sequence = ", sequence);
}
// The owning division is named, which no act did, and the instance believes it.
const char kStateNamesADivision[] =
    R"(UPDATE act_instance SET snapshot = REPLACE(snapshot, '"unassigned"', '"assigned"') WHERE id = 't1')";
const char kEntryNamesADivision[] = R"(entered = '["assigned"]', exited = '["unassigned"]')";

const Spoilt kEdges[] = {
    {"AnEventOfAnotherState",
     "trial",
     {Entry(2, "event = 'trial.start'")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 2 trial.start: no transition of the active states takes this event"}},
    {"AnEventThatLeadsElsewhere",
     "trial",
     {Entry(2, "event = 'case.declined'")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 2 case.declined: no transition of this event arrives there"}},
    {"AMoveOfAnEventThatMovesNothing",
     "trial",
     {Entry(9, kEntryNamesADivision), kStateNamesADivision},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 9 note.submit: entered assigned, to where no transition leads"}},
    {"AMoveBesideThatOfTheEvent",
     "trial",
     {R"(UPDATE act_journal SET entered = '["ready", "assigned"]', exited = '["preparing", "unassigned"]'
         WHERE instance_id = 't1' AND sequence = 2)",
      kStateNamesADivision},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 2 grant.decided: entered assigned, to where no transition leads"}},
    {"AStateThatIsLeftForNowhere",
     "trial",
     {Entry(9, R"(exited = '["unassigned"]')"),
      R"(UPDATE act_instance SET snapshot = REPLACE(snapshot, ',"unassigned"', '') WHERE id = 't1')"},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 9 note.submit: left unassigned, from where no transition leads"}},
    {"AMoveOfAnIgnoredEvent",
     "trial",
     {Entry(11, kEntryNamesADivision), kStateNamesADivision},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 11 grant.refused: entered assigned, to where no transition leads"}},
    {"AMoveOfARefusedEvent",
     "trial",
     {Entry(12, kEntryNamesADivision)},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 12 trial.start: moved, although it was not done"}},
    {"ABeginningElsewhere",
     "trial",
     {R"(UPDATE act_journal SET entered = REPLACE(entered, '"unassigned"', '"assigned"')
         WHERE instance_id = 't1' AND sequence = 1)",
      kStateNamesADivision},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 1 start: entered assigned, to where no transition leads"}},
    {"ABeginningOutsideTheInitialState",
     "trial",
     {R"(UPDATE act_journal SET entered = REPLACE(entered, '"trial",', '')
         WHERE instance_id = 't1' AND sequence = 1)",
      R"(UPDATE act_instance SET snapshot = REPLACE(snapshot, '"trial",', '') WHERE id = 't1')"},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 1 start: does not begin in trial"}},
    {"AnInstanceThatDoesNotBegin",
     "trial",
     {Entry(1, "event = 'grant.decided'")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 1 grant.decided: done before the instance began"}},
    {"AMigrationThatNobodyPlanned",
     "trial",
     {Entry(2, "event = 'migrate'")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 2 migrate: no transition of the active states takes this event"}},
    {"TheEndOfAnInvocationThatIsNone",
     "trial",
     {Entry(2, "event = 'cancel'")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 2 cancel: no transition of the active states takes this event"}},
    {"AStateThatTheChartDoesNotHave",
     "trial",
     {Entry(9, R"(entered = '["nowhere"]')"),
      R"(UPDATE act_instance SET snapshot = REPLACE(snapshot, '"unassigned"', '"unassigned","nowhere"')
         WHERE id = 't1')"},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 9 note.submit: entered nowhere, which the chart does not have"}},
    {"AStateThatIsEnteredTwice",
     "trial",
     {Entry(9, R"(entered = '["unassigned"]')")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 9 note.submit: entered unassigned while there",
      "I5: t1/9: entry 9 of t1 does not follow: state unassigned"}},
    {"AStateThatIsLeftFromElsewhere",
     "trial",
     {Entry(9, R"(exited = '["ready"]')")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 9 note.submit: left ready without having been there",
      "I5: t1/9: entry 9 of t1 does not follow: state ready"}},
    {"AnInstanceThatIsElsewhere",
     "trial",
     {kStateNamesADivision},
     Chain::kAsItStands,
     {"I4: trial t1: is in assigned completed conduct ownership plan plan_clear support support_open trial, "
      "its "
      "journal says completed conduct ownership plan plan_clear support support_open trial unassigned",
      "I5: t1/0: the instance's state is not what its journal says."}},
    {"AnInstanceWithoutAState",
     "trial",
     {"UPDATE act_instance SET snapshot = '[' WHERE id = 't1'"},
     Chain::kAsItStands,
     {"I4: trial t1: has no readable state", "I5: t1/0: the instance's state is not what its journal says."}},
    {"AChartThatNobodyKnows",
     "trial",
     {Entry(12, "chart_hash = 'x'"), Entry(11, "chart_hash = 'x'")},
     Chain::kMadeToFit,
     {"I4: trial t1, entry 11 grant.refused: of a chart that nobody knows", "I5: There is no chart x."}},
    {"AnotherChartWithoutAMigration",
     "programme",
     {"UPDATE act_journal SET chart_hash = (SELECT hash FROM act_chart WHERE name = 'sheet') WHERE "
      "instance_id "
      "= 'c1' AND sequence = 4"},
     Chain::kMadeToFit,
     {"I4: call c1, entry 4 call.amend: by another version of the chart than the entry before it",
      "I5: c1/0: the instance's state is not what its journal says."}},
};
INSTANTIATE_TEST_SUITE_P(I4, JournalRule, ::testing::ValuesIn(kEdges),
                         [](const auto& info) { return info.param.name; });

const Spoilt kChains[] = {
    {"AnEntryThatWasChanged",
     "trial",
     {Entry(2, "actor = 'system:cases'")},
     Chain::kAsItStands,
     {"I5: t1/2: the content does not match its hash."}},
    {"AnEntryThatFollowsAnother",
     "trial",
     {Entry(2, "previous_hash = ''")},
     Chain::kAsItStands,
     {"I5: t1/2: the entry does not follow the one before it."}},
    {"AnEndThatIsAnother",
     "trial",
     {"UPDATE act_instance SET journal_hash = '' WHERE id = 't1'"},
     Chain::kAsItStands,
     {"I5: t1/12: the last entry is not the one that the instance names."}},
    {"AnEndThatIsMissing",
     "trial",
     {"DELETE FROM act_journal WHERE sequence = 12"},
     Chain::kAsItStands,
     {"I5: t1/12: the journal ends before this entry."}},
};
INSTANTIATE_TEST_SUITE_P(I5, JournalRule, ::testing::ValuesIn(kChains),
                         [](const auto& info) { return info.param.name; });

const Spoilt kOthers[] = {
    {"OnePersonForBothHands",
     "programme",
     {"UPDATE act_journal SET actor = 'user:c' WHERE event = 'call.publish'",
      "UPDATE act_command SET caller = 'user:c' WHERE method LIKE '%/PublishCall'"},
     Chain::kMadeToFit,
     {"I7: call c1, entry 3 call.publish: user:c approved what he did himself"}},
    {"AJournalWithAGap",
     "trial",
     {Entry(12, "sequence = 20")},
     Chain::kAsItStands,
     {"journal-numbers-without-gaps: t1", "I5: t1/12: the journal ends before this entry."}},
    {"AnEntryOfNoInstance",
     "trial",
     {"INSERT INTO act_journal SELECT 'ghost', sequence, case_id, at, actor, event, outcome, entered, "
      "exited, "
      "detail, chart_hash, previous_hash, hash FROM act_journal WHERE instance_id = 't1' AND sequence = 1"},
     Chain::kAsItStands,
     {"journal-of-an-instance: ghost", "I5: ghost/1: the instance of this entry does not exist."}},
    {"ATimerOfNoInstance",
     "programme",
     {"UPDATE act_timer SET instance_id = 'ghost' WHERE timer_id = 'close'"},
     Chain::kAsItStands,
     {"timer-of-a-running-instance: ghost"}},
    {"ATimerOfAnInstanceThatHasEnded",
     "programme",
     {"UPDATE act_timer SET instance_id = 's1' WHERE timer_id = 'close'",
      "UPDATE act_instance SET finished = 1 WHERE id = 's1'"},
     Chain::kAsItStands,
     {"timer-of-a-running-instance: s1", "I5: s1/0: the instance's state is not what its journal says."}},
};
INSTANTIATE_TEST_SUITE_P(Other, JournalRule, ::testing::ValuesIn(kOthers),
                         [](const auto& info) { return info.param.name; });

// What no chart's transition explains and is right nevertheless.
class LegitimateMoves : public act::ActFixture {
 protected:
  static std::string Scxml(const std::string& name, const std::string& inside) {
    return absl::StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
        xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name=")",
                        name, "\">", inside, "</scxml>");
  }

  std::vector<std::string> Found(const act::Service& service) {
    auto session = Session();
    const auto broken = CheckService("test", *session, service.catalog());
    EXPECT_OK(broken);
    std::vector<std::string> found;
    for (const Broken& one : *broken) found.push_back(absl::StrCat(one.rule, ": ", one.what));
    return found;
  }

  void Hear(act::Service& service, const std::string& event) {
    ASSERT_OK(
        Do(service, act::Actor::System("test"),
           [&](const act::Context&, const act::View&, act::WriteSet& writes) -> absl::StatusOr<std::string> {
             JISSHO_RETURN_IF_ERROR(writes.FireAsMessage("a", event));
             return std::string();
           }));
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, LegitimateMoves, ::testing::Values("sqlite"));

TEST_P(LegitimateMoves, OfATimer) {
  auto service = Make(Scxml("loan", R"(<state id="lent"><onentry><send event="overdue" delay="10d"/></onentry>
      <transition event="overdue" target="late"/></state><final id="late"/>)"));
  StartLoan(*service, "a");
  Later(absl::Hours(240));
  PumpUntilQuiet(*service);
  ASSERT_TRUE(Get("a").finished);
  EXPECT_THAT(Found(*service), IsEmpty());
}

TEST_P(LegitimateMoves, OfAMigrationAndOfWhatFollowsFromIt) {
  const std::string chart = Scxml("loan", R"(<state id="asked"><transition event="go" target="lent"/></state>
      <state id="lent"/>)");
  auto old = Make(chart);
  StartLoan(*old, "a");
  // The new version goes on by itself: with the next event, though that is ignored.
  auto service = Make(absl::StrReplaceAll(chart, {{"\"asked\"", "\"requested\""}, {"event=\"go\" ", ""}}));
  ASSERT_OK(Do(*service, admin_,
               [&](const act::Context& context, const act::View&,
                   act::WriteSet& writes) -> absl::StatusOr<std::string> {
                 engine::MigrationPlan plan;
                 plan.chart = "loan";
                 plan.states = {{"asked", "requested"}};
                 auto session = Session();
                 JISSHO_ASSIGN_OR_RETURN(
                     auto trial, act::TryMigration(*session, service->catalog(), plan, [] { return false; }));
                 JISSHO_ASSIGN_OR_RETURN(auto row, act::RequestMigration(plan, trial, "x", context, writes));
                 return row.id;
               }));
  PumpUntilQuiet(*service);
  Hear(*service, "nothing.to.it");
  ASSERT_THAT(SnapshotOf(Get("a")).configuration, ElementsAre("lent"));
  EXPECT_THAT(Found(*service), IsEmpty());
}

TEST_P(LegitimateMoves, OfAnInvokedChartThatItsInvokerLeaves) {
  auto service = Deploy({{"loan", Scxml("loan", R"(<state id="counting"><invoke src="chart:count"/>
                             <transition event="enough" target="counted"/></state><state id="counted"/>)")},
                         {"count", Scxml("count", R"(<state id="open"/>)")}});
  ASSERT_OK(service);
  StartLoan(**service, "a");
  PumpUntilQuiet(**service);
  Hear(**service, "enough");
  PumpUntilQuiet(**service);
  ASSERT_EQ(All<act::JournalRow>("WHERE event = 'cancel' AND outcome = 'done'").size(), 1u);
  EXPECT_THAT(Found(**service), IsEmpty());
}

}  // namespace
}  // namespace jissho::testing
