#include "services/civil/date.h"

#include <gtest/gtest.h>

#include "services/civil/reasons.h"

namespace jissho::civil {
namespace {

TEST(DateTest, ReadsAndWritesAnIsoDate) {
  const auto date = ParseDate("2024-02-29");
  ASSERT_TRUE(date.ok());
  EXPECT_EQ(*date, CivilDate(2024, 2, 29));
  EXPECT_EQ(FormatDate(*date), "2024-02-29");
}

TEST(DateTest, RefusesADayThatDoesNotExistAndEveryOtherShape) {
  for (const char* text : {"2023-02-29", "2022-13-01", "2022-00-10", "2022-6-10", "2022/06/10", "20220610",
                           "2022-06-10 ", "+022-06-10", "1867-12-31", ""}) {
    const auto date = ParseDate(text);
    EXPECT_EQ(date.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_TRUE(HasReason(date.status(), kDateInvalid)) << text;
  }
}

TEST(DateTest, ReadsAnInstantWithItsOffsetAndWritesItInTokyo) {
  const auto tokyo = ParseTokyoInstant("2022-06-10T17:15:00+09:00");
  const auto utc = ParseTokyoInstant("2022-06-10T08:15:00Z");
  ASSERT_TRUE(tokyo.ok() && utc.ok());
  EXPECT_EQ(*tokyo, *utc);
  EXPECT_EQ(FormatTokyoInstant(*utc), "2022-06-10T17:15:00+09:00");
  EXPECT_EQ(*tokyo, TokyoInstant(CivilDate(2022, 6, 10), 17, 15));
}

TEST(DateTest, RefusesAnInstantWithoutOffsetOrOnNoDay) {
  for (const char* text : {"2022-06-10T17:15:00", "2022-02-30T17:15:00+09:00", "2022-06-10",
                           "infinite-future", "2022-06-10 17:15:00+09:00", "2022-06-10T25:15:00+09:00"}) {
    EXPECT_TRUE(HasReason(ParseTokyoInstant(text).status(), kInstantInvalid)) << text;
  }
}

TEST(DateTest, TheDayChangesAtMidnightInTokyo) {
  const absl::Time midnight = *ParseTokyoInstant("2022-06-10T15:00:00Z");
  EXPECT_EQ(TokyoDate(midnight - absl::Seconds(1)), CivilDate(2022, 6, 10));
  EXPECT_EQ(TokyoDate(midnight), CivilDate(2022, 6, 11));
  EXPECT_EQ(StartOfDay(CivilDate(2022, 6, 11)), midnight);
}

TEST(DateTest, TheFiscalYearTurnsOnTheFirstOfApril) {
  EXPECT_EQ(FiscalYearOf(CivilDate(2023, 3, 31)), 2022);
  EXPECT_EQ(FiscalYearOf(CivilDate(2023, 4, 1)), 2023);
  EXPECT_EQ(FiscalYearBounds(2022), (Period{CivilDate(2022, 4, 1), CivilDate(2023, 3, 31)}));
  EXPECT_TRUE(FiscalYearBounds(2022).Contains(CivilDate(2023, 3, 31)));
  EXPECT_FALSE(FiscalYearBounds(2022).Contains(CivilDate(2023, 4, 1)));
}

TEST(DateTest, TheYearTurnsAtMidnightInTokyoToTheMicrosecond) {
  const absl::Time midnight = TokyoInstant(CivilDate(2023, 3, 31), 23, 59, 59) + absl::Seconds(1);
  EXPECT_EQ(midnight, StartOfDay(CivilDate(2023, 4, 1)));
  EXPECT_EQ(FiscalYearOf(TokyoDate(midnight - absl::Microseconds(1))), 2022);
  EXPECT_EQ(FiscalYearOf(TokyoDate(midnight)), 2023);
  EXPECT_EQ(FiscalYearOf(TokyoDate(midnight - absl::Hours(1))), 2022);
}

TEST(DateTest, TheBooksCloseAtTheEndOfMayAfterTheYear) {
  EXPECT_EQ(ClosingOfBooks(2022), CivilDate(2023, 5, 31));
  EXPECT_EQ(ClosingOfBooks(2023), CivilDate(2024, 5, 31));
}

TEST(DateTest, VouchersAreKeptFiveYearsFromTheFiscalYearAfterCompletion) {
  EXPECT_EQ(RetentionEnd(CivilDate(2023, 3, 15), 5), CivilDate(2028, 3, 31));
  EXPECT_EQ(RetentionEnd(CivilDate(2023, 4, 1), 5), CivilDate(2029, 3, 31));
  EXPECT_EQ(RetentionEnd(CivilDate(2024, 2, 29), 5), CivilDate(2029, 3, 31));
}

TEST(DateTest, CountsBothEndsOfAPeriod) {
  EXPECT_EQ(DaysInclusive(CivilDate(2024, 1, 1), CivilDate(2024, 12, 31)), 366);
  EXPECT_EQ(DaysInclusive(CivilDate(2023, 3, 1), CivilDate(2024, 2, 29)), 366);
  EXPECT_EQ(DaysInclusive(CivilDate(2022, 3, 1), CivilDate(2023, 2, 28)), 365);
  EXPECT_EQ(DaysInclusive(CivilDate(2024, 4, 1), CivilDate(2024, 4, 1)), 1);
}

}  // namespace
}  // namespace jissho::civil
