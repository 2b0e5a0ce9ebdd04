#include "services/runtime/process/role_check.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/reasons.h"
#include "workflow/chart/parser.h"

namespace jissho::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<chart::Chart> Loan(const std::string& transitions) {
  const auto chart = chart::Parse(absl::StrCat(
      R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:jissho="https://jissho.dev/ns/scxml/1"
         version="1.0" datamodel="ecmascript" name="loan"><state id="open">)",
      transitions, "</state></scxml>"));
  EXPECT_TRUE(chart.ok()) << chart.status();
  return {*chart};
}

std::vector<std::string> Faults(const std::vector<FiringMethod>& methods, const std::string& transitions) {
  std::vector<std::string> texts;
  for (const RoleFault& fault : FindRoleFaults("library", methods, Loan(transitions)))
    texts.push_back(fault.en);
  return texts;
}

TEST(RoleCheckTest, FindsNothingWhereBothSayTheSame) {
  EXPECT_THAT(Faults({{"Lend", {"clerk", "head"}, {"lend"}}},
                     "<transition event='lend' jissho:role='clerk'/>"
                     "<transition event='lend' jissho:role='head'/>"),
              IsEmpty());
}

TEST(RoleCheckTest, FindsARoleThatNoMethodOfTheEventAdmits) {
  EXPECT_THAT(Faults({{"Lend", {"clerk"}, {"lend"}}, {"Return", {"head"}, {"return"}}},
                     "<transition event='lend' jissho:role='clerk head'/>"
                     "<transition event='return' jissho:role='head'/>"),
              ElementsAre("library: the chart loan lets head fire lend, but Lend, which fires it, does not "
                          "admit that role."));
}

TEST(RoleCheckTest, AsksOnlyOneOfTheMethodsOfAnEventToAdmitARole) {
  EXPECT_THAT(Faults({{"Lend", {"clerk"}, {"lend"}}, {"LendAbroad", {"head"}, {"lend"}}},
                     "<transition event='lend' jissho:role='clerk head'/>"),
              IsEmpty());
}

TEST(RoleCheckTest, FindsAnEventForPeopleThatNoMethodFires) {
  EXPECT_THAT(Faults({{"Lend", {"clerk"}, {"lend"}}},
                     "<transition event='lend' jissho:role='clerk'/>"
                     "<transition event='drop' jissho:role='head clerk'/>"),
              ElementsAre("library: the chart loan awaits drop from clerk, head, but no method fires it."));
}

TEST(RoleCheckTest, FindsAnEventThatNoChartHas) {
  EXPECT_THAT(
      Faults({{"Lend", {"clerk"}, {"lend", "lent"}}}, "<transition event='lend' jissho:role='clerk'/>"),
      ElementsAre("library/Lend: fires lent, which no chart of the service awaits from a person."));
}

TEST(RoleCheckTest, TakesAnEventWithoutARoleForOneThatNobodyMayFire) {
  EXPECT_THAT(Faults({{"Lend", {"clerk"}, {"lend"}}}, "<transition event='lend'/>"),
              ElementsAre("library/Lend: fires lend, which no chart of the service awaits from a person."));
}

TEST(RoleCheckTest, FindsARoleThatCouldOnlyBeRefused) {
  EXPECT_THAT(
      Faults({{"Lend", {"clerk", "head"}, {"lend"}}}, "<transition event='lend' jissho:role='clerk'/>"),
      ElementsAre("library/Lend: admits head, but no transition lets that role fire lend."));
}

TEST(RoleCheckTest, LetsAMethodOfSeveralEventsAdmitWhoMayFireOneOfThem) {
  EXPECT_THAT(Faults({{"Decide", {"clerk", "head"}, {"lend", "refuse"}}},
                     "<transition event='lend' jissho:role='clerk'/>"
                     "<transition event='refuse' jissho:role='head'/>"),
              IsEmpty());
}

TEST(RoleCheckTest, LetsAMethodForEverybodyAdmitEveryRole) {
  EXPECT_THAT(
      Faults({{"Return", {"*"}, {"return"}}}, "<transition event='return' jissho:role='clerk reader'/>"),
      IsEmpty());
}

TEST(RoleCheckTest, AsksForNoMethodOfWhatTheServiceDoesItself) {
  EXPECT_THAT(Faults({{"Lend", {"clerk"}, {"lend"}}},
                     "<transition event='lend' jissho:role='system clerk'/>"
                     "<transition event='expire' jissho:role='system'/>"),
              IsEmpty());
}

TEST(RoleCheckTest, SaysNothingOfMethodsThatFireNothing) {
  EXPECT_THAT(Faults({{"Get", {"auditor"}, {}}}, ""), IsEmpty());
}

TEST(RoleCheckTest, KnowsTheEventsThatADescriptorTakes) {
  EXPECT_THAT(
      Faults({{"Lend", {"clerk"}, {"lend.abroad"}}}, "<transition event='lend' jissho:role='clerk'/>"),
      IsEmpty());
}

TEST(RoleCheckTest, SaysOnceWhatStandsOnSeveralTransitions) {
  EXPECT_THAT(Faults({{"Lend", {"clerk"}, {"lend"}}},
                     "<transition event='lend' jissho:role='clerk'/>"
                     "<transition event='lend' cond='true' jissho:role='head'/>"
                     "<transition event='lend' cond='false' jissho:role='head'/>"),
              ElementsAre(HasSubstr("lets head fire lend")));
}

TEST(RoleCheckTest, NamesServiceChartMethodEventAndRole) {
  const auto faults = FindRoleFaults("library", {{"Lend", {"clerk"}, {"lend"}}},
                                     Loan("<transition event='lend' jissho:role='clerk head'/>"));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].service, "library");
  EXPECT_EQ(faults[0].chart, "loan");
  EXPECT_EQ(faults[0].method, "Lend");
  EXPECT_EQ(faults[0].event, "lend");
  EXPECT_EQ(faults[0].role, "head");
}

TEST(RoleCheckTest, MakesOneErrorOfAllFaultsInBothLanguages) {
  const absl::Status status =
      RoleStatus(FindRoleFaults("library", {{"Lend", {"clerk", "reader"}, {"lend"}}},
                                Loan("<transition event='lend' jissho:role='clerk head'/>")));
  EXPECT_TRUE(HasReason(status, kRolesDisagree)) << status;
  EXPECT_THAT(status.message(), HasSubstr("\nlibrary: the chart loan lets head fire lend"));
  EXPECT_THAT(status.message(), HasSubstr("\nlibrary/Lend: admits reader"));
  const auto detail = GetErrorDetail(status);
  ASSERT_TRUE(detail);
  EXPECT_THAT(detail->ja, HasSubstr("\nlibrary：図loanはlendをheadに許しますが"));
  EXPECT_THAT(detail->ja, HasSubstr("\nlibrary/Lend：readerを受け付けますが"));
}

TEST(RoleCheckTest, IsSatisfiedWithoutFaults) { EXPECT_TRUE(RoleStatus({}).ok()); }

}  // namespace
}  // namespace jissho::runtime
