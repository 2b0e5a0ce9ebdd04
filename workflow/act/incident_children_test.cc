// Invoked charts whose beginning fails.
#include "workflow/act/incident_fixture.h"

namespace jissho::act {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A chart that invokes one whose beginning may fail.
class ChildIncidentTest : public IncidentFixture {
 protected:
  ChildIncidentTest() {
    more_charts_ = {{"parent", R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    version="1.0" datamodel="ecmascript" initial="waits" name="parent">
  <datamodel><data id="n" expr="0"/></datamodel>
  <state id="waits">
    <invoke id="helper" src="chart:child"><param name="n" expr="n"/></invoke>
    <transition event="done.invoke.helper" target="helped"/>
    <transition event="error.communication" cond="_event.invokeid == 'helper'" target="alone"/>
  </state>
  <state id="helped"/><state id="alone"/>
</scxml>)"},
                    {"child", R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" initial="works" name="child">
  <datamodel><data id="n" expr="0"/></datamodel>
  <state id="works">
    <onentry><jissho:do action="job.check"><jissho:param name="n" expr="n"/></jissho:do></onentry>
    <transition target="done"/>
  </state>
  <final id="done"/>
</scxml>)"}};
  }

  // The parked beginning of a child.
  IncidentRow ParkStart() {
    EXPECT_THAT(Run(anna_,
                    [](WriteSet& writes) {
                      return writes.Start("parent", "p", "case-p", "", Json{{"n", -1}});
                    }),
                testing::IsOk());
    Pump();
    return Incident();
  }

  std::vector<std::string> States(const std::string& id) {
    auto lease = pool_->Acquire(absl::Seconds(5));
    return *ActiveStates(**lease, id);
  }
};

TEST_P(ChildIncidentTest, BeginningOfAChildThatFailsSuspendsTheChildAndNotItsInvoker) {
  const IncidentRow incident = ParkStart();
  EXPECT_EQ(incident.kind, "start");
  EXPECT_EQ(incident.cause, "JOB_BAD");
  EXPECT_EQ(DataOf(incident), (Json{{"n", -1}}));
  EXPECT_NE(incident.held, "p");
  EXPECT_THAT(States("p"), ElementsAre("waits"));
}

TEST_P(ChildIncidentTest, SkippedBeginningOfAChildTellsItsInvokerThatNobodyCame) {
  const IncidentRow incident = ParkStart();
  ASSERT_THAT(Ask(anna_, incident, Skip()), testing::IsOk());
  Pump();
  EXPECT_THAT(States("p"), ElementsAre("alone"));
  const auto children = All<InstanceRow>("WHERE id = '" + incident.held + "'");
  ASSERT_EQ(children.size(), 1u);
  EXPECT_TRUE(children[0].finished);
  EXPECT_THAT(children[0].incident, IsEmpty());
  EXPECT_THAT(All<MailRow>(), IsEmpty());
  ExpectSoundJournal("p");
  ExpectSoundJournal(incident.held);
}

TEST_P(ChildIncidentTest, CorrectedBeginningOfAChildLetsItEnd) {
  const IncidentRow incident = ParkStart();
  ASSERT_THAT(Ask(anna_, incident, Retry(Json{{"n", 1}})), testing::IsOk());
  Pump();
  EXPECT_THAT(States("p"), ElementsAre("helped"));
  ExpectSoundJournal(incident.held);
}

INSTANTIATE_TEST_SUITE_P(Databases, ChildIncidentTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
