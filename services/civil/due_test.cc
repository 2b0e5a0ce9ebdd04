// Deadlines of charts by the calendar of a Japanese city office.
#include "workflow/engine/due.h"

#include <gtest/gtest.h>

#include "services/civil/business_days.h"
#include "services/civil/reasons.h"

namespace jissho::civil {
namespace {

constexpr absl::Duration kClosing = absl::Minutes(17 * 60 + 15);

absl::StatusOr<absl::Time> Due(CivilDate sent, int business_days, int hour = 10) {
  const CityWorkingDays office;
  engine::Effect send;
  send.business_days = business_days;
  send.time = kClosing;
  return engine::DueOf(send, TokyoInstant(sent, hour), &office);
}

// A date in data, with what the chart says of days off.
absl::Time DueAt(const std::string& date, chart::DayOff day_off) {
  const CityWorkingDays office;
  engine::Effect send;
  send.at = date;
  send.day_off = day_off;
  send.time = kClosing;
  const auto due = engine::DueOf(send, TokyoInstant(CivilDate(2022, 4, 1), 9), &office);
  EXPECT_TRUE(due.ok()) << due.status();
  return due.value_or(absl::InfinitePast());
}

absl::Time Closing(int year, int month, int day) { return TokyoInstant(CivilDate(year, month, day), 17, 15); }

TEST(CityDueTest, TheOfficeIsClosedAroundNewYear) {
  EXPECT_EQ(*Due(CivilDate(2026, 12, 28), 1), Closing(2027, 1, 4));
  EXPECT_EQ(*Due(CivilDate(2022, 12, 27), 2), Closing(2023, 1, 4));
  EXPECT_EQ(*Due(CivilDate(2022, 12, 30), 1), Closing(2023, 1, 4));
  EXPECT_EQ(DueAt("2026-12-29", chart::DayOff::kNext), Closing(2027, 1, 4));
  EXPECT_EQ(DueAt("2027-01-01", chart::DayOff::kPrevious), Closing(2026, 12, 28));
}

TEST(CityDueTest, GoldenWeekIsPassedOver) {
  EXPECT_EQ(*Due(CivilDate(2022, 4, 28), 1), Closing(2022, 5, 2));
  EXPECT_EQ(*Due(CivilDate(2022, 4, 28), 2), Closing(2022, 5, 6));
  EXPECT_EQ(*Due(CivilDate(2026, 4, 28), 3), Closing(2026, 5, 7));
}

TEST(CityDueTest, ASubstituteHolidayAndTheDayBetweenTwoHolidaysAreDaysOff) {
  EXPECT_EQ(DueAt("2026-05-06", chart::DayOff::kNext), Closing(2026, 5, 7));
  EXPECT_EQ(*Due(CivilDate(2026, 9, 18), 1), Closing(2026, 9, 24));
  EXPECT_EQ(DueAt("2026-09-22", chart::DayOff::kPrevious), Closing(2026, 9, 18));
}

TEST(CityDueTest, TheEndOfTheFiscalYearIsADayLikeOthers) {
  EXPECT_EQ(*Due(CivilDate(2023, 3, 30), 1), Closing(2023, 3, 31));
  EXPECT_EQ(*Due(CivilDate(2023, 3, 31), 1), Closing(2023, 4, 3));
  EXPECT_EQ(DueAt("2024-03-31", chart::DayOff::kNext), Closing(2024, 4, 1));
  EXPECT_EQ(DueAt("2024-03-31", chart::DayOff::kPrevious), Closing(2024, 3, 29));
  EXPECT_EQ(DueAt("2026-05-31", chart::DayOff::kPrevious), Closing(2026, 5, 29));
}

TEST(CityDueTest, ALeapDayIsABusinessDay) {
  EXPECT_EQ(*Due(CivilDate(2024, 2, 28), 1), Closing(2024, 2, 29));
  EXPECT_EQ(*Due(CivilDate(2024, 2, 29), 1), Closing(2024, 3, 1));
  EXPECT_EQ(*Due(CivilDate(2023, 2, 28), 1), Closing(2023, 3, 1));
}

TEST(CityDueTest, TheLastAndTheFirstMinuteOfADayAreDifferentDays) {
  EXPECT_EQ(*Due(CivilDate(2022, 6, 8), 1, 23), Closing(2022, 6, 9));
  EXPECT_EQ(*Due(CivilDate(2022, 6, 9), 1, 0), Closing(2022, 6, 10));
}

TEST(CityDueTest, AYearWhoseHolidaysAreNotKnownIsRefused) {
  EXPECT_TRUE(HasReason(Due(CivilDate(HolidayYears().last, 12, 28), 5).status(), kHolidaysUnknown));
}

}  // namespace
}  // namespace jissho::civil
