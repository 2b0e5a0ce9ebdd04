#include "services/civil/wareki.h"

#include <gtest/gtest.h>

#include "services/civil/reasons.h"

namespace jissho::civil {
namespace {

struct Known {
  CivilDate date;
  const char* wareki;
  const char* short_form;
  int fiscal_year;
  const char* label;  // nullptr: no label was in use on that scale
};

const Known kKnown[] = {
    {CivilDate(2019, 3, 31), "平成31年3月31日", "H31.03.31", 2018, "平成30年度"},
    {CivilDate(2019, 4, 1), "平成31年4月1日", "H31.04.01", 2019, "令和元年度"},
    {CivilDate(2019, 4, 30), "平成31年4月30日", "H31.04.30", 2019, "令和元年度"},
    {CivilDate(2019, 5, 1), "令和元年5月1日", "R01.05.01", 2019, "令和元年度"},
    {CivilDate(2019, 12, 31), "令和元年12月31日", "R01.12.31", 2019, "令和元年度"},
    {CivilDate(2020, 1, 1), "令和2年1月1日", "R02.01.01", 2019, "令和元年度"},
    {CivilDate(1989, 1, 7), "昭和64年1月7日", "S64.01.07", 1988, nullptr},
    {CivilDate(1989, 1, 8), "平成元年1月8日", "H01.01.08", 1988, nullptr},
    {CivilDate(1989, 4, 1), "平成元年4月1日", "H01.04.01", 1989, "平成元年度"},
    {CivilDate(1926, 12, 24), "大正15年12月24日", "T15.12.24", 1926, nullptr},
    {CivilDate(1926, 12, 25), "昭和元年12月25日", "S01.12.25", 1926, nullptr},
    {CivilDate(1912, 7, 29), "明治45年7月29日", "M45.07.29", 1912, nullptr},
    {CivilDate(1912, 7, 30), "大正元年7月30日", "T01.07.30", 1912, nullptr},
    {CivilDate(2024, 2, 29), "令和6年2月29日", "R06.02.29", 2023, "令和5年度"},
    {CivilDate(2026, 3, 31), "令和8年3月31日", "R08.03.31", 2025, "令和7年度"},
    {CivilDate(2026, 4, 1), "令和8年4月1日", "R08.04.01", 2026, "令和8年度"},
    {CivilDate(2025, 9, 11), "令和7年9月11日", "R07.09.11", 2025, "令和7年度"},
    {CivilDate(2019, 11, 5), "令和元年11月5日", "R01.11.05", 2019, "令和元年度"},
    {CivilDate(2008, 1, 21), "平成20年1月21日", "H20.01.21", 2007, "平成19年度"},
    {CivilDate(2022, 10, 26), "令和4年10月26日", "R04.10.26", 2022, "令和4年度"},
};

TEST(WarekiTest, WritesTheDatesAroundEveryChangeOfEra) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(FormatWareki(known.date), known.wareki);
    EXPECT_EQ(FormatWarekiShort(known.date), known.short_form);
  }
}

TEST(WarekiTest, ReadsBackWhatItWrites) {
  for (const Known& known : kKnown) {
    const auto from_long = ParseWareki(known.wareki);
    const auto from_short = ParseWareki(known.short_form);
    ASSERT_TRUE(from_long.ok() && from_short.ok()) << known.wareki;
    EXPECT_EQ(*from_long, known.date);
    EXPECT_EQ(*from_short, known.date);
  }
}

TEST(WarekiTest, LabelsTheFiscalYearOfADate) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(FiscalYearOf(known.date), known.fiscal_year) << known.wareki;
    if (known.label != nullptr) {
      EXPECT_EQ(FiscalYearLabel(known.fiscal_year), known.label);
    }
  }
}

