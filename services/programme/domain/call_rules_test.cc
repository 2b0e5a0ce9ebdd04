#include "services/programme/domain/call_rules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/programme/domain/sample_call.h"
#include "services/programme/reasons.h"

namespace jissho::programme {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Faults(const CallRules& rules, absl::Time now = SampleNow()) {
  std::vector<std::string> out;
  for (const FieldFault& fault : FaultsOfCall(rules, now)) out.push_back(fault.field);
  return out;
}

TEST(CallRulesTest, AcceptsACompleteCall) {
  EXPECT_THAT(Faults(SampleRules()), IsEmpty());
  EXPECT_TRUE(CheckPublishable(SampleRules(), SampleNow()).ok());
}

TEST(CallRulesTest, NamesEverythingThatAnEmptyDraftLacks) {
  const std::vector<std::string> faults = Faults(CallRules());
  for (const char* field : {"rules.title", "rules.sections", "rules.fiscal_year", "rules.open_time",
                            "rules.close_time", "rules.criteria", "rules.grades", "rules.quorum",
                            "rules.quota", "rules.rate", "rules.rounding_unit_yen", "rules.cap_yen",
                            "rules.grant_budget_yen", "rules.budget_line", "rules.correction_days"}) {
    EXPECT_THAT(faults, Contains(field));
  }
}

TEST(CallRulesTest, RefusesToPublishWithTheReasonCallIncomplete) {
  CallRules rules = SampleRules();
  rules.criteria.clear();
  EXPECT_TRUE(HasReason(CheckPublishable(rules, SampleNow()), kCallIncomplete));
}

TEST(CallRulesTest, RefusesACallThatClosesWhenItOpens) {
  CallRules rules = SampleRules();
  rules.close_time = rules.open_time;
  EXPECT_THAT(Faults(rules), ElementsAre("rules.close_time"));
}

TEST(CallRulesTest, RefusesACallThatHasClosedAlready) {
  EXPECT_THAT(Faults(SampleRules(), *SampleRules().close_time), ElementsAre("rules.close_time"));
}

TEST(CallRulesTest, AcceptsACallThatShouldBeOpenAlready) {
  EXPECT_THAT(Faults(SampleRules(), *SampleRules().open_time + absl::Hours(1)), IsEmpty());
}

TEST(CallRulesTest, RefusesWeightsThatAreNotPositive) {
  CallRules rules = SampleRules();
  rules.criteria[1].weight = 0;
  EXPECT_THAT(Faults(rules), ElementsAre("rules.criteria[1].weight"));
}

TEST(CallRulesTest, RefusesTwoCriteriaOfOneCode) {
  CallRules rules = SampleRules();
  rules.criteria[1].code = rules.criteria[0].code;
  EXPECT_THAT(Faults(rules), ElementsAre("rules.criteria[1].code"));
}

TEST(CallRulesTest, RefusesRepeatedAndNegativeGrades) {
  CallRules rules = SampleRules();
  rules.grades = {3, 3, -1};
  EXPECT_THAT(Faults(rules), ElementsAre("rules.grades", "rules.grades"));
}

TEST(CallRulesTest, RefusesTrialsOutsideTheFiscalYear) {
  CallRules rules = SampleRules();
  rules.trial_end_date = "2023-04-01";
  rules.report_due_date = "2023-04-10";
  EXPECT_THAT(Faults(rules), ElementsAre("rules.trial_start_date"));
}

TEST(CallRulesTest, RefusesReportsAfterTheClosingOfTheBooks) {
  CallRules rules = SampleRules();
  rules.report_due_date = "2023-06-01";
  EXPECT_THAT(Faults(rules), ElementsAre("rules.report_due_date"));
}

TEST(CallRulesTest, RefusesTrialsThatStartBeforeTheCallCloses) {
  CallRules rules = SampleRules();
  rules.trial_start_date = "2022-05-20";
  EXPECT_THAT(Faults(rules), ElementsAre("rules.trial_start_date"));
}

TEST(CallRulesTest, RefusesADecimalRate) {
  CallRules rules = SampleRules();
  rules.rate = "0.5";
  EXPECT_THAT(Faults(rules), ElementsAre("rules.rate"));
}

TEST(CallRulesTest, RefusesACapAboveTheBudget) {
  CallRules rules = SampleRules();
  rules.cap_yen = rules.grant_budget_yen + 1;
  EXPECT_THAT(Faults(rules), ElementsAre("rules.cap_yen"));
}

TEST(CallRulesTest, RefusesAFirstReviewNarrowerThanTheQuota) {
  CallRules rules = SampleRules();
  rules.first_review_places = 4;
  EXPECT_THAT(Faults(rules), ElementsAre("rules.first_review_places"));
}

TEST(CallExtensionTest, MovesTheClosingTimeOnlyLater) {
  const CallRules rules = SampleRules();
  EXPECT_TRUE(CheckExtension(rules, *rules.close_time + absl::Hours(24), SampleNow()).ok());
  EXPECT_TRUE(HasReason(CheckExtension(rules, *rules.close_time, SampleNow()), kCallExtensionInvalid));
  EXPECT_TRUE(HasReason(CheckExtension(rules, *rules.close_time - absl::Seconds(1), SampleNow()),
                        kCallExtensionInvalid));
}

TEST(CallExtensionTest, RefusesATimeThatHasPassedOrLiesInTheTrials) {
  const CallRules rules = SampleRules();
  const absl::Time new_close = *rules.close_time + absl::Hours(1);
  EXPECT_TRUE(HasReason(CheckExtension(rules, new_close, new_close), kCallExtensionInvalid));
  const absl::Time in_trials = civil::TokyoInstant(civil::CivilDate(2022, 8, 1), 12);
  EXPECT_TRUE(HasReason(CheckExtension(rules, in_trials, SampleNow()), kCallExtensionInvalid));
}

}  // namespace
}  // namespace jissho::programme
