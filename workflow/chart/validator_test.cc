#include "workflow/chart/validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/chart/content_parser.h"
#include "workflow/chart/parser.h"

namespace jissho::chart {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Chart ParseOrDie(absl::string_view inside) {
  auto chart = Parse(absl::StrCat("<scxml xmlns='", kScxmlNamespace, "' xmlns:jissho='", kJisshoNamespace,
                                  "'>\n", inside, "</scxml>"));
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? *chart : Chart{};
}

std::vector<std::string> Codes(absl::string_view inside, const Profile& profile = {}) {
  std::vector<std::string> codes;
  for (const Fault& fault : Validate(ParseOrDie(inside), profile)) codes.push_back(fault.code);
  return codes;
}

TEST(ValidatorTest, FindsNothingWrongWithASoundChart) {
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' target='b'/></state><final id='b'/>", ServiceProfile()),
      IsEmpty());
}

TEST(ValidatorTest, TellsAllFaultsAtOnceWithTheirPlaces) {
  const auto faults = Validate(ParseOrDie("<state id='a'>\n  <transition event='e' target='nowhere'/>\n"
                                          "  <transition event='f' target='a' jissho:form='x'/>\n</state>"),
                               {});
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].code, kUnknownTarget);
  EXPECT_EQ(faults[0].line, 3);
  EXPECT_EQ(faults[0].column, 3);
  EXPECT_EQ(faults[1].code, kNoRole);
  EXPECT_EQ(faults[1].line, 4);
  EXPECT_TRUE(HasErrors(faults));
  for (const Fault& fault : faults) {
    EXPECT_FALSE(fault.ja.empty());
    EXPECT_FALSE(fault.en.empty());
  }
}

std::vector<std::string> CodesOfSend(absl::string_view attributes) {
  return Codes(absl::StrCat(
      "<datamodel><data id='n'/><data id='d'/></datamodel><state id='a'><onentry><send event='e' ",
      attributes, "/></onentry></state>"));
}

TEST(ValidatorTest, TakesDueTimesInBusinessDaysAndDatesThatMove) {
  EXPECT_THAT(CodesOfSend("jissho:business-days='5' jissho:time='17:15'"), IsEmpty());
  EXPECT_THAT(CodesOfSend("jissho:business-days-expr='n' jissho:time='24:00'"), IsEmpty());
  EXPECT_THAT(CodesOfSend("jissho:at='d' jissho:day-off='next'"), IsEmpty());
  EXPECT_THAT(CodesOfSend("jissho:at='d' jissho:day-off='previous' jissho:time='12:00'"), IsEmpty());
}

TEST(ValidatorTest, FindsDueTimesThatCannotBeRead) {
  for (const char* days : {"0", "-1", "1.5", "2501", "five"}) {
    EXPECT_THAT(CodesOfSend(absl::StrCat("jissho:business-days='", days, "' jissho:time='17:15'")),
                ElementsAre(kBadValue))
        << days;
  }
  for (const char* time : {"17", "7:15", "24:30", "17:60"}) {
    EXPECT_THAT(CodesOfSend(absl::StrCat("jissho:business-days='5' jissho:time='", time, "'")),
                ElementsAre(kBadValue))
        << time;
  }
  EXPECT_THAT(CodesOfSend("jissho:at='d' jissho:day-off='following'"), ElementsAre(kBadValue));
}

TEST(ValidatorTest, FindsDueTimesThatAreIncomplete) {
  EXPECT_THAT(CodesOfSend("jissho:business-days='5'"), ElementsAre(kMissingAttribute));
  EXPECT_THAT(CodesOfSend("jissho:time='17:15'"), ElementsAre(kMissingAttribute));
  EXPECT_THAT(CodesOfSend("delay='5s' jissho:day-off='next'"), ElementsAre(kMissingAttribute));
}

TEST(ValidatorTest, FindsDueTimesThatContradictEachOther) {
  for (const char* other : {"delay='5s'", "delayexpr='d'", "jissho:at='d'", "jissho:business-days-expr='n'",
                            "target='#_internal'"}) {
    EXPECT_THAT(CodesOfSend(absl::StrCat("jissho:business-days='5' jissho:time='17:15' ", other)),
                ElementsAre(kContradictingAttributes))
        << other;
  }
}

