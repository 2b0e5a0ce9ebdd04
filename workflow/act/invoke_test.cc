// Charts in service that invoke charts of the same service, on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/act/act_fixture.h"
#include "workflow/act/audit.h"
#include "workflow/act/catalog.h"

namespace jissho::act {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Scxml(const std::string& name, const std::string& inside) {
  return absl::StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0" datamodel="ecmascript" name=")",
                      name, "\">\n", inside, "\n</scxml>");
}

// Has its hours counted by another chart, which it may give up.
std::string Loan() {
  return Scxml("loan",
               R"(<datamodel><data id="days" expr="2"/><data id="hours" expr="0"/><data id="asked" expr="0"/>
    <data id="id" expr="''"/></datamodel>
  <state id="counting">
    <invoke src="chart:count" idlocation="id" autoforward="true">
      <param name="days" expr="days + 1"/>
      <finalize><assign location="asked" expr="asked + 1"/></finalize>
    </invoke>
    <transition event="give.up" target="without" jissho:role="clerk" jissho:label="やめる" jissho:label-en="Give up"/>
    <transition event="more" jissho:role="clerk" jissho:label="足す" jissho:label-en="More"/>
    <transition event="question"/>
    <transition event="done.invoke" cond="_event.invokeid === id" target="counted">
      <assign location="hours" expr="_event.data.hours"/>
    </transition>
    <transition event="error.communication" target="without"/>
  </state>
  <state id="counted"/>
  <state id="without"/>)");
}

// Counts the hours of some days and of every "more", until somebody has checked.
std::string Count() {
  return Scxml("counting of hours",
               R"(<datamodel><data id="days" expr="0"/><data id="hours" expr="0"/></datamodel>
  <state id="open">
    <onentry><assign location="hours" expr="days * 24"/><send target="#_parent" event="question"/></onentry>
    <transition event="more"><assign location="hours" expr="hours + 1"/></transition>
    <transition event="check" target="end" jissho:role="clerk" jissho:label="確かめる" jissho:label-en="Check"/>
  </state>
  <final id="end"><donedata><param name="hours" expr="hours"/></donedata></final>)");
}

class InvokeTest : public ActFixture {
 protected:
  void SetUp() override {
    ActFixture::SetUp();
    auto service = Deploy({{"loan", Loan()}, {"count", Count()}});
    ASSERT_OK(service);
    service_ = *std::move(service);
    StartLoan(*service_, "a");
    PumpUntilQuiet(*service_);
  }

  // The only instance that another one invoked.
  InstanceRow Child() {
    const auto rows = All<InstanceRow>("WHERE parent = 'a'");
    EXPECT_EQ(rows.size(), 1u);
    return rows.empty() ? InstanceRow() : rows[0];
  }

  Json Data(const std::string& id, const std::string& name) {
    return SnapshotOf(Get(id)).data.at(name).json();
  }

  void ExpectSoundJournal(const std::string& id) {
    auto session = Session();
    const auto audit = AuditInstance(*session, service_->catalog(), id);
    ASSERT_OK(audit);
    EXPECT_FALSE(audit->fault.has_value());
  }

  std::unique_ptr<Service> service_;
};

TEST_P(InvokeTest, ChildIsAnInstanceOfTheSameCaseWithTheDataThatItWasGiven) {
  const InstanceRow child = Child();
  EXPECT_EQ(child.chart, "count");
  EXPECT_EQ(child.case_id, "a");
  EXPECT_EQ(child.owner, "org-1");
  EXPECT_EQ(Data(child.id, "days"), 3);
  EXPECT_EQ(Data(child.id, "hours"), 72);
  EXPECT_THAT(child.tasks, HasSubstr("\"event\":\"check\""));
  EXPECT_EQ(Data("a", "id"), child.invoke_id);
}

TEST_P(InvokeTest, ChildThatEndsTellsItsInvokerWithItsData) {
  const std::string child = Child().id;
  ASSERT_OK(Fire(*service_, clerk_, child, "check"));
  PumpUntilQuiet(*service_);
  EXPECT_THAT(SnapshotOf(Get("a")).configuration, ElementsAre("counted"));
  EXPECT_EQ(Data("a", "hours"), 72);
  EXPECT_TRUE(Get(child).finished);
  EXPECT_FALSE(Get("a").children.has_value());
  ExpectSoundJournal("a");
  ExpectSoundJournal(child);
}

