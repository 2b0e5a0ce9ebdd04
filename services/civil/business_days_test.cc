#include "services/civil/business_days.h"

#include <gtest/gtest.h>

#include <map>

#include "services/civil/reasons.h"

namespace jissho::civil {
namespace {

std::string NameOn(int year, int month, int day) {
  const std::vector<Holiday> holidays = *NationalHolidays(year);
  for (const Holiday& holiday : holidays) {
    if (holiday.date == CivilDate(year, month, day)) return holiday.name;
  }
  return "";
}

TEST(HolidayTest, EveryYearHasAsManyHolidaysAsItsPublishedCalendar) {
  const std::map<int, size_t> published = {{2018, 20}, {2019, 22}, {2020, 18}, {2021, 17},
                                           {2022, 16}, {2023, 17}, {2024, 21}, {2025, 19},
                                           {2026, 18}, {2027, 17}, {2028, 16}};
  for (const auto& [year, count] : published) EXPECT_EQ(NationalHolidays(year)->size(), count) << year;
}

TEST(HolidayTest, ASundayHolidayGivesTheNextDayThatIsNone) {
  EXPECT_EQ(NameOn(2026, 5, 3), "憲法記念日");
  EXPECT_EQ(NameOn(2026, 5, 6), "振替休日");
  EXPECT_EQ(NameOn(2024, 9, 23), "振替休日");
  EXPECT_EQ(NameOn(2021, 8, 9), "振替休日");
}

TEST(HolidayTest, ADayBetweenTwoHolidaysIsOne) {
  EXPECT_EQ(NameOn(2026, 9, 22), "国民の休日");
  EXPECT_EQ(NameOn(2019, 4, 30), "国民の休日");
  EXPECT_EQ(NameOn(2019, 5, 2), "国民の休日");
}

TEST(HolidayTest, KnowsTheDaysMovedForTheGamesAndTheAccession) {
  EXPECT_EQ(NameOn(2020, 7, 24), "スポーツの日");
  EXPECT_EQ(NameOn(2020, 10, 12), "");
  EXPECT_EQ(NameOn(2021, 8, 8), "山の日");
  EXPECT_EQ(NameOn(2019, 10, 22), "即位礼正殿の儀の行われる日");
  EXPECT_EQ(NameOn(2019, 12, 23), "");
}

TEST(HolidayTest, KnowsTheAnnouncedEquinoxes) {
  EXPECT_EQ(NameOn(2026, 3, 20), "春分の日");
  EXPECT_EQ(NameOn(2027, 3, 21), "春分の日");
  EXPECT_EQ(NameOn(2024, 9, 22), "秋分の日");
}

TEST(HolidayTest, RefusesAYearWithoutData) {
  const auto holidays = NationalHolidays(HolidayYears().last + 1);
  EXPECT_EQ(holidays.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(HasReason(holidays.status(), kHolidaysUnknown));
  EXPECT_TRUE(HasReason(IsBusinessDay(CivilDate(2017, 6, 1), kBankCalendar).status(), kHolidaysUnknown));
}

TEST(BusinessDayTest, TheThirtiethOfDecemberIsABankDayButNoOfficeDay) {
  EXPECT_TRUE(*IsBusinessDay(CivilDate(2026, 12, 30), kBankCalendar));
  EXPECT_FALSE(*IsBusinessDay(CivilDate(2026, 12, 30), kOfficeCalendar));
  EXPECT_FALSE(*IsBusinessDay(CivilDate(2026, 12, 31), kBankCalendar));
}

TEST(BusinessDayTest, CountsBusinessDaysOverHolidays) {
  EXPECT_EQ(*AddBusinessDays(CivilDate(2026, 4, 28), 3, kBankCalendar), CivilDate(2026, 5, 7));
  EXPECT_EQ(*AddBusinessDays(CivilDate(2026, 9, 18), 1, kBankCalendar), CivilDate(2026, 9, 24));
  EXPECT_EQ(*AddBusinessDays(CivilDate(2026, 12, 28), 1, kBankCalendar), CivilDate(2026, 12, 29));
  EXPECT_EQ(*AddBusinessDays(CivilDate(2026, 12, 28), 1, kOfficeCalendar), CivilDate(2027, 1, 4));
}

TEST(BusinessDayTest, CountsBackwardsToo) {
  EXPECT_EQ(*AddBusinessDays(CivilDate(2026, 5, 7), -3, kBankCalendar), CivilDate(2026, 4, 28));
}

TEST(BusinessDayTest, NoDaysLeaveTheDateAsItIs) {
  EXPECT_EQ(*AddBusinessDays(CivilDate(2026, 5, 31), 0, kBankCalendar), CivilDate(2026, 5, 31));
}

TEST(BusinessDayTest, RefusesAnAbsurdNumberOfDays) {
  const auto date = AddBusinessDays(CivilDate(2026, 5, 7), 2501, kBankCalendar);
  EXPECT_EQ(date.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(HasReason(date.status(), kAmountOutOfRange));
}

TEST(BusinessDayTest, ADeadlineOnADayOffMovesAsTheProgrammeSays) {
  const CivilDate sunday(2026, 5, 31);
  EXPECT_EQ(*ShiftDeadline(sunday, DeadlineShift::kPrevious, kBankCalendar), CivilDate(2026, 5, 29));
  EXPECT_EQ(*ShiftDeadline(sunday, DeadlineShift::kNext, kBankCalendar), CivilDate(2026, 6, 1));
  EXPECT_EQ(*ShiftDeadline(sunday, DeadlineShift::kNone, kBankCalendar), sunday);
  EXPECT_EQ(*ShiftDeadline(CivilDate(2026, 9, 21), DeadlineShift::kNext, kBankCalendar),
            CivilDate(2026, 9, 24));
  EXPECT_EQ(*ShiftDeadline(CivilDate(2027, 1, 1), DeadlineShift::kNext, kBankCalendar),
            CivilDate(2027, 1, 4));
  EXPECT_EQ(*ShiftDeadline(CivilDate(2026, 12, 29), DeadlineShift::kNext, kOfficeCalendar),
            CivilDate(2027, 1, 4));
}

TEST(BusinessDayTest, ADeadlineOnABusinessDayStays) {
  for (const CivilDate day : {CivilDate(2026, 3, 31), CivilDate(2027, 5, 31), CivilDate(2028, 5, 31)}) {
    EXPECT_EQ(*ShiftDeadline(day, DeadlineShift::kPrevious, kBankCalendar), day);
    EXPECT_EQ(*ShiftDeadline(day, DeadlineShift::kNext, kBankCalendar), day);
  }
}

}  // namespace
}  // namespace jissho::civil
