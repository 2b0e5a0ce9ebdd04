// Payments, through the methods that people call, on both databases.
#include "gmock/gmock.h"
#include "services/subsidy/office_fixture.h"
#include "services/subsidy/reasons.h"
#include "workflow/act/reasons.h"

namespace jissho::subsidy {
namespace {

using jissho::testing::ReasonIs;

class PaymentTest : public OfficeTest {
 protected:
  void SetUp() override {
    OfficeTest::SetUp();
    OpenYear();
    SetDate("2022-07-29");
  }
};

TEST_P(PaymentTest, TakesFourPeople) {
  const std::string id = Invoiced().id();
  act::Actor everybody = manager_;
  everybody.roles = {"manager", "accounting"};
  ASSERT_OK(Order(everybody, id));
  EXPECT_THAT(Check(everybody, id), ReasonIs(act::kFourEyes));
  ASSERT_OK(Check(checker_, id));
  EXPECT_THAT(Execute(everybody, id, "2023-03-20"), ReasonIs(act::kFourEyes));
  EXPECT_THAT(Execute(checker_, id, "2023-03-20"), ReasonIs(act::kFourEyes));
  EXPECT_OK(Execute(payer_, id, "2023-03-20"));
}

TEST_P(PaymentTest, IsNotPaidWithoutOrderAndCheck) {
  const std::string id = Invoiced().id();
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(act::kStateNotAllowed));
  ASSERT_OK(Order(manager_, id));
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(act::kStateNotAllowed));
  EXPECT_EQ(Line().balances().paid_yen(), 0);
}

TEST_P(PaymentTest, IsPaidOnce) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Pay(id));
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(act::kStateNotAllowed));
  EXPECT_EQ(Line().balances().paid_yen(), 823'000);
}

TEST_P(PaymentTest, IsRefusedAfterTheBooksHaveClosed) {
  const std::string id = Invoiced().id();
  SetDate("2023-06-01");
  EXPECT_THAT(Order(manager_, id), ReasonIs(kBooksClosed));
}

TEST_P(PaymentTest, IsBookedOnTheLastDayOfTheBooksButNotLater) {
  const std::string id = Invoiced().id();
  SetDate("2023-05-31");
  ASSERT_OK(Order(manager_, id));
  ASSERT_OK(Check(checker_, id));
  SetDate("2023-06-02");
  EXPECT_THAT(Execute(payer_, id, "2023-06-01"), ReasonIs(kBooksClosed));
  EXPECT_OK(Execute(payer_, id, "2023-05-31"));
}

TEST_P(PaymentTest, ThePaymentDateLiesNotInTheFuture) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  ASSERT_OK(Check(checker_, id));
  EXPECT_THAT(Execute(payer_, id, "2023-03-21"), ReasonIs(kDateInFuture));
}

TEST_P(PaymentTest, ABouncedOrderIsOrderedAgain) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  ASSERT_OK((WithReason<v1::BouncePaymentRequest>(checker_, "BouncePayment", id, "添付書類の不足")));
  ASSERT_OK_AND_ASSIGN(const auto again, Order(manager_, id));
  EXPECT_EQ(again.order_number(), 2);
}

TEST_P(PaymentTest, AnUncheckedDebtIsNotPassed) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Order(manager_, id));
  v1::CheckPaymentRequest request;
  request.set_id(id);
  request.set_etag(Payment(id).etag());
  request.set_lawful(true);
  EXPECT_THAT((Call<v1::Payment>(checker_, "CheckPayment", request)), ReasonIs(kCheckIncomplete));
}

