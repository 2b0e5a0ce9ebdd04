// The office on the days on which years, books and terms end, to the microsecond, and under a clock that
// jumps.
#include "gmock/gmock.h"
#include "services/civil/date.h"
#include "services/subsidy/office_fixture.h"
#include "services/subsidy/reasons.h"
#include "services/subsidy/store/rows.h"
#include "workflow/act/rows.h"

namespace jissho::subsidy {
namespace {

using civil::CivilDate;
using civil::StartOfDay;
using jissho::testing::ReasonIs;

constexpr absl::Duration kTick = absl::Microseconds(1);
constexpr absl::Duration kJump = absl::Hours(1);

class CalendarTest : public OfficeTest {
 protected:
  void SetUp() override {
    OfficeTest::SetUp();
    OpenYear();
    SetDate("2022-07-29");
  }

  // How often the event came to the grant and did something.
  size_t Came(const std::string& id, const std::string& event) {
    auto lease = pool_->Acquire(absl::Seconds(10));
    EXPECT_OK(lease);
    auto rows = storage::Select<act::JournalRow>(
        **lease, "WHERE instance_id=? AND event=? AND outcome='done'", {id, event});
    EXPECT_OK(rows);
    return rows->size();
  }

  // A grant with more advanced than fixed, to be returned by 9 April 2023.
  void ReturnOrdered() {
    ASSERT_OK_AND_ASSIGN(const auto fixed, FixBelowTheAdvance("case-1"));
    ASSERT_EQ(fixed.return_due_date(), "2023-04-09");
  }

