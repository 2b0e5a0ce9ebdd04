#include "services/subsidy/domain/payment_rules.h"

#include "gtest/gtest.h"
#include "services/subsidy/reasons.h"

namespace jissho::subsidy {
namespace {

using Day = civil::CivilDate;

TEST(BooksTest, AreOpenFromAprilToTheEndOfMayOfTheNextYear) {
  EXPECT_TRUE(HasReason(CheckBooks(2022, Day(2022, 3, 31)), kBooksNotOpen));
  EXPECT_TRUE(CheckBooks(2022, Day(2022, 4, 1)).ok());
  EXPECT_TRUE(CheckBooks(2022, Day(2023, 5, 31)).ok());
  EXPECT_TRUE(HasReason(CheckBooks(2022, Day(2023, 6, 1)), kBooksClosed));
}

TEST(ClaimTest, OneDocumentOfOnePayeeInOneYearIsOneClaim) {
  const Book book{"01-020108-16", 2022};
  const auto subject = [](const Book& of, const char* payee, const char* document) {
    return ClaimOfDocument(of, payee, document).subject;
  };
  const std::string first = subject(book, "見本会館", "請求書1");
  EXPECT_EQ(subject(book, "見本　会館", "請求書 1"), first);
  EXPECT_NE(subject(book, "見本会館", "請求書2"), first);
  EXPECT_NE(subject(book, "別の会館", "請求書1"), first);
  EXPECT_NE(subject(book, "見本会館請求書", "1"), first);
  EXPECT_NE(subject({"01-020108-16", 2023}, "見本会館", "請求書1"), first);
}

TEST(OrderTest, TakesAFinalPaymentOnceTheAmountIsFixed) {
  EXPECT_TRUE(
      HasReason(CheckOrder({PaymentKind::kFinal, 2022, 100, false}, 100, Day(2023, 4, 10)), kDebtNotFixed));
  EXPECT_TRUE(CheckOrder({PaymentKind::kFinal, 2022, 100, true}, 100, Day(2023, 4, 10)).ok());
}

TEST(OrderTest, ADirectCostIsOrderedOnlyAfterTheDeliveryWasAccepted) {
  EXPECT_TRUE(
      HasReason(CheckOrder({PaymentKind::kDirect, 2022, 100, false}, 100, Day(2022, 9, 1)), kDebtNotFixed));
}

TEST(OrderTest, AnAdvanceNeedsNoFixedDebt) {
  EXPECT_TRUE(CheckOrder({PaymentKind::kAdvance, 2022, 100, false}, 100, Day(2022, 9, 1)).ok());
}

TEST(OrderTest, RefusesMoreThanIsLeft) {
  EXPECT_TRUE(
      HasReason(CheckOrder({PaymentKind::kFinal, 2022, 101, true}, 100, Day(2023, 4, 10)), kNothingDue));
}

TEST(OrderTest, IsRefusedWhenTheBooksAreClosed) {
  EXPECT_TRUE(
      HasReason(CheckOrder({PaymentKind::kFinal, 2022, 100, true}, 100, Day(2023, 6, 1)), kBooksClosed));
}

TEST(CheckTest, NeedsBothLawfulnessAndAFixedDebt) {
  EXPECT_TRUE(CheckAudit(true, true, 2022, Day(2023, 4, 10)).ok());
  EXPECT_TRUE(HasReason(CheckAudit(false, true, 2022, Day(2023, 4, 10)), kCheckIncomplete));
  EXPECT_TRUE(HasReason(CheckAudit(true, false, 2022, Day(2023, 4, 10)), kCheckIncomplete));
}

TEST(ExecutionTest, ThePaymentLiesBetweenTheOrderAndToday) {
  EXPECT_TRUE(CheckExecution(2022, Day(2023, 4, 10), Day(2023, 4, 10), Day(2023, 4, 12)).ok());
  EXPECT_TRUE(
      HasReason(CheckExecution(2022, Day(2023, 4, 10), Day(2023, 4, 9), Day(2023, 4, 12)), kDateBeforeOrder));
  EXPECT_TRUE(
      HasReason(CheckExecution(2022, Day(2023, 4, 10), Day(2023, 4, 13), Day(2023, 4, 12)), kDateInFuture));
}

TEST(ExecutionTest, APaymentOfTheLastDayMayBeBookedAfterIt) {
  EXPECT_TRUE(CheckExecution(2022, Day(2023, 5, 20), Day(2023, 5, 31), Day(2023, 6, 1)).ok());
  EXPECT_TRUE(
      HasReason(CheckExecution(2022, Day(2023, 5, 20), Day(2023, 6, 1), Day(2023, 6, 1)), kBooksClosed));
}

TEST(AllocationTest, TheOddThousandStandsOnGeneralFunds) {
  EXPECT_EQ(*AllocationOf(5'875'000, "1/2"), (RevenueAllocation{2'937'000, 5'875, 2'937, 2'938}));
}

TEST(AllocationTest, AnEvenTotalSplitsEvenly) {
  EXPECT_EQ(*AllocationOf(1'214'000, "1/2"), (RevenueAllocation{607'000, 1'214, 607, 607}));
}

TEST(AllocationTest, YenBelowTheThousandStandOnGeneralFunds) {
  EXPECT_EQ(*AllocationOf(1'999'999, "1/2"), (RevenueAllocation{999'000, 2'000, 999, 1'001}));
}

TEST(AllocationTest, RefusesAShareThatIsNoFraction) { EXPECT_FALSE(AllocationOf(1'000, "50%").ok()); }

TEST(AllocationTest, WaitsForTheBooksToCloseUnlessWaived) {
  EXPECT_TRUE(HasReason(CheckAllocation(2022, 0, 0, 0, false, Day(2023, 5, 31)), kBooksOpen));
  EXPECT_TRUE(CheckAllocation(2022, 0, 0, 0, true, Day(2023, 5, 31)).ok());
  EXPECT_TRUE(CheckAllocation(2022, 0, 0, 0, false, Day(2023, 6, 1)).ok());
}

TEST(AllocationTest, WaitsUntilNothingIsReservedCommittedOrOwed) {
  EXPECT_TRUE(HasReason(CheckAllocation(2022, 1, 0, 0, false, Day(2023, 6, 1)), kSettlementOpen));
  EXPECT_TRUE(HasReason(CheckAllocation(2022, 0, 1, 0, false, Day(2023, 6, 1)), kSettlementOpen));
  EXPECT_TRUE(HasReason(CheckAllocation(2022, 0, 0, 1, false, Day(2023, 6, 1)), kSettlementOpen));
}

}  // namespace
}  // namespace jissho::subsidy
