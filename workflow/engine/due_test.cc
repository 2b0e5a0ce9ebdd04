#include "workflow/engine/due.h"

#include <gtest/gtest.h>

#include "workflow/base/clock.h"

namespace jissho::engine {
namespace {

// Monday to Friday.
class Weekdays : public WorkingDays {
 public:
  absl::StatusOr<absl::CivilDay> NthAfter(absl::CivilDay day, int n) const override {
    while (n > 0) n -= Open(++day);
    return day;
  }
  absl::StatusOr<absl::CivilDay> OnOrAfter(absl::CivilDay day) const override {
    while (!Open(day)) ++day;
    return day;
  }
  absl::StatusOr<absl::CivilDay> OnOrBefore(absl::CivilDay day) const override {
    while (!Open(day)) --day;
    return day;
  }

 private:
  static bool Open(absl::CivilDay day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
  }
};

absl::Time At(int month, int day, int hour, int minute = 0) {
  return absl::FromCivil(absl::CivilMinute(2022, month, day, hour, minute), Tokyo());
}

const absl::Time kFriday = At(6, 10, 16, 59);

Effect InBusinessDays(int n, std::optional<absl::Duration> time = std::nullopt) {
  Effect send;
  send.business_days = n;
  send.time = time;
  return send;
}

Effect AtDate(const std::string& at, chart::DayOff day_off,
              std::optional<absl::Duration> time = std::nullopt) {
  Effect send;
  send.at = at;
  send.day_off = day_off;
  send.time = time;
  return send;
}

absl::Time Due(const Effect& send, absl::Time now = kFriday) {
  const Weekdays weekdays;
  const auto due = DueOf(send, now, &weekdays);
  EXPECT_TRUE(due.ok()) << due.status();
  return due.value_or(absl::InfinitePast());
}

constexpr absl::Duration kClosing = absl::Minutes(17 * 60 + 15);

TEST(DueTest, OnlyWhatHasATimeWaits) {
  Effect send;
  EXPECT_FALSE(Waits(send));
  send.delay = absl::Seconds(1);
  EXPECT_TRUE(Waits(send));
  EXPECT_TRUE(Waits(InBusinessDays(1)));
  EXPECT_TRUE(Waits(AtDate("2022-06-11", chart::DayOff::kStays)));
}

TEST(DueTest, ADelayCountsFromNowWithoutACalendar) {
  Effect send;
  send.delay = absl::Hours(36);
  EXPECT_EQ(*DueOf(send, kFriday, nullptr), kFriday + absl::Hours(36));
}

TEST(DueTest, BusinessDaysCountFromTheDayAfterAndPassOverTheWeekend) {
  EXPECT_EQ(Due(InBusinessDays(1, kClosing)), At(6, 13, 17, 15));
  EXPECT_EQ(Due(InBusinessDays(6, kClosing)), At(6, 20, 17, 15));
}

TEST(DueTest, TheDayItIsSentOnIsThatOfTokyo) {
  const absl::Time midnight = At(6, 14, 0);
  EXPECT_EQ(Due(InBusinessDays(1, kClosing), midnight), At(6, 15, 17, 15));
  EXPECT_EQ(Due(InBusinessDays(1, kClosing), midnight - absl::Microseconds(1)), At(6, 14, 17, 15));
}

TEST(DueTest, AClockAnHourOffOnTheSameDayChangesNothing) {
  EXPECT_EQ(Due(InBusinessDays(3, kClosing), kFriday - absl::Hours(1)),
            Due(InBusinessDays(3, kClosing), kFriday + absl::Hours(1)));
}

TEST(DueTest, TheEndOfADayIsTheBeginningOfTheNext) {
  EXPECT_EQ(Due(InBusinessDays(1, absl::Hours(24))), At(6, 14, 0));
}

TEST(DueTest, ADateOnADayOffMovesAsTheChartSays) {
  EXPECT_EQ(Due(AtDate("2022-06-11", chart::DayOff::kStays)), At(6, 11, 0));
  EXPECT_EQ(Due(AtDate("2022-06-11", chart::DayOff::kNext)), At(6, 13, 0));
  EXPECT_EQ(Due(AtDate("2022-06-11", chart::DayOff::kPrevious)), At(6, 10, 0));
  EXPECT_EQ(Due(AtDate("2022-06-14", chart::DayOff::kNext)), At(6, 14, 0));
}

TEST(DueTest, AnInstantThatMovesKeepsItsHourUnlessTheChartNamesOne) {
  EXPECT_EQ(Due(AtDate("2022-06-11T12:30:00+09:00", chart::DayOff::kNext)), At(6, 13, 12, 30));
  EXPECT_EQ(Due(AtDate("2022-06-11T12:30:00+09:00", chart::DayOff::kNext, kClosing)), At(6, 13, 17, 15));
  EXPECT_EQ(Due(AtDate("2022-06-11", chart::DayOff::kStays, kClosing)), At(6, 11, 17, 15));
}

TEST(DueTest, WithoutACalendarBusinessDaysFail) {
  EXPECT_FALSE(DueOf(InBusinessDays(1, kClosing), kFriday, nullptr).ok());
  EXPECT_FALSE(DueOf(AtDate("2022-06-11", chart::DayOff::kNext), kFriday, nullptr).ok());
  EXPECT_TRUE(DueOf(AtDate("2022-06-11", chart::DayOff::kStays), kFriday, nullptr).ok());
}

TEST(DueTest, WhatIsNeitherInstantNorDateFails) {
  EXPECT_FALSE(DueOf(AtDate("soon", chart::DayOff::kStays), kFriday, nullptr).ok());
}

}  // namespace
}  // namespace jissho::engine
