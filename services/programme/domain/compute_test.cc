#include "services/programme/domain/compute.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/civil/reasons.h"
#include "services/programme/domain/sample_sheet.h"
#include "workflow/base/error.h"

namespace jissho::programme {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

Sheet Compute(const SheetInputs& inputs, const Findings& findings) {
  auto sheet = ComputeSheet(inputs, findings);
  EXPECT_TRUE(sheet.ok()) << sheet.status();
  return sheet.ok() ? *std::move(sheet) : Sheet();
}

const Cell& At(const Sheet& sheet, const std::string& id) {
  static const Cell kMissing;
  const Cell* cell = sheet.Find(id);
  EXPECT_NE(cell, nullptr) << id;
  return cell == nullptr ? kMissing : *cell;
}

auto HasCode(const std::string& code) { return Contains(Field(&Warning::code, code)); }

// --- the published figures
// ----------------------------------------------------------------------------------------

struct Published {
  const char* id;
  Kind kind;
  int64_t value;
};

class PublishedFigureTest : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedFigureTest, IsMetByTheComputedCell) {
  const Sheet sheet = Compute(SampleInputs(), SampleFindings());
  const Cell& cell = At(sheet, GetParam().id);
  EXPECT_EQ(cell.kind, GetParam().kind);
  EXPECT_EQ(cell.status, CellStatus::kConfirmed);
  EXPECT_THAT(cell.value, Optional(GetParam().value));
}

INSTANTIATE_TEST_SUITE_P(FiscalYear2022, PublishedFigureTest,
                         ::testing::Values(Published{"cost.budget.2022", Kind::kTyped, 6456},
                                           Published{"cost.settlement.2022", Kind::kSummed, 5875},
                                           Published{"cost.state_share.2022", Kind::kDerived, 2937},
                                           Published{"cost.general_funds.2022", Kind::kDerived, 2938},
                                           Published{"cost.other_funds.2022", Kind::kDerived, 0},
                                           Published{"cost.personnel.2022", Kind::kDerived, 4963},
                                           Published{"indicator.1.actual.2022", Kind::kCounted, 500},
                                           Published{"count.received.2022", Kind::kCounted, 15},
                                           Published{"count.adopted.2022", Kind::kCounted, 5},
                                           Published{"count.trials_run.2022", Kind::kCounted, 5},
                                           Published{"count.adoption_rate.2022", Kind::kDerived, 3333}));

INSTANTIATE_TEST_SUITE_P(EarlierYears, PublishedFigureTest,
                         ::testing::Values(Published{"cost.settlement.2021", Kind::kTyped, 5351},
                                           Published{"cost.general_funds.2021", Kind::kDerived, 2550},
                                           Published{"cost.general_funds.2020", Kind::kDerived, 0},
                                           Published{"cost.personnel.2021", Kind::kDerived, 4960},
                                           Published{"cost.personnel.2020", Kind::kDerived, 5128}));

TEST(ComputeSheetTest, BuildsTheResultSentenceFromTheCounts) {
  const Sheet sheet = Compute(SampleInputs(), SampleFindings());
  EXPECT_EQ(At(sheet, "result.counts_sentence").text, "提案15件のうち5件の実証実験を採択及び支援した。");
  EXPECT_EQ(At(sheet, "result.counts_sentence").kind, Kind::kDerived);
}

TEST(ComputeSheetTest, SaysInTheResultSentenceHowManyDeclined) {
  Findings findings = SampleFindings();
  findings.counts[2022] = {12, 5, 1, 4, 4, 0};
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_EQ(At(sheet, "result.counts_sentence").text,
            "提案12件のうち5件を採択し、4件の実証実験を支援した（辞退1件）。");
  EXPECT_THAT(At(sheet, "indicator.1.actual.2022").value, Optional(400));
}

TEST(ComputeSheetTest, BuildsTheSurveySentenceFromSentAndAnswered) {
  const Sheet sheet = Compute(SampleInputs(), SampleFindings());
  EXPECT_EQ(At(sheet, "result.survey_sentence").text,
            "フォローアップ調査を15件に送付し、12件の回答を得た（回収率80.0％）。");
}