TEST_P(InvokeTest, InvokerFinalizesWhatItsChildSays) {
  EXPECT_EQ(Data("a", "asked"), 1) << "the question";
  ASSERT_OK(Fire(*service_, clerk_, Child().id, "check"));
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Data("a", "asked"), 2) << "and the end";
}

TEST_P(InvokeTest, ChildHearsWhatItsInvokerHears) {
  ASSERT_OK(Fire(*service_, clerk_, "a", "more"));
  ASSERT_OK(Fire(*service_, clerk_, "a", "more"));
  PumpUntilQuiet(*service_);
  EXPECT_EQ(Data(Child().id, "hours"), 74);
}

TEST_P(InvokeTest, ChildIsCancelledWhenItsInvokerLeaves) {
  const std::string child = Child().id;
  ASSERT_OK(Fire(*service_, clerk_, "a", "give.up"));
  PumpUntilQuiet(*service_);
  EXPECT_TRUE(Get(child).finished);
  EXPECT_EQ(Get(child).tasks, "[]");
  EXPECT_THAT(SnapshotOf(Get("a")).configuration, ElementsAre("without")) << "and says nothing any more";
  EXPECT_FALSE(Fire(*service_, clerk_, child, "check").ok());
  EXPECT_THAT(All<MailRow>(), IsEmpty());
  ExpectSoundJournal(child);
}

TEST_P(InvokeTest, RunningChildGoesOnWhenItsChartIsDeployedNoMore) {
  const auto later = Deploy({{"loan", Scxml("loan", "<state id='counting'/>")}});
  ASSERT_OK(later);
  ASSERT_OK(Fire(**later, clerk_, Child().id, "check"));
  PumpUntilQuiet(**later);
  EXPECT_THAT(SnapshotOf(Get("a")).configuration, ElementsAre("counted"));
}

TEST_P(InvokeTest, InvokerHearsOfAChildThatCannotBeStarted) {
  auto first = Deploy({{"loan", Scxml("loan", R"(<state id="idle">
    <transition event="count" target="counting" jissho:role="clerk" jissho:label="数える" jissho:label-en="Count"/></state>
  <state id="counting"><invoke src="chart:count"/><transition event="error.communication" target="without"/></state>
  <state id="without"/>)")},
                       {"count", Count()}});
  ASSERT_OK(first);
  StartLoan(**first, "b");
  const auto later = Deploy({{"loan", Scxml("loan", "<state id='idle'/>")}});
  ASSERT_OK(later);
  ASSERT_OK(Fire(**later, clerk_, "b", "count"));
  EXPECT_THAT(SnapshotOf(Get("b")).configuration, ElementsAre("without"));
  EXPECT_THAT(All<InstanceRow>("WHERE parent = 'b'"), IsEmpty());
}

TEST_P(InvokeTest, MissingChartIsAFaultOfTheDeploymentWithItsPlace) {
  const auto status =
      Deploy({{"loan", Scxml("loan", "<state id='a'>\n  <invoke src='chart:cuont'/></state>")},
              {"count", Count()}})
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("loan.scxml:4:3: UNKNOWN_CHART"));
}

TEST_P(InvokeTest, ChartsThatInvokeOneAnotherInACircleAreAFaultOfTheDeployment) {
  const auto invoking = [](const std::string& chart) {
    return Scxml("x", "<state id='a'><invoke src='chart:" + chart + "'/></state>");
  };
  const auto status =
      Deploy({{"first", invoking("second")}, {"second", invoking("third")}, {"third", invoking("second")}})
          .status();
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("third.scxml:3:15: INVOKE_CIRCLE"), HasSubstr("second → third → second")));
  EXPECT_OK(Deploy({{"first", invoking("second")}, {"second", Count()}, {"third", invoking("second")}}));
}

TEST_P(InvokeTest, FaultsOfAllChartsAreToldAtOnce) {
  const auto status = Deploy({{"loan", "<scxml"}, {"count", Scxml("count", "<state/>")}}).status();
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("loan.scxml:1:"), HasSubstr("CHART_MALFORMED"),
                                                   HasSubstr("count.scxml:3:1: MISSING_ID")));
}

INSTANTIATE_TEST_SUITE_P(Databases, InvokeTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::act
