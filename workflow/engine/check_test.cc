#include "workflow/engine/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace jissho::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Document(absl::string_view inside, absl::string_view attributes = "datamodel='ecmascript'") {
  return absl::StrCat("<scxml xmlns='http://www.w3.org/2005/07/scxml' ", attributes, ">\n", inside,
                      "\n</scxml>");
}

TEST(CheckTest, SoundChartHasNoFaults) {
  const Checked checked = Check(Document("<state id='a'/>"), chart::ServiceProfile());
  EXPECT_THAT(checked.faults, IsEmpty());
  ASSERT_TRUE(checked.chart);
  EXPECT_EQ(checked.chart->states.size(), 2u);
}

TEST(CheckTest, BrokenXmlIsAFaultWithItsPlace) {
  const Checked checked = Check("<scxml xmlns='x'>\n  <state></final>\n</scxml>", chart::ServiceProfile());
  ASSERT_EQ(checked.faults.size(), 1u);
  EXPECT_EQ(checked.faults[0].code, "CHART_MALFORMED");
  EXPECT_EQ(checked.faults[0].line, 2);
  EXPECT_GT(checked.faults[0].column, 1);
  EXPECT_FALSE(checked.chart);
}

TEST(CheckTest, TextThatIsNoChartIsAFault) {
  const Checked checked = Check("<html/>", {});
  ASSERT_EQ(checked.faults.size(), 1u);
  EXPECT_EQ(checked.faults[0].code, "CHART_NOT_SCXML");
  EXPECT_EQ(checked.faults[0].line, 1);
}

TEST(CheckTest, UnknownDataModelIsAFaultOfTheRootBesideTheOthers) {
  const Checked checked =
      Check(Document("<state id='a'/><state id='b'/>", "datamodel='xpath'"), chart::ServiceProfile());
  ASSERT_EQ(checked.faults.size(), 2u);
  EXPECT_EQ(checked.faults[0].code, kUnknownDataModel);
  EXPECT_EQ(checked.faults[1].code, chart::kUnreachable);
}

TEST(CheckTest, AChartInServiceThatNeedsDataNamesItsDataModel) {
  constexpr char kLogs[] = "<state id='a'><onentry><log expr='1'/></onentry></state>";
  constexpr char kHolds[] = "<datamodel><data id='n'/></datamodel><state id='a'/>";
  for (const char* inside : {kLogs, kHolds}) {
    const Checked checked = Check(Document(inside, ""), chart::ServiceProfile());
    ASSERT_EQ(checked.faults.size(), 1u) << inside;
    EXPECT_EQ(checked.faults[0].code, kUnknownDataModel);
    EXPECT_THAT(Check(Document(inside, ""), {}).faults, IsEmpty()) << inside;
  }
  EXPECT_THAT(Check(Document("<state id='a'><transition event='e' cond=\"In('a')\"/></state>", ""),
                    chart::ServiceProfile())
                  .faults,
              IsEmpty());
}

TEST(CheckTest, ExpressionFaultSaysWhyInBothLanguages) {
  const Checked checked =
      Check(Document("<state id='a'><transition event='e' cond='1 +' target='a'/></state>"),
            chart::ServiceProfile());
  ASSERT_EQ(checked.faults.size(), 1u);
  EXPECT_EQ(checked.faults[0].code, chart::kBadExpression);
  EXPECT_EQ(checked.faults[0].line, 2);
  EXPECT_THAT(checked.faults[0].ja, HasSubstr("式"));
  EXPECT_NE(checked.faults[0].ja, checked.faults[0].en);
}

TEST(CheckTest, WithoutADataModelExpressionsAreNotRead) {
  const auto none = [](absl::string_view) -> absl::StatusOr<std::unique_ptr<DataModel>> { return nullptr; };
  constexpr char kInside[] = "<state id='a'><transition event='e' cond='new Date() > x' target='a'/></state>";
  EXPECT_THAT(Check(Document(kInside), {}, none).faults, IsEmpty());
  EXPECT_EQ(Check(Document(kInside), {}).faults.size(), 1u);
}

}  // namespace
}  // namespace jissho::engine