TEST(ComputeSheetTest, RatesValidAnswersAgainstTheSurveysThatArrived) {
  Findings findings = SampleFindings();
  findings.survey = SurveyCounts{15, 11, 3, 10, false};
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_THAT(At(sheet, "survey.response_rate.2022").value, Optional(8333));
  EXPECT_EQ(At(sheet, "survey.answered.2022").status, CellStatus::kPending);
}

TEST(ComputeSheetTest, WritesNoSurveySentenceWhenNothingArrived) {
  Findings findings = SampleFindings();
  findings.survey = SurveyCounts{2, 0, 2, 0, true};
  EXPECT_EQ(At(Compute(SampleInputs(), findings), "result.survey_sentence").text, "");
}

TEST(ComputeSheetTest, SaysWhereEveryCellOfTheEvaluatedYearCameFrom) {
  const Sheet sheet = Compute(SampleInputs(), SampleFindings());
  for (const Cell& cell : sheet.cells) {
    EXPECT_FALSE(cell.source_ja.empty()) << cell.id;
    EXPECT_FALSE(cell.source_en.empty()) << cell.id;
  }
  EXPECT_THAT(At(sheet, "cost.settlement.2022").source_ja, ::testing::HasSubstr("5875412円"));
}

TEST(ComputeSheetTest, GivesTheSameSheetForTheSameInputs) {
  EXPECT_EQ(Compute(SampleInputs(), SampleFindings()).cells, Compute(SampleInputs(), SampleFindings()).cells);
}

// --- unknown is not zero
// ------------------------------------------------------------------------------------------

TEST(ComputeSheetTest, LeavesComingYearsNotSet) {
  const Sheet sheet = Compute(SampleInputs(), SampleFindings());
  for (const char* id : {"indicator.1.actual.2023", "indicator.1.actual.2024", "indicator.1.target.2023",
                         "cost.settlement.2023", "cost.general_funds.2023", "cost.state_share.2024"}) {
    EXPECT_EQ(At(sheet, id).status, CellStatus::kNotSet) << id;
    EXPECT_EQ(At(sheet, id).kind, Kind::kNotSet) << id;
    EXPECT_EQ(At(sheet, id).value, std::nullopt) << id;
  }
}

TEST(ComputeSheetTest, LeavesWhatNoServiceWasAskedAboutNotSet) {
  const Sheet sheet = Compute(SampleInputs(), Findings());
  for (const char* id :
       {"cost.settlement.2022", "cost.state_share.2022", "cost.general_funds.2022", "indicator.1.actual.2022",
        "count.received.2022", "survey.sent.2022", "result.counts_sentence", "result.survey_sentence"}) {
    EXPECT_EQ(At(sheet, id).status, CellStatus::kNotSet) << id;
    EXPECT_EQ(At(sheet, id).value, std::nullopt) << id;
  }
}

TEST(ComputeSheetTest, CountsZeroTrialsOfTheEvaluatedYearAsZero) {
  Findings findings = SampleFindings();
  findings.counts[2022] = CaseCounts();
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_THAT(At(sheet, "indicator.1.actual.2022").value, Optional(0));
  EXPECT_EQ(At(sheet, "count.adoption_rate.2022").value, std::nullopt);
}

TEST(ComputeSheetTest, DoesNotTakeAnEarlierYearWithoutCasesForZeroTrials) {
  Findings findings = SampleFindings();
  findings.counts[2020] = CaseCounts();
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_EQ(At(sheet, "indicator.1.actual.2020").status, CellStatus::kNotSet);
}

TEST(ComputeSheetTest, DoesNotSplitASettlementWhoseFundsAreNotAllocated) {
  Findings findings = SampleFindings();
  findings.settlement->allocated = false;
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_THAT(At(sheet, "cost.settlement.2022").value, Optional(5875));
  EXPECT_EQ(At(sheet, "cost.state_share.2022").value, std::nullopt);
  EXPECT_EQ(At(sheet, "cost.general_funds.2022").value, std::nullopt);
}