TEST(ValidatorTest, TellsWhereADueTimeIsWrong) {
  const auto faults = Validate(
      ParseOrDie(
          "<state id='a'>\n  <onentry>\n    <send event='e' jissho:business-days='x' jissho:time='9:00'/>\n"
          "  </onentry>\n</state>"),
      {});
  ASSERT_EQ(faults.size(), 2u);
  for (const Fault& fault : faults) {
    EXPECT_EQ(fault.line, 4);
    EXPECT_EQ(fault.column, 5);
    EXPECT_FALSE(fault.ja.empty());
    EXPECT_FALSE(fault.en.empty());
  }
}

TEST(ValidatorTest, FindsADataNameThatADueTimeUsesAndNobodyKnows) {
  EXPECT_THAT(Codes("<datamodel><data id='n' expr='1'/></datamodel><state id='a'><onentry><send event='e' "
                    "jissho:business-days-expr='m' jissho:time='17:15'/></onentry></state>",
                    ServiceProfile()),
              ElementsAre(kUnknownData));
}

TEST(ValidatorTest, FindsAttributesAndElementsThatScxmlDoesNotKnow) {
  for (const char* inside : {"<state id='a'><transition evnet='e'/></state>", "<state id='a' initail='b'/>",
                             "<state id='a'><onentry><log lable='x'/></onentry></state>",
                             "<state id='a'><onentry><jissho:do action='x' acton='y'/></onentry></state>",
                             "<state id='a'><onentry jissho:role='clerk'/></state>"}) {
    const auto faults = Validate(ParseOrDie(inside), ServiceProfile());
    EXPECT_TRUE(HasErrors(faults)) << inside;
    EXPECT_EQ(faults[0].code, kUnknownAttribute) << inside;
    EXPECT_EQ(faults[0].line, 2) << inside;
    for (const Fault& fault : Validate(ParseOrDie(inside), {})) {
      EXPECT_EQ(fault.severity, Severity::kWarning) << inside;
    }
  }
  EXPECT_THAT(
      Codes("<state id='a'><onentry><send event='e'><parm name='x' expr='1'/></send></onentry></state>"),
      ElementsAre(kUnknownElement));
  EXPECT_THAT(Codes("<final id='a'><donedata><data id='x'/></donedata></final>"),
              ElementsAre(kUnknownElement));
}

TEST(ValidatorTest, LeavesForeignMarkupAndDataAlone) {
  EXPECT_THAT(
      Codes("<datamodel><data id='d'><any thing='x'><other/></any></data></datamodel>"
            "<state id='a' xmlns:o='urn:other' o:colour='red'><o:note at='1'/><onentry><send event='e'>"
            "<content><letter to='you'/></content><o:note/></send></onentry></state>"),
      IsEmpty());
}

TEST(ValidatorTest, FindsValuesThatScxmlDoesNotTake) {
  EXPECT_THAT(Codes("<state id='a b'/>"), ElementsAre(kBadValue));
  EXPECT_THAT(Codes("<state id='1a'/>"), ElementsAre(kBadValue));
  EXPECT_THAT(Codes("<state id='審査.中-1'/>"), IsEmpty());
  EXPECT_THAT(Codes("<state id='a'><invoke src='file:x' autoforward='yes'/></state>"),
              ElementsAre(kBadValue));
  EXPECT_THAT(Codes("<state id='a'><invoke src='file:x'><content>y</content></invoke></state>"),
              ElementsAre(kContradictingAttributes));
  EXPECT_THAT(
      Codes("<final id='a'><donedata><content>y</content><param name='p' expr='1'/></donedata></final>"),
      ElementsAre(kContradictingAttributes));
  EXPECT_THAT(Codes("<state id='a'><initial/><state id='b'/></state>"), ElementsAre(kBadInitial));
}

TEST(ValidatorTest, FindsIdsUsedTwice) {
  EXPECT_THAT(Codes("<state id='a'><transition event='e' target='b'/></state><state id='b'/><state id='a'/>"),
              testing::Contains(kDuplicateId));
  EXPECT_THAT(Codes("<datamodel><data id='x'/><data id='x'/></datamodel><state id='a'/>"),
              ElementsAre(kDuplicateId));
}

TEST(ValidatorTest, WarnsOfAStateThatNothingLeadsTo) {
  const auto faults = Validate(ParseOrDie("<state id='a'/><state id='island'/>"), {});
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].code, kUnreachable);
  EXPECT_FALSE(HasErrors(faults));
}

