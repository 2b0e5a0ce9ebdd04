#include "services/civil/charges.h"

#include <gtest/gtest.h>

#include "services/civil/amounts.h"
#include "services/civil/reasons.h"

namespace jissho::civil {
namespace {

const CivilDate kJune30(2023, 6, 30);
const CivilDate kDecember20(2023, 12, 20);
const CivilDate kRepaid(2024, 9, 30);

TEST(AdditionalChargeTest, CountsTheDayOfReceiptAndTheDayOfRepayment) {
  const auto parts = AdditionalChargeParts({{kJune30, 1'000'000}}, 1'000'000, {{kRepaid, 1'000'000}});
  EXPECT_EQ(*parts, (std::vector<ChargePart>{{1'000'000, 459}}));
  EXPECT_EQ(*AdditionalCharge({{kJune30, 1'000'000}}, 1'000'000, {{kRepaid, 1'000'000}}), 137'700);
}

TEST(AdditionalChargeTest, LeavesTheDayOfReceiptOutWhereTheCitySaysSo) {
  ChargeRule rule;
  rule.counts_day_of_receipt = false;
  EXPECT_EQ(*AdditionalCharge({{kJune30, 1'000'000}}, 1'000'000, {{kRepaid, 1'000'000}}, rule), 137'400);
}

TEST(AdditionalChargeTest, CountsEachPartialRepaymentToItsOwnDay) {
  const std::vector<DatedAmount> repayments = {{CivilDate(2024, 3, 31), 400'000}, {kRepaid, 600'000}};
  const auto parts = AdditionalChargeParts({{kJune30, 1'000'000}}, 1'000'000, repayments);
  EXPECT_EQ(*parts, (std::vector<ChargePart>{{400'000, 276}, {600'000, 459}}));
  EXPECT_EQ(*ChargeOf(*parts), 115'740);
}

TEST(AdditionalChargeTest, TakesTheLastReceiptFirst) {
  const std::vector<DatedAmount> receipts = {{kJune30, 300'000}, {kDecember20, 700'000}};
  EXPECT_EQ(*AdditionalChargeParts(receipts, 800'000, {{kRepaid, 800'000}}),
            (std::vector<ChargePart>{{700'000, 286}, {100'000, 459}}));
  EXPECT_EQ(*AdditionalCharge(receipts, 800'000, {{kRepaid, 800'000}}), 73'830);
}

TEST(AdditionalChargeTest, RefusesReceiptsThatDoNotCoverTheOrder) {
  const auto parts = AdditionalChargeParts({{kJune30, 700'000}}, 800'000, {{kRepaid, 800'000}});
  EXPECT_EQ(parts.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(HasReason(parts.status(), kAllocationMismatch));
}

TEST(AdditionalChargeTest, RefusesRepaymentsThatDoNotAddUpToTheOrder) {
  const auto parts = AdditionalChargeParts({{kJune30, 800'000}}, 800'000, {{kRepaid, 799'999}});
  EXPECT_TRUE(HasReason(parts.status(), kAllocationMismatch));
}

TEST(AdditionalChargeTest, RefusesARepaymentBeforeItsReceipt) {
  const auto parts = AdditionalChargeParts({{kRepaid, 100}}, 100, {{kJune30, 100}});
  EXPECT_TRUE(HasReason(parts.status(), kPeriodReversed));
}

TEST(LateChargeTest, StartsOnTheDayAfterTheDueDate) {
  EXPECT_EQ(*LateCharge(77'000, CivilDate(2024, 5, 20), CivilDate(2024, 6, 10)), 485);
  // A year with a leap day has 366 days to be paid for.
  EXPECT_EQ(*LateCharge(1'000'000, CivilDate(2023, 2, 28), CivilDate(2024, 2, 29)), 109'800);
  EXPECT_EQ(*LateCharge(1'000'000, CivilDate(2022, 2, 28), CivilDate(2023, 2, 28)), 109'500);
}

TEST(LateChargeTest, IsNothingWhenPaidInTime) {
  EXPECT_EQ(*LateCharge(77'000, CivilDate(2024, 5, 20), CivilDate(2024, 5, 20)), 0);
  EXPECT_EQ(*LateCharge(77'000, CivilDate(2024, 5, 20), CivilDate(2024, 5, 1)), 0);
}

TEST(ChargeTest, KeepsTheDivisorOf365InALeapYear) { EXPECT_EQ(*ChargeOf({{1'000'000, 366}}), 109'800); }

TEST(ChargeTest, TruncatesBelowOneYen) {
  EXPECT_EQ(*ChargeOf({{500'000, 1}}), 150);
  EXPECT_EQ(*ChargeOf({{1, 1}}), 0);
}

TEST(ChargeTest, SumsThePartsExactlyBeforeTruncatingOnce) {
  // Each part alone is 0.9999 yen.
  EXPECT_EQ(*ChargeOf({{3333, 1}, {3333, 1}, {3333, 1}, {3333, 1}}), 3);
}

TEST(ChargeTest, FloorsToTheCitysUnit) {
  ChargeRule rule;
  rule.unit = 100;
  EXPECT_EQ(*ChargeOf({{77'000, 21}}, rule), 400);
}

TEST(ChargeTest, RefusesPrincipalsDaysAndChargesOutOfRange) {
  EXPECT_TRUE(HasReason(ChargeOf({{kMaxYen + 1, 1}}).status(), kAmountOutOfRange));
  EXPECT_TRUE(HasReason(ChargeOf({{-1, 1}}).status(), kAmountOutOfRange));
  EXPECT_TRUE(HasReason(ChargeOf({{1, -1}}).status(), kAmountOutOfRange));
  EXPECT_TRUE(HasReason(ChargeOf({{kMaxYen, 36'500}}).status(), kAmountOutOfRange));
}

}  // namespace
}  // namespace jissho::civil