TEST(ComputeSheetTest, KeepsAnOpenYearsSettlementPending) {
  Findings findings = SampleFindings();
  findings.settlement->closed = false;
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_EQ(At(sheet, "cost.settlement.2022").status, CellStatus::kPending);
  EXPECT_EQ(At(sheet, "cost.general_funds.2022").status, CellStatus::kPending);
}

TEST(ComputeSheetTest, KeepsCountsPendingWhileCasesHaveNoOutcome) {
  Findings findings = SampleFindings();
  findings.counts[2022].undecided = 2;
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_EQ(At(sheet, "indicator.1.actual.2022").status, CellStatus::kPending);
  EXPECT_THAT(At(sheet, "indicator.1.actual.2022").warnings, HasCode("COUNTS_OPEN"));
}

TEST(ComputeSheetTest, KeepsAPendingTypedFigurePending) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["cost.state_share.2023"] = Number(2933);
  inputs.typed["cost.state_share.2023"].pending = true;
  EXPECT_EQ(At(Compute(inputs, SampleFindings()), "cost.state_share.2023").status, CellStatus::kPending);
}

// --- imported cohorts
// ---------------------------------------------------------------------------------------------

TEST(ComputeSheetTest, CountsTheTrialsOfImportedCohorts) {
  Findings findings = SampleFindings();
  findings.counts[2019] = {0, 5, 1, 4, 4, 0};
  findings.counts[2020] = {0, 5, 0, 5, 5, 0};
  findings.counts[2021] = {0, 6, 0, 6, 6, 0};
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_THAT(At(sheet, "indicator.1.actual.2019").value, Optional(400));
  EXPECT_THAT(At(sheet, "indicator.1.actual.2020").value, Optional(500));
  EXPECT_THAT(At(sheet, "indicator.1.actual.2021").value, Optional(600));
  EXPECT_EQ(At(sheet, "indicator.1.actual.2021").kind, Kind::kCounted);
}

TEST(ComputeSheetTest, UsesTheTypedFigureOfAnEarlierYearWithoutCases) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["indicator.1.actual.2019"] = Number(400);
  const Cell cell = At(Compute(inputs, SampleFindings()), "indicator.1.actual.2019");
  EXPECT_EQ(cell.kind, Kind::kTyped);
  EXPECT_THAT(cell.value, Optional(400));
}

TEST(ComputeSheetTest, PrefersTheCountAndWarnsWhenTheTypedFigureDiffers) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["indicator.1.actual.2021"] = Number(500);
  Findings findings = SampleFindings();
  findings.counts[2021] = {0, 6, 0, 6, 6, 0};
  const Cell cell = At(Compute(inputs, findings), "indicator.1.actual.2021");
  EXPECT_THAT(cell.value, Optional(600));
  EXPECT_THAT(cell.warnings, HasCode("TYPED_DIFFERS"));
}

// --- money
// --------------------------------------------------------------------------------------------------------

TEST(ComputeSheetTest, FloorsTheTotalOnceAndNotItsParts) {
  Findings findings = SampleFindings();
  findings.settlement = SettlementSummary{2'000, 1'001, 999, false, 0, 0, 0, true};
  EXPECT_THAT(At(Compute(SampleInputs(), findings), "cost.settlement.2022").value, Optional(2));
}

TEST(ComputeSheetTest, TakesTheTotalToWhichTheLedgerAllocatedItsFunds) {
  Findings findings = SampleFindings();
  findings.settlement->settled_yen = 5'874'600;
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_THAT(At(sheet, "cost.settlement.2022").value, Optional(5875));
  EXPECT_THAT(At(sheet, "cost.settlement.2022").warnings, IsEmpty());
  EXPECT_THAT(At(sheet, "cost.general_funds.2022").value, Optional(2938));
}

TEST(ComputeSheetTest, KeepsTheFundsPendingWhenTheLedgerMovedAfterTheAllocation) {
  Findings findings = SampleFindings();
  findings.settlement->settled_yen = 5'900'000;
  const Sheet sheet = Compute(SampleInputs(), findings);
  EXPECT_THAT(At(sheet, "cost.settlement.2022").value, Optional(5900));
  EXPECT_THAT(At(sheet, "cost.settlement.2022").warnings, HasCode("ALLOCATION_STALE"));
  EXPECT_EQ(At(sheet, "cost.state_share.2022").status, CellStatus::kPending);
  EXPECT_EQ(At(sheet, "cost.general_funds.2022").status, CellStatus::kPending);
}