TEST(ValidatorTest, CountsRegionsOfAParallelStateAsReached) {
  EXPECT_THAT(Codes("<parallel id='p'><state id='q'/><state id='r'><state id='s'/></state></parallel>"),
              IsEmpty());
}

TEST(ValidatorTest, FindsATransitionBehindAnUnconditionalOneOfTheSameEvent) {
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' target='a'/><transition event='e.x' cond='c' target='a'/>"
            "</state>"),
      ElementsAre(kShadowed));
}

TEST(ValidatorTest, AllowsTheSameEventUnderAnotherConditionOrForAnotherRole) {
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' cond='c' target='a'/><transition event='e' target='a'/>"
            "</state>"),
      IsEmpty());
  EXPECT_THAT(Codes("<state id='a'><transition event='e' jissho:role='r' target='a'/>"
                    "<transition event='e' jissho:role='s' target='a'/></state>"),
              IsEmpty());
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' jissho:role='r' jissho:not-same-actor-as='e' target='a'/>"
            "<transition event='e' jissho:role='r' target='a'/></state>"),
      IsEmpty());
}

TEST(ValidatorTest, AllowsTheSameEventForServicesAndForPeople) {
  EXPECT_THAT(Codes("<state id='a'><transition event='e' target='a'/>"
                    "<transition event='e' jissho:role='r' target='a'/></state>"),
              IsEmpty());
}

TEST(ValidatorTest, AllowsTheSameEventWithoutTheReasonThatAnEarlierOneAsksFor) {
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' jissho:role='r' jissho:reason='required' target='a'/>"
            "<transition event='e' jissho:role='r' target='a'/></state>"),
      IsEmpty());
  EXPECT_THAT(Codes("<state id='a'><transition event='e' jissho:role='r' target='a'/>"
                    "<transition event='e' jissho:role='r' jissho:reason='required' target='a'/></state>"),
              ElementsAre(kShadowed));
}

TEST(ValidatorTest, FindsAConditionRepeatedForTheSamePeople) {
  EXPECT_THAT(Codes("<state id='a'><transition event='e' cond='c' jissho:role='r s' target='a'/>"
                    "<transition event='e' cond='c' jissho:role='r' target='a'/></state>"),
              ElementsAre(kShadowed));
}

TEST(ValidatorTest, FindsRolesAndActionsThatDoNotExist) {
  Profile profile = ServiceProfile();
  profile.roles = {"clerk"};
  profile.actions = {"ledger.commit"};
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' target='a' jissho:role='clerk ghost'>"
            "<jissho:do action='ledger.commit'/><jissho:do action='ledger.burn'/></transition></state>",
            profile),
      ElementsAre(kUnknownRole, kUnknownAction));
}

TEST(ValidatorTest, FindsADueDateWithoutItsVariable) {
  EXPECT_THAT(Codes("<datamodel><data id='d'/></datamodel><state id='a'>"
                    "<transition event='e' target='a' jissho:role='r' jissho:due='d'/>"
                    "<transition event='f' target='a' jissho:role='r' jissho:due='x'/></state>"),
              ElementsAre(kUnknownDue));
}

TEST(ValidatorTest, FindsAFourEyesRuleOnAnEventThatNobodyCanFire) {
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' target='a' jissho:role='r' jissho:not-same-actor-as='typo'/>"
            "</state>"),
      ElementsAre(kUnknownActorEvent));
}

TEST(ValidatorTest, AsksTheCallerWhetherExpressionsCompile) {
  Profile profile;
  profile.check_expression = [](Use use, absl::string_view text) {
    return text == "bad" && use == Use::kCondition ? absl::InvalidArgumentError("no") : absl::OkStatus();
  };
  EXPECT_THAT(
      Codes(
          "<state id='a'><transition event='e' cond='bad' target='a'><log expr='bad'/></transition></state>",
          profile),
      ElementsAre(kBadExpression));
}

TEST(ValidatorTest, RefusesScriptAndOutsideDataInService) {
  constexpr char kInside[] =
      "<datamodel><data id='d' src='file:d'/></datamodel><script>1</script><state "
      "id='a'><onentry><script>1</script></onentry></state>";
  EXPECT_THAT(Codes(kInside, ServiceProfile()),
              ElementsAre(kRefusedElement, kRefusedElement, kRefusedElement));
  EXPECT_THAT(Codes(kInside), IsEmpty());
}

