#include "services/programme/domain/warnings.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/programme/domain/layout.h"

namespace jissho::programme {
namespace {

Cell* FindCell(Sheet& sheet, const std::string& id) {
  for (Cell& cell : sheet.cells) {
    if (cell.id == id) return &cell;
  }
  return nullptr;
}

std::optional<int64_t> ValueOf(const Sheet& sheet, const std::string& id) {
  const Cell* cell = sheet.Find(id);
  return cell == nullptr ? std::nullopt : cell->value;
}

void CompareCosts(int year, Sheet& sheet) {
  const auto budget = ValueOf(sheet, CostId("budget", year));
  Cell* settlement = FindCell(sheet, CostId("settlement", year));
  if (budget && settlement->value && *settlement->value > *budget) {
    settlement->warnings.push_back(
        {"OVERSPEND",
         absl::StrCat("決算額", *settlement->value, "千円が予算額", *budget,
                      "千円を超えています。補正、流用または繰越の記録を確かめてください。"),
         absl::StrCat("The settlement of ", *settlement->value, " exceeds the budget of ", *budget,
                      " thousand yen; look for a supplement, transfer or carry-over.")});
  }
  Cell* general = FindCell(sheet, CostId("general_funds", year));
  if (general->value && *general->value < 0) {
    general->warnings.push_back(
        {"NEGATIVE_GENERAL_FUNDS",
         "一般財源が負です。決算前の特定財源を差し引いた仮の値ではないか確かめてください。",
         "General funds are negative: probably outside funds of a year not settled yet."});
  }
}

// The form's own scale: 5 is above the year's plan (a tenth or more), 4 is as planned.
void CompareProgress(const SheetInputs& inputs, Sheet& sheet) {
  Cell* progress = FindCell(sheet, "evaluation.progress");
  if (!progress->value || *progress->value < 4) return;
  for (const IndicatorSpec& indicator : inputs.indicators) {
    const auto target = ValueOf(sheet, IndicatorId(indicator.no, "target", inputs.fiscal_year));
    const auto actual = ValueOf(sheet, IndicatorId(indicator.no, "actual", inputs.fiscal_year));
    if (!target || !actual || *target <= 0) continue;
    const int64_t needed_percent = *progress->value == 5 ? 110 : 100;
    // 128 bits: a figure may be as large as a cell allows.
    if (static_cast<__int128>(*actual) * 100 >= static_cast<__int128>(*target) * needed_percent) continue;
    progress->warnings.push_back(
        {"SCORE_ABOVE_ACHIEVEMENT",
         absl::StrCat("進捗状況の評点", *progress->value, "に対し、指標", indicator.no, "の達成率は",
                      *actual * 100 / *target, "％です。"),
         absl::StrCat("Progress is scored ", *progress->value, " while indicator ", indicator.no, " reached ",
                      *actual * 100 / *target, " % of its target.")});
  }
}

void CheckSentences(Sheet& sheet) {
  for (Cell& cell : sheet.cells) {
    if (cell.unit != Unit::kScore || !cell.value || !cell.text.empty()) continue;
    cell.warnings.push_back({"SCORE_WITHOUT_SENTENCE",
                             "この評点の定型文が登録されていません。文章を入力してください。",
                             "No fixed sentence is known for this score; type it."});
  }
}

// A programme that outside funds pay now, and whose coming years have a budget but no such funds any more.
void CheckFundingCliff(const SheetInputs& inputs, Sheet& sheet) {
  const auto share_now = ValueOf(sheet, CostId("state_share", inputs.fiscal_year));
  if (!share_now || *share_now <= 0) return;
  for (int year = inputs.fiscal_year + 1; year <= inputs.fiscal_year + kYearsAfter; ++year) {
    const auto budget = ValueOf(sheet, CostId("budget", year));
    const auto share = ValueOf(sheet, CostId("state_share", year));
    const bool ended = inputs.outside_funds_end_year != 0 && year >= inputs.outside_funds_end_year;
    if (!budget || *budget == 0 || (share && *share > 0) || (!ended && !share)) continue;
    sheet.warnings.push_back(
        {"FUNDING_CLIFF",
         absl::StrCat(year, "年度の予算", *budget, "千円に充てる国庫、県支出金、地方債がありません（",
                      inputs.fiscal_year, "年度は", *share_now, "千円）。財源の確保を検討してください。"),
         absl::StrCat("The budget of ", *budget, " thousand yen for ", year, " has no State share (",
                      *share_now, " in ", inputs.fiscal_year, "); find other funds.")});
    return;
  }
}

void CheckTargets(const SheetInputs& inputs, Sheet& sheet) {
  for (int year = inputs.fiscal_year; year <= inputs.fiscal_year + kYearsAfter; ++year) {
    const auto budget = ValueOf(sheet, CostId("budget", year));
    if (!budget || *budget == 0) continue;
    for (const IndicatorSpec& indicator : inputs.indicators) {
      Cell* target = FindCell(sheet, IndicatorId(indicator.no, "target", year));
      if (!target->value || *target->value != 0) continue;
      target->warnings.push_back(
          {"BUDGET_WITHOUT_TARGET", "予算があるのに目標値が0です。未定の場合は消去してください。",
           "There is a budget but the target is 0; clear it when it is not known yet."});
    }
  }
}

void CheckOpenCounts(const SheetInputs& inputs, Sheet& sheet) {
  for (Cell& cell : sheet.cells) {
    if (cell.kind != Kind::kCounted || cell.status != CellStatus::kPending) continue;
    if (cell.fiscal_year != inputs.fiscal_year || !absl::StartsWith(cell.id, "indicator.")) continue;
    cell.warnings.push_back({"COUNTS_OPEN",
                             "結果の決まっていない案件があるため、件数は変わる可能性があります。",
                             "Some cases have no outcome yet: the count may still change."});
  }
}

}  // namespace

Warning FundSplitMismatch(int64_t ledger_thousand_yen, int64_t cell_thousand_yen) {
  return {"FUND_SPLIT_MISMATCH",
          absl::StrCat("その他財源", cell_thousand_yen, "千円が、台帳の充当記録から求めた",
                       ledger_thousand_yen, "千円と一致しないか、負になっています。"),
          absl::StrCat("Other funds of ", cell_thousand_yen,
                       " thousand yen do not fit the ledger's allocation, which leaves ", ledger_thousand_yen,
                       ".")};
}

Warning AllocationStale(int64_t allocated_thousand_yen, int64_t settled_thousand_yen) {
  return {
      "ALLOCATION_STALE",
      absl::StrCat("特定財源は決算額", allocated_thousand_yen, "千円に対して充当されましたが、現在の決算額は",
                   settled_thousand_yen, "千円です。台帳で充当し直してください。"),
      absl::StrCat("The outside funds were allocated to ", allocated_thousand_yen,
                   " thousand yen, but the settlement is ", settled_thousand_yen, " now; allocate again.")};
}

Warning TypedDiffers(int64_t typed, int64_t computed) {
  return {"TYPED_DIFFERS",
          absl::StrCat("入力値", typed, "と集計値", computed, "が異なるため、集計値を用いました。"),
          absl::StrCat("Typed ", typed, ", computed ", computed, "; the computed figure stands.")};
}

Warning RateInferred(int fiscal_year) {
  return {
      "RATE_INFERRED",
      absl::StrCat(fiscal_year, "年度の人件費単価は公表値ではなく、公表された様式から推定した値です。"),
      absl::StrCat("The unit costs of ", fiscal_year, " are inferred from printed sheets, not published.")};
}

void AddWarnings(const SheetInputs& inputs, Sheet& sheet) {
  for (int year = inputs.fiscal_year - kCostYearsBefore; year <= inputs.fiscal_year + kYearsAfter; ++year) {
    CompareCosts(year, sheet);
  }
  CompareProgress(inputs, sheet);
  CheckSentences(sheet);
  CheckFundingCliff(inputs, sheet);
  CheckTargets(inputs, sheet);
  CheckOpenCounts(inputs, sheet);
}

}  // namespace jissho::programme
