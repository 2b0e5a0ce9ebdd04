// The life of a grant, through the methods that people call, on both databases.
#include "gmock/gmock.h"
#include "services/subsidy/office_fixture.h"
#include "services/subsidy/reasons.h"
#include "workflow/act/reasons.h"

namespace jissho::subsidy {
namespace {

using jissho::testing::IsOk;
using jissho::testing::ReasonIs;

class GrantTest : public OfficeTest {
 protected:
  void SetUp() override {
    OfficeTest::SetUp();
    OpenYear();
    SetDate("2022-07-29");
  }
};

TEST_P(GrantTest, AnAdoptionReservesTheOfferedMoney) {
  ASSERT_OK(Adopt("case-1", 1'000'000));
  EXPECT_EQ(Grant("case-1").state(), "ADOPTED");
  EXPECT_EQ(Line().balances().reserved_yen(), 1'000'000);
  EXPECT_EQ(Line().balances().available_yen(), 5'456'000);
}

TEST_P(GrantTest, AnAdoptionThatTheBudgetDoesNotHoldWaitsForMoney) {
  EXPECT_THAT(Adopt("case-1", 6'456'001), ReasonIs(kBudgetExceeded));
  EXPECT_EQ(Line().balances().reserved_yen(), 0);
}

TEST_P(GrantTest, ADecliningApplicantFreesTheReservation) {
  ASSERT_OK(Adopt("case-1", 1'000'000));
  cases::v1::CaseDeclined declined;
  declined.set_case_id("case-1");
  declined.set_reason("体制が整わない");
  ASSERT_OK(Tell("cases", "case-1", declined));
  EXPECT_EQ(Grant("case-1").state(), "DECLINED");
  EXPECT_EQ(Line().balances().available_yen(), 6'456'000);
}

TEST_P(GrantTest, NoMoreThanRateAndOfferMayBeAppliedFor) {
  ASSERT_OK(Adopt("case-1", 900'000));
  EXPECT_THAT(Apply("case-1", 900'001, 9'000'000), ReasonIs(kAmountAboveOffer));
  EXPECT_THAT(Apply("case-1", 823'001, 1'234'567), ReasonIs(kAmountAboveRate));
  EXPECT_EQ(Grant("case-1").state(), "ADOPTED");
}

TEST_P(GrantTest, ApplicantsSeeAndUseOnlyTheirOwnGrants) {
  ASSERT_OK(Adopt("case-1", 900'000));
  v1::GetGrantRequest get;
  get.set_id("case-1");
  EXPECT_THAT((Call<v1::Grant>(stranger_, "GetGrant", get)), ReasonIs(kGrantNotFound));
  EXPECT_THAT((Call<v1::Grant>(applicant_, "GetGrant", get)), IsOk());
  v1::ApplyForGrantRequest apply;
  apply.set_id("case-1");
  apply.set_requested_yen(1);
  *apply.add_costs() = Cost(9'000);
  EXPECT_THAT((Call<v1::Grant>(stranger_, "ApplyForGrant", apply)), ReasonIs(kGrantNotFound));
  EXPECT_EQ((Call<v1::ListGrantsResponse>(stranger_, "ListGrants", v1::ListGrantsRequest()))->grants_size(),
            0);
  EXPECT_EQ((Call<v1::ListGrantsResponse>(applicant_, "ListGrants", v1::ListGrantsRequest()))->grants_size(),
            1);
}

TEST_P(GrantTest, WhoDraftedTheDecisionMayNotMakeIt) {
  ASSERT_OK(Adopt("case-1", 900'000));
  ASSERT_OK(Apply("case-1", 900'000, 1'600'000));
  ASSERT_OK(Draft("case-1", 900'000));
  act::Actor both = secretariat_;
  both.roles.push_back("manager");
  EXPECT_THAT(Decide(both, "case-1"), ReasonIs(act::kFourEyes));
  EXPECT_EQ(Line().balances().committed_yen(), 0);
}

TEST_P(GrantTest, TheDecisionCommitsItsAmountAndFreesTheRest) {
  ASSERT_OK(Adopt("case-1", 1'000'000));
  ASSERT_OK(Apply("case-1", 823'000, 1'234'567));
  ASSERT_OK(Draft("case-1", 823'000));
  ASSERT_OK_AND_ASSIGN(const auto grant, Decide(manager_, "case-1"));
  EXPECT_EQ(grant.state(), "DECIDED");
  EXPECT_EQ(grant.decision().notice_number(), 1);
  EXPECT_EQ(grant.decision().decision_date(), "2022-07-29");
  EXPECT_EQ(Line().balances().committed_yen(), 823'000);
  EXPECT_EQ(Line().balances().reserved_yen(), 0);
  Settle();
  EXPECT_EQ(events_.Last<v1::GrantDecided>().decided_yen(), 823'000);
}

TEST_P(GrantTest, ADecisionIsMadeOnce) {
  Run("case-1");
  EXPECT_THAT(Decide(manager_, "case-1"), ReasonIs(act::kStateNotAllowed));
}

TEST_P(GrantTest, ARepeatedRequestGetsTheSameAnswerAndMovesNoMoney) {
  ASSERT_OK(Adopt("case-1", 900'000));
  ASSERT_OK(Apply("case-1", 900'000, 1'600'000));
  ASSERT_OK(Draft("case-1", 900'000));
  v1::DecideGrantRequest request;
  request.set_id("case-1");
  request.set_request_id("decide-once");
  ASSERT_OK_AND_ASSIGN(const auto first, (Call<v1::Grant>(manager_, "DecideGrant", request)));
  ASSERT_OK_AND_ASSIGN(const auto second, (Call<v1::Grant>(manager_, "DecideGrant", request)));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(Line().balances().committed_yen(), 900'000);
}

TEST_P(GrantTest, AnOldEtagIsRefused) {
  ASSERT_OK(Adopt("case-1", 900'000));
  const std::string etag = Grant("case-1").etag();
  ASSERT_OK(Apply("case-1", 900'000, 1'600'000));
  v1::RefuseGrantRequest request;
  request.set_id("case-1");
  request.set_reason("予算の都合");
  request.set_etag(etag);
  EXPECT_EQ((Call<v1::Grant>(manager_, "RefuseGrant", request)).status().code(), absl::StatusCode::kAborted);
}

TEST_P(GrantTest, ARefusalNeedsAReasonFreesTheMoneyAndIsTold) {
  ASSERT_OK(Adopt("case-1", 900'000));
  ASSERT_OK(Apply("case-1", 900'000, 1'600'000));
  EXPECT_THAT((WithReason<v1::RefuseGrantRequest, v1::Grant>(manager_, "RefuseGrant", "case-1", " ")),
              ReasonIs(act::kReasonRequired));
  ASSERT_OK(
      (WithReason<v1::RefuseGrantRequest, v1::Grant>(manager_, "RefuseGrant", "case-1", "要件を満たさない")));
  EXPECT_EQ(Line().balances().available_yen(), 6'456'000);
  Settle();
  EXPECT_EQ(events_.Last<v1::GrantRefused>().reason(), "要件を満たさない");
}

TEST_P(GrantTest, AWithdrawalInTimeLeavesNoCommitment) {
  ASSERT_OK(Adopt("case-1", 900'000));
  ASSERT_OK(Apply("case-1", 900'000, 1'600'000));
  ASSERT_OK(Draft("case-1", 900'000));
  ASSERT_OK(Decide(manager_, "case-1"));
  SetDate("2022-08-13");
  ASSERT_OK(
      (WithReason<v1::WithdrawGrantRequest, v1::Grant>(applicant_, "WithdrawGrant", "case-1", "条件に不服")));
  EXPECT_EQ(Line().balances().committed_yen(), 0);
  ExpectLedgerHolds();
}

TEST_P(GrantTest, AWithdrawalAfterTheFifteenthDayIsRefused) {
  ASSERT_OK(Adopt("case-1", 900'000));
  ASSERT_OK(Apply("case-1", 900'000, 1'600'000));
  ASSERT_OK(Draft("case-1", 900'000));
  ASSERT_OK(Decide(manager_, "case-1"));
  SetDate("2022-08-14");
  EXPECT_THAT(
      (WithReason<v1::WithdrawGrantRequest, v1::Grant>(applicant_, "WithdrawGrant", "case-1", "条件に不服")),
      ReasonIs(kWithdrawalTooLate));
  EXPECT_EQ(Grant("case-1").state(), "DECIDED");
}

TEST_P(GrantTest, IsFixedPaidAndSettledForWhatWasReallySpent) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'234'567));
  ASSERT_OK(Inspect("case-1", 1'234'567));
  ASSERT_OK_AND_ASSIGN(const auto fixed, Fix("case-1"));
  EXPECT_EQ(fixed.state(), "FIXED");
  EXPECT_EQ(fixed.fixed_yen(), 823'000);
  ASSERT_OK_AND_ASSIGN(const auto payment, Invoice("case-1"));
  EXPECT_EQ(payment.amount_yen(), 823'000);
  ASSERT_OK(Pay(payment.id()));
  const v1::Grant settled = Grant("case-1");
  EXPECT_EQ(settled.state(), "SETTLED");
  EXPECT_EQ(settled.paid_yen(), 823'000);
  EXPECT_EQ(Line().balances().committed_yen(), 0);
  Settle();
  EXPECT_THAT(events_.Types(), ::testing::ElementsAre("GrantDecided", "GrantFixed", "GrantSettled"));
  ExpectLedgerHolds();
}

TEST_P(GrantTest, ClosesWithTheBooks) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'234'567));
  ASSERT_OK(Inspect("case-1", 1'234'567));
  ASSERT_OK(Fix("case-1"));
  ASSERT_OK_AND_ASSIGN(const auto payment, Invoice("case-1"));
  ASSERT_OK(Pay(payment.id()));
  SetDate("2023-05-31");
  EXPECT_EQ(Grant("case-1").state(), "SETTLED");
  SetDate("2023-06-01");
  EXPECT_EQ(Grant("case-1").state(), "CLOSED");
}

TEST_P(GrantTest, WhoInspectedMayNotFix) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'234'567));
  ASSERT_OK(Inspect("case-1", 1'234'567));
  act::Actor both = secretariat_;
  both.roles.push_back("manager");
  v1::FixGrantRequest fix;
  fix.set_id("case-1");
  EXPECT_THAT((Call<v1::Grant>(both, "FixGrant", fix)), ReasonIs(act::kFourEyes));
  EXPECT_EQ(Grant("case-1").fix_date(), "");
}

TEST_P(GrantTest, AnInspectionAcceptsNoMoreThanWasReported) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'000'000));
  EXPECT_THAT(Inspect("case-1", 1'000'001), ReasonIs(kAmountAboveReport));
}

TEST_P(GrantTest, AReportThatDoesNotConformIsCorrectedAndSubmittedAgain) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'000'000));
  ASSERT_OK((WithReason<v1::OrderCorrectionRequest, v1::Grant>(manager_, "OrderCorrection", "case-1",
                                                               "領収書の不足")));
  EXPECT_THAT(Inspect("case-1", 1'000'000), ReasonIs(act::kStateNotAllowed));
  v1::SubmitPerformanceReportRequest again;
  again.set_id("case-1");
  again.set_completion_date("2023-03-15");
  *again.add_costs() = Cost(900'000);
  again.set_outcome("見本");
  ASSERT_OK_AND_ASSIGN(const auto grant, (Call<v1::Grant>(applicant_, "SubmitPerformanceReport", again)));
  EXPECT_EQ(grant.state(), "REPORTED");
  EXPECT_EQ(grant.report().eligible_yen(), 900'000);
}

TEST_P(GrantTest, AReportAfterItsDueDateIsMarkedLate) {
  Run("case-1");
  SetDate("2023-03-20");
  cases::v1::CaseTrialEnded ended;
  ended.set_case_id("case-1");
  ended.set_end_date("2023-03-15");
  ASSERT_OK(Tell("cases", "case-1", ended));
  EXPECT_EQ(Grant("case-1").report_due_date(), "2023-03-31");
  SetDate("2023-04-01");
  v1::SubmitPerformanceReportRequest report;
  report.set_id("case-1");
  report.set_completion_date("2023-03-15");
  *report.add_costs() = Cost(900'000);
  report.set_outcome("見本");
  ASSERT_OK_AND_ASSIGN(const auto grant, (Call<v1::Grant>(applicant_, "SubmitPerformanceReport", report)));
  EXPECT_TRUE(grant.report().late());
}

TEST_P(GrantTest, ProgressNotesAreKeptInOrder) {
  Run("case-1");
  for (const char* text : {"準備", "実施"}) {
    v1::ReportProgressRequest request;
    request.set_id("case-1");
    request.set_as_of("2022-10-01");
    request.set_text(text);
    ASSERT_OK((Call<v1::Grant>(applicant_, "ReportProgress", request)));
  }
  const v1::Grant grant = Grant("case-1");
  ASSERT_EQ(grant.progress_notes_size(), 2);
  EXPECT_EQ(grant.progress_notes(0).text(), "準備");
  EXPECT_EQ(grant.progress_notes(1).text(), "実施");
}

INSTANTIATE_TEST_SUITE_P(Databases, GrantTest, ::testing::Values("sqlite", "mysql"));

}  // namespace
}  // namespace jissho::subsidy