TEST(ValidatorTest, AllowsForeachInServiceOverVariablesThatAreDeclared) {
  constexpr char kLoop[] =
      "<datamodel><data id='list'/><data id='each'/></datamodel><state id='a'><onentry>"
      "<foreach array='list' item='each'/>\n<foreach array='list' item='one' "
      "index='_event'/></onentry></state>";
  const auto faults = Validate(ParseOrDie(kLoop), ServiceProfile());
  ASSERT_EQ(faults.size(), 2u);
  for (const Fault& fault : faults) {
    EXPECT_EQ(fault.code, kUnknownData);
    EXPECT_EQ(fault.line, 3);
    EXPECT_EQ(fault.column, 1);
  }
  EXPECT_THAT(Codes(kLoop), IsEmpty());
}

TEST(ValidatorTest, TakesInServiceOnlyWhatIsInvokedByNameWrittenOut) {
  const auto of_invoke = [](absl::string_view invoke, const Profile& profile = ServiceProfile()) {
    return Codes(absl::StrCat("<datamodel><data id='x'/></datamodel><state id='a'>", invoke, "</state>"),
                 profile);
  };
  EXPECT_THAT(
      of_invoke("<invoke id='i' src='chart:part' autoforward='true'><param name='x' expr='x'/><finalize>"
                "<assign location='x' expr='1'/></finalize></invoke>"),
      IsEmpty());
  for (const char* invoke :
       {"<invoke src='part.scxml'/>", "<invoke src='chart:'/>", "<invoke srcexpr='x'/>",
        "<invoke typeexpr='x' src='chart:part'/>", "<invoke type='http://example.org/' src='chart:part'/>",
        "<invoke><content expr='x'/></invoke>"}) {
    EXPECT_THAT(of_invoke(invoke), ElementsAre(kBadInvoke)) << invoke;
    EXPECT_THAT(of_invoke(invoke, {}), IsEmpty()) << invoke;
  }
}

TEST(ValidatorTest, FindsInvokedChartsThatDoNotExistAndDataThatTheyDoNotTake) {
  Profile profile = ServiceProfile();
  profile.charts["part"] = {"n"};
  const auto faults =
      Validate(ParseOrDie("<datamodel><data id='n'/><data id='m'/></datamodel><state id='a'>\n"
                          "  <invoke src='chart:prat'/>\n  <invoke src='chart:part' namelist='n m'>\n"
                          "    <param name='k' expr='1'/></invoke></state>"),
               profile);
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(faults[0].code, kUnknownChart);
  EXPECT_EQ(faults[0].line, 3);
  EXPECT_EQ(faults[0].column, 3);
  EXPECT_EQ(faults[1].code, kUnknownData);
  EXPECT_EQ(faults[1].line, 4);
  EXPECT_EQ(faults[2].code, kUnknownData);
  EXPECT_EQ(faults[2].line, 5);
  EXPECT_EQ(faults[2].column, 5);
}

TEST(ValidatorTest, FindsSendsToServicesThatHaveNoAddressOrWait) {
  const auto of_send = [](absl::string_view attributes) {
    return Codes(absl::StrCat("<state id='a'><onentry><send event='e' type='jissho:service' ", attributes,
                              "/></onentry></state>"));
  };
  EXPECT_THAT(of_send("target='review/round-1'"), IsEmpty());
  EXPECT_THAT(of_send("targetexpr='_event.origin'"), IsEmpty());
  EXPECT_THAT(of_send(""), ElementsAre(kBadSend));
  EXPECT_THAT(of_send("target='review'"), ElementsAre(kBadSend));
  EXPECT_THAT(of_send("target='review/'"), ElementsAre(kBadSend));
  EXPECT_THAT(of_send("target='review/round-1' delay='1s'"), ElementsAre(kBadSend));
  EXPECT_THAT(of_send("target='review/round-1' jissho:at='\"2022-04-01\"'"), ElementsAre(kBadSend));
}

TEST(ValidatorTest, AsksForIdsInService) {
  EXPECT_THAT(Codes("<state/>", ServiceProfile()), ElementsAre(kMissingId));
  EXPECT_THAT(Codes("<state/>"), IsEmpty());
}

TEST(ValidatorTest, FindsInitialStatesThatAreNotInside) {
  EXPECT_THAT(Codes("<state id='a' initial='b'><state id='c'/></state><state id='b'/>"),
              testing::Contains(kBadInitial));
}

