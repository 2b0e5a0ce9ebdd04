#include "services/intake/domain/proposal.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/civil/date.h"
#include "services/intake/domain/organisation.h"
#include "services/intake/reasons.h"
#include "tests/support/status_matchers.h"

namespace jissho::intake {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::ReasonIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

CallTerms SampleCall() {
  CallTerms call;
  call.id = "call-1";
  call.sections = {"課題設定", "フリー"};
  call.open_at = civil::TokyoInstant(absl::CivilDay(2022, 4, 20), 9);
  call.close_at = civil::TokyoInstant(absl::CivilDay(2022, 6, 10), 17, 15);
  call.cap_yen = 1'000'000;
  call.trial_start_date = "2022-08-01";
  call.trial_end_date = "2023-03-15";
  return call;
}

ProposalContent SampleContent() {
  ProposalContent content;
  content.title = "見本の実証";
  content.section = "フリー";
  content.summary = content.problem = content.technology = content.plan = content.place = "見本";
  content.start_date = "2022-08-10";
  content.end_date = "2023-03-10";
  content.support.cost = true;
  content.requested_yen = 600'000;
  content.own_money_yen = 300'000;
  content.budget = {{"委託費", "", 800'000, true}, {"旅費", "", 100'000, false}};
  content.expected_effect = "見本";
  content.pledge = true;
  return content;
}

std::vector<std::string> FaultyFields(const ProposalContent& content) {
  std::vector<std::string> fields;
  for (const FieldFault& fault : FindFaults(content, SampleCall())) fields.push_back(fault.field);
  return fields;
}

TEST(WindowTest, ReceivesAtTheInstantOfOpening) {
  EXPECT_THAT(CheckWindow(SampleCall(), SampleCall().open_at), IsOk());
}

TEST(WindowTest, RefusesBeforeTheOpening) {
  EXPECT_THAT(CheckWindow(SampleCall(), SampleCall().open_at - absl::Microseconds(1)), ReasonIs(kNotYetOpen));
}

TEST(WindowTest, ReceivesUntilJustBeforeTheClosing) {
  EXPECT_THAT(CheckWindow(SampleCall(), SampleCall().close_at - absl::Microseconds(1)), IsOk());
}

TEST(WindowTest, RefusesAtTheInstantOfClosing) {
  EXPECT_THAT(CheckWindow(SampleCall(), SampleCall().close_at), ReasonIs(kTooLate));
}

TEST(WindowTest, RefusesWhenTheCallWasClosedEarly) {
  CallTerms call = SampleCall();
  call.closed = true;
  EXPECT_THAT(CheckWindow(call, call.open_at), ReasonIs(kTooLate));
}

TEST(WindowTest, NamesTheClosingTimeInTokyo) {
  const auto detail = GetErrorDetail(CheckWindow(SampleCall(), SampleCall().close_at));
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->metadata.at("close_time"), "2022-06-10T17:15:00+09:00");
}

TEST(CompletenessTest, FindsNothingInACompleteProposal) {
  EXPECT_THAT(FaultyFields(SampleContent()), IsEmpty());
}

TEST(CompletenessTest, TellsAllThatIsMissingAtOnce) {
  EXPECT_THAT(
      FaultyFields({}),
      UnorderedElementsAre("content.title", "content.section", "content.summary", "content.problem",
                           "content.technology", "content.plan", "content.place", "content.expected_effect",
                           "content.pledge", "content.start_date", "content.end_date", "content.support"));
}

TEST(CompletenessTest, CountsCharactersOfTheSummaryAndNotBytes) {
  ProposalContent content = SampleContent();
  content.summary.clear();
  for (int i = 0; i < kSummaryMax; ++i) content.summary += "あ";
  EXPECT_THAT(FaultyFields(content), IsEmpty());
  content.summary += "い";
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.summary"));
}

TEST(CompletenessTest, RefusesASectionOfAnotherCall) {
  ProposalContent content = SampleContent();
  content.section = "別の部門";
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.section"));
}