TEST(ComputeSheetTest, RefusesASettlementBeyondMoneyArithmetic) {
  Findings findings = SampleFindings();
  findings.settlement->settled_yen = INT64_MAX;
  const auto sheet = ComputeSheet(SampleInputs(), findings);
  EXPECT_TRUE(HasReason(sheet.status(), civil::kAmountOutOfRange)) << sheet.status();
}

TEST(ComputeSheetTest, WarnsWhenTypedOtherFundsDoNotFitTheLedgersAllocation) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["cost.other_funds.2022"] = Number(100);
  const Sheet sheet = Compute(inputs, SampleFindings());
  EXPECT_THAT(At(sheet, "cost.other_funds.2022").warnings, HasCode("FUND_SPLIT_MISMATCH"));
  EXPECT_THAT(At(sheet, "cost.general_funds.2022").value, Optional(2838));
}

TEST(ComputeSheetTest, WarnsWhenTheLedgersAllocationExceedsTheSettlement) {
  Findings findings = SampleFindings();
  findings.settlement->general_funds_thousand_yen = 2939;
  EXPECT_THAT(At(Compute(SampleInputs(), findings), "cost.other_funds.2022").warnings,
              HasCode("FUND_SPLIT_MISMATCH"));
}

TEST(ComputeSheetTest, TakesAProvisionalSplitOfAnOpenYearAndFlagsTheNegativeRemainder) {
  SheetInputs inputs = SampleInputs();
  for (const auto& [id, value] : {std::pair{"cost.settlement.2023", 0},
                                  {"cost.state_share.2023", 2933},
                                  {"cost.other_funds.2023", 0}}) {
    inputs.typed[id] = Number(value);
    inputs.typed[id].pending = true;
  }
  const Cell cell = At(Compute(inputs, SampleFindings()), "cost.general_funds.2023");
  EXPECT_THAT(cell.value, Optional(-2933));
  EXPECT_EQ(cell.status, CellStatus::kPending);
  EXPECT_THAT(cell.warnings, HasCode("NEGATIVE_GENERAL_FUNDS"));
}

TEST(ComputeSheetTest, MarksPersonnelCostOfInferredRates) {
  EXPECT_THAT(At(Compute(SampleInputs(), SampleFindings()), "cost.personnel.2022").warnings,
              HasCode("RATE_INFERRED"));
}

TEST(ComputeSheetTest, PlansPersonnelOfComingYearsByTheNewestRateAsPending) {
  const Cell cell = At(Compute(SampleInputs(), SampleFindings()), "cost.personnel.2024");
  EXPECT_THAT(cell.value, Optional(4963));
  EXPECT_EQ(cell.status, CellStatus::kPending);
}

TEST(ComputeSheetTest, DoesNotBorrowARateForAYearThatIsPast) {
  SheetInputs inputs = SampleInputs();
  inputs.rates = {{2020, 6'800'000, 2'456, false}};
  EXPECT_EQ(At(Compute(inputs, SampleFindings()), "cost.personnel.2022").value, std::nullopt);
}

TEST(ComputeSheetTest, KeepsTypedPersonnelOfAnEarlierYearWithoutARate) {
  SheetInputs inputs = SampleInputs();
  inputs.rates.erase(inputs.rates.begin());
  inputs.typed["cost.personnel.2020"] = Number(5128);
  const Cell cell = At(Compute(inputs, SampleFindings()), "cost.personnel.2020");
  EXPECT_EQ(cell.kind, Kind::kTyped);
  EXPECT_THAT(cell.value, Optional(5128));
}

// --- warnings
// -----------------------------------------------------------------------------------------------------

TEST(SheetWarningTest, FlagsASettlementAboveTheBudget) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["cost.budget.2022"] = Number(5874);
  EXPECT_THAT(At(Compute(inputs, SampleFindings()), "cost.settlement.2022").warnings, HasCode("OVERSPEND"));
}

TEST(SheetWarningTest, AcceptsASettlementEqualToTheBudget) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["cost.budget.2022"] = Number(5875);
  EXPECT_THAT(At(Compute(inputs, SampleFindings()), "cost.settlement.2022").warnings,
              Not(HasCode("OVERSPEND")));
}