TEST(ValidatorTest, FindsAHistoryWithoutAUsableDefault) {
  EXPECT_THAT(Codes("<state id='a'><history id='h'/><state id='b'/></state>"), ElementsAre(kBadHistory));
  EXPECT_THAT(
      Codes("<state id='a'><history id='h'><transition target='c'/></history><state id='b'><state id='c'/>"
            "</state></state>"),
      ElementsAre(kBadHistory));
  EXPECT_THAT(
      Codes("<state id='a'><history id='h' type='deep'><transition target='c'/></history><state id='b'>"
            "<state id='c'/></state></state>"),
      IsEmpty());
}

TEST(ValidatorTest, FindsTargetsThatCannotBeActiveTogether) {
  EXPECT_THAT(Codes("<state id='a'><transition event='e' target='a b'/></state><state id='b'/>"),
              ElementsAre(kIllegalTargets));
  EXPECT_THAT(Codes("<state id='a'><transition event='e' target='q r'/></state>"
                    "<parallel id='p'><state id='q'/><state id='r'/></parallel>"),
              IsEmpty());
}

TEST(ValidatorTest, FindsAnEventlessTransitionThatNeverEnds) {
  EXPECT_THAT(Codes("<state id='a'><transition><log/></transition></state>"), ElementsAre(kEventlessLoop));
}

TEST(ValidatorTest, TakesADeadTransitionForAnErrorInServiceAndForAWarningElsewhere) {
  const Chart chart = ParseOrDie(
      "<state id='a'><transition event='e' target='a'/><transition event='e' target='a'/></state>");
  EXPECT_TRUE(HasErrors(Validate(chart, ServiceProfile())));
  EXPECT_FALSE(HasErrors(Validate(chart, {})));
}

std::vector<std::string> EcmascriptCodes(absl::string_view inside, const Profile& profile = {}) {
  Chart chart = ParseOrDie(inside);
  chart.datamodel = "ecmascript";
  std::vector<std::string> codes;
  for (const Fault& fault : Validate(chart, profile)) codes.push_back(fault.code);
  return codes;
}

TEST(ValidatorTest, FindsATransitionWhoseConditionNeverHolds) {
  EXPECT_THAT(EcmascriptCodes("<state id='a'><transition event='e' cond='1 > 2' target='a'/></state>"),
              ElementsAre(kNeverFires));
  EXPECT_THAT(EcmascriptCodes("<state id='a'><transition event='e' cond='false' target='b'/></state>"
                              "<state id='b'/>"),
              ElementsAre(kNeverFires, kUnreachable));
}

TEST(ValidatorTest, AllowsConditionsThatDependOnSomething) {
  EXPECT_THAT(
      EcmascriptCodes("<state id='a'><transition event='e' cond='x' target='a'/>"
                      "<transition event='e' cond='_event.data' target='a'/>"
                      "<transition event='e' cond=\"In('a')\" target='a'/><transition event='e'/></state>"),
      IsEmpty());
}

TEST(ValidatorTest, FindsATransitionBehindAConditionThatAlwaysHolds) {
  EXPECT_THAT(EcmascriptCodes("<state id='a'><transition event='e' cond='true' target='a'/>"
                              "<transition event='e' target='a'/></state>"),
              ElementsAre(kShadowed));
}

TEST(ValidatorTest, FindsATransitionWhoseEventsEveryInnerStateTakesFirst) {
  EXPECT_THAT(Codes("<state id='p'><transition event='e' target='p'/>"
                    "<state id='a'><transition event='e' target='b'/></state>"
                    "<state id='b'><transition event='*' target='a'/></state></state>"),
              ElementsAre(kShadowed));
  EXPECT_THAT(Codes("<state id='p'><transition event='e' target='p'/>"
                    "<state id='a'><transition event='e' target='b'/></state>"
                    "<state id='b'/></state>"),
              IsEmpty());
}

TEST(ValidatorTest, FindsTransitionsOfAStateThatIsLeftBeforeAnyEvent) {
  EXPECT_THAT(Codes("<state id='a'><transition event='e' target='a'/><transition target='b'/></state>"
                    "<state id='b'/>"),
              ElementsAre(kNeverFires));
  EXPECT_THAT(Codes("<state id='p'><transition target='b'/>"
                    "<state id='a'><transition event='e' target='a'/></state></state><state id='b'/>"),
              ElementsAre(kNeverFires));
}