TEST(CompletenessTest, RefusesATrialOutsideTheCallsPeriod) {
  ProposalContent content = SampleContent();
  content.start_date = "2022-07-31";
  content.end_date = "2023-03-16";
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.start_date", "content.end_date"));
}

TEST(CompletenessTest, RefusesADayThatDoesNotExist) {
  ProposalContent content = SampleContent();
  content.end_date = "2023-02-29";
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.end_date"));
}

TEST(CompletenessTest, TakesARequestOfExactlyTheCap) {
  ProposalContent content = SampleContent();
  content.requested_yen = 1'000'000;
  content.budget[0].amount_yen = 1'200'000;
  EXPECT_THAT(FaultyFields(content), IsEmpty());
  content.requested_yen += 1;
  content.own_money_yen -= 1;
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.requested_yen"));
}

TEST(CompletenessTest, RefusesMoreThanTheEligiblePartOfTheBudget) {
  ProposalContent content = SampleContent();
  content.budget[0].eligible = false;
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.requested_yen"));
}

TEST(CompletenessTest, RefusesABudgetThatDoesNotAddUp) {
  ProposalContent content = SampleContent();
  content.other_income_yen = 1;
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.budget"));
}

TEST(CompletenessTest, NeedsNoBudgetWhenNoMoneyIsInvolved) {
  ProposalContent content = SampleContent();
  content.support = {};
  content.support.field = true;
  content.requested_yen = content.own_money_yen = 0;
  content.budget.clear();
  EXPECT_THAT(FaultyFields(content), IsEmpty());
}

TEST(CompletenessTest, AsksHowManyMonitorsAreWished) {
  ProposalContent content = SampleContent();
  content.support.monitors = true;
  EXPECT_THAT(FaultyFields(content), ElementsAre("content.monitors_wished"));
}

TEST(CorrectionDueTest, CountsWholeDaysAfterTheDayOfTheDemand) {
  const absl::Time demanded = civil::TokyoInstant(absl::CivilDay(2022, 6, 13), 15, 30);
  EXPECT_EQ(CorrectionDue(demanded, 7), civil::StartOfDay(absl::CivilDay(2022, 6, 21)));
}

TEST(CorrectionDueTest, TakesTheDayOfTokyoAndNotOfUtc) {
  // 00:30 on the 14th in Tokyo is still the 13th in UTC.
  const absl::Time demanded = civil::TokyoInstant(absl::CivilDay(2022, 6, 14), 0, 30);
  EXPECT_EQ(CorrectionDue(demanded, 1), civil::StartOfDay(absl::CivilDay(2022, 6, 16)));
}

TEST(TitleTest, IgnoresSpacesAndWidth) {
  EXPECT_EQ(NormaliseTitle("ＡＩ　見本 の実証"), NormaliseTitle("AI見本の実証"));
}

TEST(ContentTest, SurvivesJson) {
  ProposalContent content = SampleContent();
  content.schedule = {{"2022-08-10", "2022-08-31", "準備"}};
  content.support.deregulation = true;
  content.monitors_wished = 7;
  EXPECT_EQ(ToJson(ContentFromJson(ToJson(content))), ToJson(content));
}

TEST(RegistrationTest, TakesAValidCorporateNumber) {
  const auto checked = CheckRegistration("org-a", OrganisationKind::kCompany, "7123456789012");
  EXPECT_THAT(checked.faults, IsEmpty());
  EXPECT_EQ(checked.corporate_number, "7123456789012");
}

TEST(RegistrationTest, TellsFaultsOfIdKindAndNumberAtOnce) {
  const auto checked = CheckRegistration("団体", OrganisationKind::kUnspecified, "8123456789012");
  EXPECT_EQ(checked.faults.size(), 3u);
}

TEST(RegistrationTest, DemandsACorporateNumberOfACompany) {
  EXPECT_EQ(CheckRegistration("org-a", OrganisationKind::kCompany, "").faults.size(), 1u);
}

TEST(RegistrationTest, DemandsNoCorporateNumberOfASoleProprietor) {
  EXPECT_THAT(CheckRegistration("org-a", OrganisationKind::kSoleProprietor, "").faults, IsEmpty());
}

}  // namespace
}  // namespace jissho::intake
