// Budget, settlement and the ledger as a whole, on both databases.
#include "gmock/gmock.h"
#include "services/subsidy/office_fixture.h"
#include "services/subsidy/reasons.h"
#include "workflow/act/reasons.h"

namespace jissho::subsidy {
namespace {

using jissho::testing::ReasonIs;

class SettlementTest : public OfficeTest {
 protected:
  void SetUp() override {
    OfficeTest::SetUp();
    OpenYear();
    SetDate("2022-07-29");
  }

  // A grant of 823,000 yen, paid, and 50,000 yen of direct cost, paid.
  void SpendSome() {
    Run("case-1");
    SetDate("2023-03-20");
    ASSERT_OK(Report("case-1", 1'234'567));
    ASSERT_OK(Inspect("case-1", 1'234'567));
    ASSERT_OK(Fix("case-1"));
    ASSERT_OK_AND_ASSIGN(const auto payment, Invoice("case-1"));
    ASSERT_OK(Pay(payment.id()));
    v1::BookDirectCostRequest request;
    request.set_budget_line(kLine);
    request.set_fiscal_year(2022);
    request.set_programme_id(kProgramme);
    request.set_amount_yen(50'000);
    request.set_section("使用料及び賃借料");
    request.set_description("報告会会場(見本)");
    request.set_payee_name("見本会館");
    *request.mutable_account() = Account("見本会館");
    request.set_debt_fixed(true);
    request.set_document("請求書1");
    ASSERT_OK_AND_ASSIGN(const auto cost, (Call<v1::Payment>(secretariat_, "BookDirectCost", request)));
    ASSERT_OK(Pay(cost.id()));
  }

  absl::StatusOr<v1::Settlement> AllocateHalf(bool before_books_close = false) {
    v1::AllocateRevenueRequest request;
    request.set_programme_id(kProgramme);
    request.set_budget_line(kLine);
    request.set_fiscal_year(2022);
    request.set_share("1/2");
    request.set_before_books_close(before_books_close);
    return Call<v1::Settlement>(manager_, "AllocateRevenue", request);
  }
};

TEST_P(SettlementTest, ShowsTheBudgetByFundSource) {
  const v1::BudgetLine line = Line();
  EXPECT_EQ(line.balances().appropriated_yen(), 6'456'000);
  EXPECT_EQ(line.balances().allotted_yen(), 6'456'000);
  ASSERT_EQ(line.funds_size(), 1);
  EXPECT_EQ(line.funds(0).source(), v1::FUND_SOURCE_GENERAL);
}

TEST_P(SettlementTest, RefusesASecondLineOfTheSameYear) {
  v1::CreateBudgetLineRequest request;
  request.set_code(kLine);
  request.set_fiscal_year(2022);
  request.set_title("見本");
  EXPECT_THAT((Call<v1::BudgetLine>(secretariat_, "CreateBudgetLine", request)), ReasonIs(kBudgetLineExists));
}

TEST_P(SettlementTest, WhoDraftedAnAppropriationMayNotApproveIt) {
  v1::DraftAppropriationRequest draft;
  draft.set_budget_line(kLine);
  draft.set_fiscal_year(2022);
  draft.add_funds()->set_source(v1::FUND_SOURCE_GENERAL);
  draft.mutable_funds(0)->set_amount_yen(1'000);
  ASSERT_OK_AND_ASSIGN(const auto drafted,
                       (Call<v1::Appropriation>(secretariat_, "DraftAppropriation", draft)));
  act::Actor both = secretariat_;
  both.roles.push_back("manager");
  v1::ApproveAppropriationRequest approve;
  approve.set_id(drafted.id());
  EXPECT_THAT((Call<v1::Appropriation>(both, "ApproveAppropriation", approve)), ReasonIs(act::kFourEyes));
  EXPECT_EQ(Line().balances().appropriated_yen(), 6'456'000);
}

TEST_P(SettlementTest, AllotsNoMoreThanIsAppropriated) { EXPECT_THAT(Allot(1), ReasonIs(kBudgetExceeded)); }

TEST_P(SettlementTest, SumsGrantsAndDirectCosts) {
  SpendSome();
  const v1::Settlement settlement = Settlement();
  EXPECT_EQ(settlement.settled_yen(), 873'000);
  EXPECT_EQ(settlement.granted_yen(), 823'000);
  EXPECT_EQ(settlement.direct_yen(), 50'000);
  EXPECT_EQ(settlement.payment_count(), 2);
  EXPECT_EQ(settlement.grant_count(), 1);
  EXPECT_EQ(settlement.allotted_yen(), 6'456'000);
  EXPECT_FALSE(settlement.books_closed());
  EXPECT_FALSE(settlement.allocated());
}

TEST_P(SettlementTest, RevenueIsAllocatedOnceAfterTheBooksClosed) {
  SpendSome();
  EXPECT_THAT(AllocateHalf(), ReasonIs(kBooksOpen));
  SetDate("2023-06-01");
  ASSERT_OK_AND_ASSIGN(const auto allocated, AllocateHalf());
  EXPECT_EQ(allocated.settled_thousand_yen(), 873);
  EXPECT_EQ(allocated.state_share_thousand_yen(), 436);
  EXPECT_EQ(allocated.general_funds_thousand_yen(), 437);
  EXPECT_THAT(AllocateHalf(), ReasonIs(kAlreadyAllocated));
  EXPECT_EQ(Settlement().state_share_thousand_yen(), 436);
  ExpectLedgerHolds();
}

TEST_P(SettlementTest, RevenueIsNotAllocatedWhileAGrantIsOpen) {
  SpendSome();
  ASSERT_OK(Adopt("case-2", 100'000));
  EXPECT_THAT(AllocateHalf(/*before_books_close=*/true), ReasonIs(kSettlementOpen));
}

TEST_P(SettlementTest, AfterAnEarlyAllocationTheSettledTotalStands) {
  SpendSome();
  ASSERT_OK(AllocateHalf(/*before_books_close=*/true));
  v1::ListPaymentsRequest list;
  list.set_grant_id("case-1");
  ASSERT_OK_AND_ASSIGN(const auto payments, (Call<v1::ListPaymentsResponse>(manager_, "ListPayments", list)));
  ASSERT_EQ(payments.payments_size(), 1);
  EXPECT_THAT(
      (WithReason<v1::ReversePaymentRequest>(checker_, "ReversePayment", payments.payments(0).id(), "誤り")),
      ReasonIs(kAlreadyAllocated));
}

TEST_P(SettlementTest, LedgerEntriesComeInPagesWithoutGaps) {
  SpendSome();
  v1::ListLedgerEntriesRequest request;
  request.set_page_size(3);
  int64_t number = 0;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         (Call<v1::ListLedgerEntriesResponse>(auditor_, "ListLedgerEntries", request)));
    for (const v1::LedgerEntry& entry : page.entries()) {
      EXPECT_EQ(entry.number(), ++number);
      int64_t sum = 0;
      for (const v1::Posting& posting : entry.postings()) sum += posting.amount_yen();
      EXPECT_EQ(sum, 0);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  // appropriate, allot, reserve, commit, free on fixing, pay; reserve, commit, pay.
  EXPECT_EQ(number, 9);
}

TEST_P(SettlementTest, TheCheckFindsABalanceThatSomebodyChangedBehindTheLedger) {
  SpendSome();
  {
    ASSERT_OK_AND_ASSIGN(auto lease, pool_->Acquire(absl::Seconds(10)));
    ASSERT_OK(lease->Begin());
    ASSERT_OK(lease->Execute("UPDATE subsidy_balance SET amount=amount+1 WHERE id='s/case-1/paid'", {}));
    ASSERT_OK(lease->Commit());
  }
  v1::CheckLedgerRequest request;
  request.set_fiscal_year(2022);
  ASSERT_OK_AND_ASSIGN(const auto report, (Call<v1::CheckLedgerResponse>(auditor_, "CheckLedger", request)));
  ASSERT_EQ(report.violations_size(), 1);
  EXPECT_EQ(report.violations(0).rule(), "BALANCE_DIFFERS");
}

TEST_P(SettlementTest, ACaseBeforeItsCallWaitsForTheRules) {
  cases::v1::CaseDecided decided;
  decided.set_case_id("case-9");
  decided.set_call_id("call-unknown");
  decided.set_adopted(true);
  decided.set_offered_yen(1);
  EXPECT_THAT(Tell("cases", "case-9", decided), ReasonIs(kCallRulesUnknown));
}

INSTANTIATE_TEST_SUITE_P(Databases, SettlementTest, ::testing::Values("sqlite", "mysql"));

}  // namespace
}  // namespace jissho::subsidy