TEST_P(PaymentTest, ARejectedTransferIsPaidAgainToACorrectedAccountAfterANewCheck) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Pay(id));
  ASSERT_OK((WithReason<v1::RejectPaymentRequest>(checker_, "RejectPayment", id, "口座番号相違")));
  EXPECT_EQ(Line().balances().paid_yen(), 0);
  EXPECT_EQ(Grant("case-1").state(), "INVOICED");
  v1::CorrectAccountRequest correct;
  correct.set_id(id);
  *correct.mutable_account() = Account("見本株式会社");
  ASSERT_OK_AND_ASSIGN(const auto corrected, (Call<v1::Payment>(applicant_, "CorrectAccount", correct)));
  EXPECT_EQ(corrected.attempt(), 2);
  EXPECT_EQ(corrected.order_number(), 2);
  EXPECT_THAT(Execute(payer_, id, "2023-03-20"), ReasonIs(act::kStateNotAllowed));
  ASSERT_OK(Check(checker_, id));
  ASSERT_OK(Execute(payer_, id, "2023-03-20"));
  EXPECT_EQ(Grant("case-1").state(), "SETTLED");
  EXPECT_EQ(Line().balances().paid_yen(), 823'000);
  ExpectLedgerHolds();
}

TEST_P(PaymentTest, AReversalPostsTheMirrorAndTheGrantIsInvoicedAnew) {
  const std::string id = Invoiced().id();
  ASSERT_OK(Pay(id));
  EXPECT_THAT((WithReason<v1::ReversePaymentRequest>(payer_, "ReversePayment", id, "二重記帳")),
              ReasonIs(act::kFourEyes));
  ASSERT_OK((WithReason<v1::ReversePaymentRequest>(checker_, "ReversePayment", id, "二重記帳")));
  EXPECT_EQ(Line().balances().paid_yen(), 0);
  EXPECT_EQ(Grant("case-1").state(), "FIXED");
  ASSERT_OK_AND_ASSIGN(const auto again, Invoice("case-1"));
  ASSERT_OK(Pay(again.id()));
  EXPECT_EQ(Settlement().payment_count(), 1);
  EXPECT_EQ(Settlement().settled_yen(), 823'000);
  ExpectLedgerHolds();
}

TEST_P(PaymentTest, AnInvoiceToSomebodyElsesAccountIsRefused) {
  Run("case-1");
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'234'567));
  ASSERT_OK(Inspect("case-1", 1'234'567));
  ASSERT_OK(Fix("case-1"));
  v1::InvoiceGrantRequest request;
  request.set_id("case-1");
  *request.mutable_account() = Account("別の見本");
  EXPECT_THAT((Call<v1::Payment>(applicant_, "InvoiceGrant", request)), ReasonIs(kAccountNotOwn));
}

TEST_P(PaymentTest, ACancelledInvoiceMayBeMadeAgain) {
  const std::string id = Invoiced().id();
  ASSERT_OK((WithReason<v1::CancelPaymentRequest>(secretariat_, "CancelPayment", id, "請求書の誤り")));
  EXPECT_EQ(Grant("case-1").state(), "FIXED");
  EXPECT_OK(Invoice("case-1"));
}

TEST_P(PaymentTest, TheAccountIsMaskedToThoseWhoDoNotPay) {
  const std::string id = Invoiced().id();
  v1::GetPaymentRequest request;
  request.set_id(id);
  EXPECT_EQ((Call<v1::Payment>(manager_, "GetPayment", request))->account().number(), "****567");
  EXPECT_EQ((Call<v1::Payment>(payer_, "GetPayment", request))->account().number(), "1234567");
  EXPECT_EQ((Call<v1::Payment>(applicant_, "GetPayment", request))->account().number(), "1234567");
  EXPECT_THAT((Call<v1::Payment>(stranger_, "GetPayment", request)), ReasonIs(kPaymentNotFound));
}

