#include "services/programme/domain/export.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/programme/domain/sample_sheet.h"

namespace jissho::programme {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Sheet Computed() {
  auto sheet = ComputeSheet(SampleInputs(), SampleFindings());
  EXPECT_TRUE(sheet.ok()) << sheet.status();
  return sheet.ok() ? *std::move(sheet) : Sheet();
}

TEST(FormatValueTest, PrintsHundredthsAsTheFormDoes) {
  EXPECT_EQ(FormatValue(Unit::kPersonHundredths, 70), "0.70");
  EXPECT_EQ(FormatValue(Unit::kHourHundredths, 14957), "149.57");
  EXPECT_EQ(FormatValue(Unit::kThousandYen, -2933), "-2933");
  EXPECT_EQ(FormatValue(Unit::kPercentHundredths, -5), "-0.05");
}

TEST(CsvTest, StartsWithAByteOrderMarkOnlyWhenAsked) {
  EXPECT_THAT(ToCsv(Computed(), true), StartsWith("\xEF\xBB\xBFid,"));
  EXPECT_THAT(ToCsv(Computed(), false), StartsWith("id,"));
}

TEST(CsvTest, HoldsTheValueOfACell) {
  EXPECT_THAT(ToCsv(Computed(), false),
              HasSubstr("\"cost.settlement.2022\",\"決算額\",2022,thousand_yen,summed,confirmed,5875,"));
}

TEST(CsvTest, LeavesTheValueOfAnUnsetCellEmpty) {
  EXPECT_THAT(ToCsv(Computed(), false), HasSubstr(",2023,indicator,not_set,not_set,,"));
}

TEST(CsvTest, DoublesQuotesAndDisarmsFormulas) {
  Sheet sheet;
  sheet.cells.emplace_back();
  sheet.cells[0].id = "result.achievement";
  sheet.cells[0].text = "=HYPERLINK(\"x\")";
  EXPECT_THAT(ToCsv(sheet, false), HasSubstr("\"'=HYPERLINK(\"\"x\"\")\""));
}

TEST(JsonTest, ReadsBackWhatItWrote) {
  const Sheet sheet = Computed();
  const auto back = FromJson(ToJson(sheet, "093-2022", 2022));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->cells, sheet.cells);
  EXPECT_EQ(back->warnings, sheet.warnings);
}

TEST(JsonTest, WritesNullAndNotZeroForAnUnsetCell) {
  const std::string json = ToJson(Computed(), "093-2022", 2022);
  const auto document = nlohmann::json::parse(json);
  const auto& cells = document.at("cells");
  const auto found = std::find_if(cells.begin(), cells.end(), [](const auto& cell) {
    return cell.at("id") == "indicator.1.actual.2023";
  });
  ASSERT_NE(found, cells.end());
  EXPECT_TRUE(found->at("value").is_null());
}

TEST(JsonTest, ReadsTypedValuesBack) {
  std::map<std::string, TypedValue> typed = SampleInputs().typed;
  typed["cost.state_share.2023"] = {2933, "", true, "交付決定通知"};
  const auto back = TypedFromJson(TypedToJson(typed));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, typed);
}

TEST(JsonTest, RefusesATextThatIsNoSheet) {
  EXPECT_EQ(FromJson("{").status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(FromJson("{\"cells\":[{}]}").status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace jissho::programme