TEST(SheetWarningTest, FlagsAsPlannedWhenTheTargetWasMissed) {
  Findings findings = SampleFindings();
  findings.counts[2022] = {15, 5, 1, 4, 4, 0};
  EXPECT_THAT(At(Compute(SampleInputs(), findings), "evaluation.progress").warnings,
              HasCode("SCORE_ABOVE_ACHIEVEMENT"));
}

TEST(SheetWarningTest, AcceptsAsPlannedWhenTheTargetWasMet) {
  EXPECT_THAT(At(Compute(SampleInputs(), SampleFindings()), "evaluation.progress").warnings, IsEmpty());
}

TEST(SheetWarningTest, FlagsAbovePlanWhenTheTargetWasOnlyMet) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["evaluation.progress"] = Number(5);
  EXPECT_THAT(At(Compute(inputs, SampleFindings()), "evaluation.progress").warnings,
              HasCode("SCORE_ABOVE_ACHIEVEMENT"));
}

TEST(SheetWarningTest, FlagsTheYearInWhichOutsideFundsEndWhileTheBudgetGoesOn) {
  EXPECT_THAT(Compute(SampleInputs(), SampleFindings()).warnings,
              ElementsAre(Field(&Warning::code, "FUNDING_CLIFF")));
}

TEST(SheetWarningTest, FlagsAComingYearWhoseStateShareIsTypedAsZero) {
  SheetInputs inputs = SampleInputs();
  inputs.outside_funds_end_year = 0;
  inputs.typed["cost.state_share.2024"] = Number(0);
  EXPECT_THAT(Compute(inputs, SampleFindings()).warnings, HasCode("FUNDING_CLIFF"));
}

TEST(SheetWarningTest, DoesNotFlagComingYearsWhoseFundsAreNotKnownYet) {
  SheetInputs inputs = SampleInputs();
  inputs.outside_funds_end_year = 0;
  EXPECT_THAT(Compute(inputs, SampleFindings()).warnings, IsEmpty());
}

TEST(SheetWarningTest, FlagsAZeroTargetBesideABudget) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["indicator.1.target.2024"] = Number(0);
  EXPECT_THAT(At(Compute(inputs, SampleFindings()), "indicator.1.target.2024").warnings,
              HasCode("BUDGET_WITHOUT_TARGET"));
}

TEST(SheetWarningTest, FlagsAScoreWithoutAKnownSentence) {
  SheetInputs inputs = SampleInputs();
  inputs.typed["evaluation.progress"] = Number(2);
  EXPECT_THAT(At(Compute(inputs, SampleFindings()), "evaluation.progress").warnings,
              HasCode("SCORE_WITHOUT_SENTENCE"));
}

// --- approval
// -----------------------------------------------------------------------------------------------------

TEST(OpenCellsTest, FindsNoneInACompleteSheet) {
  EXPECT_THAT(OpenCells(Compute(SampleInputs(), SampleFindings()), SampleInputs()), IsEmpty());
}

TEST(OpenCellsTest, NamesEveryMissingOrPendingCell) {
  SheetInputs inputs = SampleInputs();
  inputs.typed.erase("direction.value");
  Findings findings = SampleFindings();
  findings.counts[2022].undecided = 1;
  EXPECT_THAT(OpenCells(Compute(inputs, findings), inputs),
              ElementsAre("indicator.1.actual.2022", "direction.value"));
}

TEST(TypedSheetTest, HoldsWhatWasTypedAndNothingElse) {
  const Sheet sheet = TypedSheet(SampleInputs());
  EXPECT_THAT(At(sheet, "cost.budget.2022").value, Optional(6456));
  EXPECT_EQ(At(sheet, "evaluation.priority").text,
            "戦略プラン等に掲げられた市の重点事業であり、優先的に取り組む必要性が高い。");
  EXPECT_EQ(At(sheet, "cost.personnel.2022").status, CellStatus::kNotSet);
}

}  // namespace
}  // namespace jissho::programme