TEST_P(PaymentTest, AdvancesTogetherStayWithinTheDecision) {
  Run("case-1");
  ASSERT_OK_AND_ASSIGN(const auto first, Advance("case-1", 600'000));
  EXPECT_THAT(Advance("case-1", 100'000), ReasonIs(kPaymentPending));
  ASSERT_OK(Pay(first.id()));
  EXPECT_THAT(Advance("case-1", 400'001), ReasonIs(kAdvanceAboveDecided));
  EXPECT_OK(Advance("case-1", 400'000));
}

TEST_P(PaymentTest, TheAmountIsNotFixedWhileAnAdvanceIsUnderWay) {
  Run("case-1");
  ASSERT_OK(Advance("case-1", 600'000));
  SetDate("2023-03-20");
  ASSERT_OK(Report("case-1", 1'234'567));
  ASSERT_OK(Inspect("case-1", 1'234'567));
  EXPECT_THAT(Fix("case-1"), ReasonIs(kPaymentPending));
}

TEST_P(PaymentTest, WhatWasAdvancedAboveTheFixedAmountIsOrderedBackAndReturned) {
  ASSERT_OK_AND_ASSIGN(const auto fixed, FixBelowTheAdvance("case-1"));
  EXPECT_EQ(fixed.state(), "RETURN_ORDERED");
  EXPECT_EQ(fixed.receivable_yen(), 77'000);
  EXPECT_EQ(fixed.return_due_date(), "2023-04-09");
  v1::RecordReturnRequest request;
  request.set_id("case-1");
  request.set_return_date("2023-03-20");
  request.set_amount_yen(77'001);
  EXPECT_THAT((Call<v1::Grant>(payer_, "RecordReturn", request)), ReasonIs(kReturnAboveReceivable));
  request.set_amount_yen(70'000);
  EXPECT_EQ((Call<v1::Grant>(payer_, "RecordReturn", request))->state(), "RETURN_ORDERED");
  SetDate("2023-04-10");
  EXPECT_EQ(Grant("case-1").state(), "OVERDUE");
  request.set_amount_yen(7'000);
  ASSERT_OK_AND_ASSIGN(const auto settled, (Call<v1::Grant>(payer_, "RecordReturn", request)));
  EXPECT_EQ(settled.state(), "SETTLED");
  EXPECT_EQ(settled.paid_yen() - settled.returned_yen(), 823'000);
  EXPECT_EQ(Line().balances().returned_yen(), 77'000);
  Settle();
  EXPECT_EQ(events_.Last<v1::GrantSettled>().settled_yen(), 823'000);
  ExpectLedgerHolds();
}

TEST_P(PaymentTest, ADirectCostIsOrderedOnlyAfterItsDelivery) {
  auto request = DirectCost(50'000, "請求書1");
  request.set_debt_fixed(false);
  ASSERT_OK_AND_ASSIGN(const auto cost, Book(request));
  EXPECT_EQ(Line().balances().reserved_yen(), 50'000);
  EXPECT_THAT(Order(manager_, cost.id()), ReasonIs(kDebtNotFixed));
  v1::AcceptDeliveryRequest accept;
  accept.set_id(cost.id());
  ASSERT_OK((Call<v1::Payment>(secretariat_, "AcceptDelivery", accept)));
  ASSERT_OK(Pay(cost.id()));
  EXPECT_EQ(Line().balances().paid_yen(), 50'000);
  ExpectLedgerHolds();
}

TEST_P(PaymentTest, ADirectCostAboveTheAllotmentIsRefused) {
  EXPECT_THAT(Book(DirectCost(6'456'001, "請求書1")), ReasonIs(kBudgetExceeded));
}

TEST_P(PaymentTest, ACancelledDirectCostFreesItsMoneyAlsoAfterABounce) {
  ASSERT_OK_AND_ASSIGN(const auto cost, Book(DirectCost(50'000, "請求書1")));
  ASSERT_OK(Order(manager_, cost.id()));
  EXPECT_EQ(Line().balances().committed_yen(), 50'000);
  ASSERT_OK((WithReason<v1::BouncePaymentRequest>(checker_, "BouncePayment", cost.id(), "誤り")));
  ASSERT_OK((WithReason<v1::CancelPaymentRequest>(secretariat_, "CancelPayment", cost.id(), "取りやめ")));
  EXPECT_EQ(Line().balances().available_yen(), 6'456'000);
  ExpectLedgerHolds();
}

INSTANTIATE_TEST_SUITE_P(Databases, PaymentTest, ::testing::Values("sqlite", "mysql"));

}  // namespace
}  // namespace jissho::subsidy