TEST(WarekiTest, ReadsTheSpellingsFoundOnForms) {
  const std::pair<const char*, CivilDate> spellings[] = {
      {"令和元年5月1日", CivilDate(2019, 5, 1)},    {"令和1年5月1日", CivilDate(2019, 5, 1)},
      {"令和 7年 9月11日", CivilDate(2025, 9, 11)}, {"R7.9.11", CivilDate(2025, 9, 11)},
      {"R070911", CivilDate(2025, 9, 11)},          {"平成20年1月21日", CivilDate(2008, 1, 21)},
      {"H31.4.30", CivilDate(2019, 4, 30)},         {"令和５年３月31日", CivilDate(2023, 3, 31)},
      {"R元.5.1", CivilDate(2019, 5, 1)},
  };
  for (const auto& [text, date] : spellings) {
    const auto read = ParseWareki(text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(*read, date) << text;
  }
}

TEST(WarekiTest, RefusesADayOutsideItsEra) {
  for (const char* text : {"平成31年5月1日", "令和元年4月30日", "昭和64年1月8日"}) {
    EXPECT_TRUE(HasReason(ParseWareki(text).status(), kWarekiOutsideEra)) << text;
  }
}

TEST(WarekiTest, RefusesADayThatNeverWas) {
  for (const char* text :
       {"令和0年1月1日", "令和5年2月29日", "令和7年13月1日", "R7.4.31", "R000101", "明治5年12月2日"}) {
    EXPECT_TRUE(HasReason(ParseWareki(text).status(), kWarekiInvalid)) << text;
  }
}

TEST(WarekiTest, RefusesWhatIsNoWareki) {
  for (const char* text : {"", "令和", "2022-06-10", "X4.6.10", "令和4年6月10", "R4.6.10.", "R0406101"}) {
    EXPECT_TRUE(HasReason(ParseWareki(text).status(), kWarekiInvalid)) << text;
  }
}

TEST(WarekiTest, CountsOnAfterTheErasEndOnlyWhenAskedTo) {
  const auto read = ParseWareki("平成31年5月1日", WarekiReading::kCountOnAfterEraEnd);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, CivilDate(2019, 5, 1));
  EXPECT_TRUE(HasReason(ParseWareki("令和元年4月30日", WarekiReading::kCountOnAfterEraEnd).status(),
                        kWarekiOutsideEra));
}

TEST(WarekiTest, WritesTheWesternYearBeforeTheGregorianCalendarWasInForce) {
  EXPECT_EQ(FormatWareki(CivilDate(1872, 12, 31)), "西暦1872年12月31日");
  EXPECT_EQ(FormatWareki(CivilDate(1873, 1, 1)), "明治6年1月1日");
}

TEST(WarekiTest, LabelsTheFiscalYear) {
  EXPECT_EQ(FiscalYearLabel(2022), "令和4年度");
  EXPECT_EQ(FiscalYearLabel(2019), "令和元年度");
  EXPECT_EQ(FiscalYearLabel(2018), "平成30年度");
  EXPECT_EQ(FiscalYearLabel(1988), "昭和63年度");
}

TEST(WarekiTest, ReadsFiscalYearLabels) {
  EXPECT_EQ(*ParseFiscalYearLabel("R01年度"), 2019);
  EXPECT_EQ(*ParseFiscalYearLabel("令和 2年度"), 2020);
  EXPECT_EQ(*ParseFiscalYearLabel("平成31年度"), 2019);
  EXPECT_EQ(*ParseFiscalYearLabel("令和元年度"), 2019);
  EXPECT_EQ(*ParseFiscalYearLabel("令和４年度"), 2022);
}

TEST(WarekiTest, ReadsABareYearOnlyInTheContextOfAnotherYear) {
  EXPECT_EQ(*ParseFiscalYearLabel("6年度", 2025), 2024);
  EXPECT_EQ(*ParseFiscalYearLabel("18年度", 2007), 2006);
  EXPECT_TRUE(HasReason(ParseFiscalYearLabel("6年度").status(), kFiscalYearInvalid));
}

TEST(WarekiTest, RefusesAFiscalYearThatItsEraNeverSaw) {
  for (const char* text : {"平成32年度", "令和0年度", "令和4年", "2022年度", ""}) {
    EXPECT_TRUE(HasReason(ParseFiscalYearLabel(text).status(), kFiscalYearInvalid)) << text;
  }
}

}  // namespace
}  // namespace jissho::civil
