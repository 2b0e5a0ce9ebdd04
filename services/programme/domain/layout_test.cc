#include "services/programme/domain/layout.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/programme/domain/sample_sheet.h"
#include "workflow/base/error.h"

namespace jissho::programme {
namespace {

std::vector<std::string> FaultyFields(const absl::Status& status) {
  std::vector<std::string> out;
  const auto detail = GetErrorDetail(status);
  if (!detail) return out;
  for (const FieldFault& fault : detail->faults) out.push_back(fault.field);
  return out;
}

absl::Status Check(const std::vector<TypedEntry>& entries) {
  return CheckTyped(LayoutOf(2022, SampleInputs().indicators), entries);
}

TEST(LayoutTest, GivesEveryCellAnIdOfItsOwn) {
  std::set<std::string> ids;
  for (const CellSpec& spec : LayoutOf(2022, SampleInputs().indicators))
    EXPECT_TRUE(ids.insert(spec.id).second) << spec.id;
}

TEST(LayoutTest, CoversFiveYearsOfCostsAndSixOfIndicators) {
  int costs = 0;
  int actuals = 0;
  for (const CellSpec& spec : LayoutOf(2022, SampleInputs().indicators)) {
    costs += spec.label == "決算額";
    actuals += spec.id.rfind("indicator.1.actual.", 0) == 0;
  }
  EXPECT_EQ(costs, 5);
  EXPECT_EQ(actuals, 6);
}

TEST(CheckTypedTest, AcceptsEverythingOfTheSample) {
  std::vector<TypedEntry> entries;
  for (const auto& [id, value] : SampleInputs().typed) entries.push_back({id, value, false});
  EXPECT_TRUE(Check(entries).ok()) << Check(entries);
}

TEST(CheckTypedTest, RefusesCellsThatAreComputed) {
  const absl::Status status = Check({{"cost.settlement.2022", Number(5875), false},
                                     {"cost.general_funds.2021", Number(2550), false},
                                     {"indicator.1.actual.2022", Number(500), false},
                                     {"count.received.2022", Number(15), false}});
  EXPECT_TRUE(HasReason(status, kFieldInvalid));
  EXPECT_THAT(FaultyFields(status), ::testing::ElementsAre("values[0].cell_id", "values[1].cell_id",
                                                           "values[2].cell_id", "values[3].cell_id"));
}

TEST(CheckTypedTest, RefusesAnActualFigureOfAComingYear) {
  EXPECT_THAT(FaultyFields(Check({{"indicator.1.actual.2023", Number(0), false}})),
              ::testing::ElementsAre("values[0].cell_id"));
}

TEST(CheckTypedTest, RefusesUnknownCellsAndRepeats) {
  EXPECT_THAT(FaultyFields(Check({{"cost.budget.2030", Number(1), false},
                                  {"cost.budget.2022", Number(1), false},
                                  {"cost.budget.2022", Number(2), false}})),
              ::testing::ElementsAre("values[0].cell_id", "values[2].cell_id"));
}

TEST(CheckTypedTest, RefusesNegativeHugeAndMissingNumbers) {
  EXPECT_THAT(FaultyFields(Check({{"cost.budget.2022", Number(-1), false},
                                  {"cost.budget.2021", Number(INT64_MAX), false},
                                  {"cost.budget.2020", Text("6456"), false}})),
              ::testing::ElementsAre("values[0].value", "values[1].value", "values[2].value"));
}

TEST(CheckTypedTest, RefusesScoresOutsideOneToFive) {
  EXPECT_THAT(FaultyFields(Check({{"evaluation.progress", Number(0), false},
                                  {"evaluation.citizen_needs", Number(6), false}})),
              ::testing::ElementsAre("values[0].value", "values[1].value"));
}

TEST(CheckTypedTest, TakesALegalDutyInsteadOfAScoreWhereTheFormHasIt) {
  EXPECT_TRUE(Check({{"evaluation.priority", Text("法令等"), false}}).ok());
  EXPECT_THAT(FaultyFields(Check({{"evaluation.progress", Text("法令等"), false}})),
              ::testing::ElementsAre("values[0].value"));
}

TEST(CheckTypedTest, RefusesADirectionThatTheFormDoesNotKnow) {
  EXPECT_THAT(FaultyFields(Check({{"direction.value", Text("様子見"), false}})),
              ::testing::ElementsAre("values[0].text"));
}

TEST(CheckTypedTest, NeedsNoValueToClearACell) {
  EXPECT_TRUE(Check({{"cost.budget.2022", TypedValue(), true}}).ok());
}

}  // namespace
}  // namespace jissho::programme