  // A grant of a call that takes reports until the end of March 2024, whose trial ended on 30 January 2024.
  void EndedBeforeALeapDay(const std::string& id) {
    const std::string call_id = "call-1-" + id;
    ASSERT_OK(PublishCall(call_id, "2024-03-31"));
    ASSERT_OK(Adopt(id, 1'000'000, call_id));
    ASSERT_OK(Apply(id, 1'000'000, 1'600'000));
    ASSERT_OK(Draft(id, 1'000'000));
    ASSERT_OK(Decide(manager_, id));
    SetDate("2024-01-30");
    cases::v1::CaseTrialEnded ended;
    ended.set_case_id(id);
    ended.set_completed(true);
    ended.set_end_date("2024-01-30");
    ASSERT_OK(Tell("cases", id, ended));
    ASSERT_EQ(Grant(id).report_due_date(), "2024-02-29");
  }
  absl::StatusOr<v1::Grant> SubmitReport(const std::string& id) {
    v1::SubmitPerformanceReportRequest request;
    request.set_id(id);
    request.set_completion_date("2024-01-30");
    *request.add_costs() = Cost(1'000'000);
    request.set_outcome("見本");
    return Call<v1::Grant>(applicant_, "SubmitPerformanceReport", request);
  }
};

TEST_P(CalendarTest, TheNewYearsBooksOpenAtMidnightInTokyo) {
  v1::CreateBudgetLineRequest line;
  line.set_code(kLine);
  line.set_fiscal_year(2023);
  line.set_title("実証実験支援事業(見本)");
  ASSERT_OK((Call<v1::BudgetLine>(secretariat_, "CreateBudgetLine", line)));
  auto cost = DirectCost(50'000, "請求書1");
  cost.set_fiscal_year(2023);
  SetTime(StartOfDay(CivilDate(2023, 4, 1)) - kTick);
  EXPECT_THAT(Book(cost), ReasonIs(kBooksNotOpen));
  SetTime(StartOfDay(CivilDate(2023, 4, 1)));
  EXPECT_THAT(Book(cost), ReasonIs(kBudgetExceeded));  // the books are open; nothing is allotted yet
}

TEST_P(CalendarTest, WhatIsBookedAroundTheYearsEndStaysInTheYearOfItsBudget) {
  SetTime(StartOfDay(CivilDate(2023, 4, 1)) - absl::Seconds(1));
  ASSERT_OK_AND_ASSIGN(const auto before, Book(DirectCost(50'000, "請求書1")));
  ASSERT_OK_AND_ASSIGN(const auto ordered_before, Order(manager_, before.id()));
  SetTime(StartOfDay(CivilDate(2023, 4, 1)));
  ASSERT_OK_AND_ASSIGN(const auto after, Book(DirectCost(60'000, "請求書2")));
  ASSERT_OK_AND_ASSIGN(const auto ordered_after, Order(manager_, after.id()));
  EXPECT_EQ(ordered_before.order_date(), "2023-03-31");
  EXPECT_EQ(ordered_after.order_date(), "2023-04-01");
  EXPECT_EQ(ordered_before.fiscal_year(), 2022);
  EXPECT_EQ(ordered_after.fiscal_year(), 2022);
  EXPECT_EQ(ordered_before.order_number(), 1);
  EXPECT_EQ(ordered_after.order_number(), 2);
  EXPECT_EQ(Line().balances().committed_yen(), 110'000);
  ExpectLedgerHolds();
}

TEST_P(CalendarTest, TheBooksCloseWithTheLastMicrosecondOfMay) {
  ASSERT_OK_AND_ASSIGN(const auto in_time, Book(DirectCost(50'000, "請求書1")));
  ASSERT_OK_AND_ASSIGN(const auto too_late, Book(DirectCost(60'000, "請求書2")));
  SetTime(StartOfDay(CivilDate(2023, 6, 1)) - kTick);
  ASSERT_OK(Order(manager_, in_time.id()));
  ASSERT_OK(Check(checker_, in_time.id()));
  SetTime(StartOfDay(CivilDate(2023, 6, 1)));
  EXPECT_THAT(Order(manager_, too_late.id()), ReasonIs(kBooksClosed));
  EXPECT_THAT(Execute(payer_, in_time.id(), "2023-06-01"), ReasonIs(kBooksClosed));
  EXPECT_OK(Execute(payer_, in_time.id(), "2023-05-31"));
}

TEST_P(CalendarTest, ASettledGrantClosesWithTheBooksOnceHoweverTheClockJumps) {
  ASSERT_OK(Pay(Invoiced().id()));
  const absl::Time closing = StartOfDay(CivilDate(2023, 6, 1));
  SetTime(closing - kTick);
  EXPECT_EQ(Grant("case-1").state(), "SETTLED");
  SetTime(closing);
  EXPECT_EQ(Grant("case-1").state(), "CLOSED");
  SetTime(closing - kJump);
  SetTime(closing);
  SetTime(closing + kJump);
  EXPECT_EQ(Grant("case-1").state(), "CLOSED");
  EXPECT_EQ(Came("case-1", "grant.close"), 1u);
}

TEST_P(CalendarTest, AClockSetBackBeforeATimerFiresDoesNotLoseIt) {
  ReturnOrdered();
  const absl::Time overdue = StartOfDay(CivilDate(2023, 4, 10));
  SetTime(overdue - kJump / 2);
  SetTime(overdue - kJump / 2 - kJump);
  SetTime(overdue - kTick);
  EXPECT_EQ(Grant("case-1").state(), "RETURN_ORDERED");
  SetTime(overdue);
  EXPECT_EQ(Grant("case-1").state(), "OVERDUE");
  EXPECT_EQ(Came("case-1", "grant.return_overdue"), 1u);
}

TEST_P(CalendarTest, AClockSetForwardOverATimerAndBackFiresItOnce) {
  ReturnOrdered();
  const absl::Time overdue = StartOfDay(CivilDate(2023, 4, 10));
  SetTime(overdue - kTick);
  SetTime(overdue - kTick + kJump);
  EXPECT_EQ(Grant("case-1").state(), "OVERDUE");
  SetTime(overdue - kTick);
  SetTime(overdue);
  SetTime(overdue + kJump);
  EXPECT_EQ(Grant("case-1").state(), "OVERDUE");
  EXPECT_EQ(Came("case-1", "grant.return_overdue"), 1u);
}

TEST_P(CalendarTest, AReportIsInTimeUntilTheLastMicrosecondOfALeapDay) {
  EndedBeforeALeapDay("case-1");
  SetTime(StartOfDay(CivilDate(2024, 3, 1)) - kTick);
  EXPECT_EQ(Came("case-1", "grant.report_overdue"), 0u);
  ASSERT_OK_AND_ASSIGN(const auto reported, SubmitReport("case-1"));
  EXPECT_FALSE(reported.report().late());
  SetTime(StartOfDay(CivilDate(2024, 3, 1)));
  EXPECT_EQ(Came("case-1", "grant.report_overdue"), 0u);
}

TEST_P(CalendarTest, AReportIsOverdueOnTheFirstOfMarchAfterALeapDay) {
  EndedBeforeALeapDay("case-1");
  SetTime(StartOfDay(CivilDate(2024, 3, 1)));
  EXPECT_EQ(Came("case-1", "grant.report_overdue"), 1u);
  ASSERT_OK_AND_ASSIGN(const auto reported, SubmitReport("case-1"));
  EXPECT_TRUE(reported.report().late());
}

INSTANTIATE_TEST_SUITE_P(Databases, CalendarTest, ::testing::Values("sqlite", "mysql"));

}  // namespace
}  // namespace jissho::subsidy