TEST(ValidatorTest, WarnsOfTransitionsOutOfAStateThatNothingLeadsTo) {
  const auto faults =
      Validate(ParseOrDie("<state id='a'/><state id='island'>\n<transition event='e' target='a'/></state>"),
               ServiceProfile());
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].code, kUnreachable);
  EXPECT_EQ(faults[1].code, kNeverFires);
  EXPECT_EQ(faults[1].line, 3);
  EXPECT_FALSE(HasErrors(faults));
}

TEST(ValidatorTest, WarnsOfWaitingForAnEndThatNeverComes) {
  EXPECT_THAT(Codes("<state id='p'><transition event='done.state.p' target='b'/><state id='a'/></state>"
                    "<state id='b'/>"),
              ElementsAre(kNeverFires));
  EXPECT_THAT(Codes("<state id='p'><transition event='done.state.p' target='b'/><final id='a'/></state>"
                    "<state id='b'/>"),
              IsEmpty());
  EXPECT_THAT(Codes("<parallel id='p'><transition event='done.state.p' target='b'/>"
                    "<state id='q'><final id='f'/></state><state id='r'><state id='s'/></state></parallel>"
                    "<state id='b'/>"),
              ElementsAre(kNeverFires));
}

TEST(ValidatorTest, WarnsOfWaitingForTheEndOfWhatIsNotInvoked) {
  const auto codes = [](absl::string_view invoke, absl::string_view event) {
    return Codes(absl::StrCat("<state id='a'>", invoke, "<transition event='", event,
                              "' target='b'/></state><state id='b'/>"));
  };
  for (const char* event : {"done.invoke.helper", "done.invoke.*", "done.invoke"}) {
    EXPECT_THAT(codes("<invoke src='chart:x' id='helper'/>", event), IsEmpty()) << event;
    EXPECT_THAT(codes("<invoke src='chart:x'/>", event), IsEmpty()) << event;
  }
  EXPECT_THAT(codes("<invoke src='chart:x' id='helper'/>", "done.invoke.help"), ElementsAre(kNeverFires));
  EXPECT_THAT(codes("", "done.invoke.*"), ElementsAre(kNeverFires));
}

TEST(ValidatorTest, LeavesAnEndAloneThatTheChartItselfRaises) {
  EXPECT_THAT(Codes("<state id='a'><onentry><raise event='done.state.x'/></onentry>"
                    "<transition event='done.state.x' target='a'/></state>"),
              IsEmpty());
}

TEST(ValidatorTest, FindsAnExpressionThatNamesAStateWhichDoesNotExist) {
  EXPECT_THAT(Codes("<state id='a'><transition event='e' cond=\"In('b')\" target='a'/></state>"),
              ElementsAre(kUnknownState));
}

TEST(ValidatorTest, FindsUndeclaredDataInService) {
  constexpr char kInside[] =
      "<datamodel><data id='known'/></datamodel><state id='a'><transition event='e' cond='known &lt; other' "
      "target='a'><assign location='third' expr='known'/></transition></state>";
  EXPECT_THAT(Codes(kInside, ServiceProfile()), ElementsAre(kUnknownData, kUnknownData));
  EXPECT_THAT(Codes(kInside), IsEmpty());
}

TEST(ValidatorTest, CanTakeUnknownRolesAndActionsForWarnings) {
  Profile profile = ServiceProfile();
  profile.roles = {"clerk"};
  profile.actions = {"ledger.commit"};
  profile.unknown_names = Severity::kWarning;
  const auto faults =
      Validate(ParseOrDie("<state id='a'><transition event='e' target='a' jissho:role='ghost'>"
                          "<jissho:do action='ledger.burn'/></transition></state>"),
               profile);
  EXPECT_EQ(faults.size(), 2u);
  EXPECT_FALSE(HasErrors(faults));
}

TEST(ValidatorTest, ReportsWhatTheParserMet) {
  EXPECT_THAT(
      Codes("<state id='a'><transition event='e' target='a' jissho:rule='r'/><onentry><unknown/><raise/>"
            "<send event='a' eventexpr='b'/></onentry></state>"),
      ElementsAre(kUnknownAttribute, kUnknownElement, kMissingAttribute, kContradictingAttributes));
}

}  // namespace
}  // namespace jissho::chart
