// The published sheet of a trial-support programme for FY2022 as inputs for tests. The totals are the
// published ones; the yen behind them are samples (見本) made to fit.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_SAMPLE_SHEET_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_SAMPLE_SHEET_H_

#include "services/programme/domain/compute.h"
#include "services/programme/domain/layout.h"

namespace jissho::programme {

inline TypedValue Number(int64_t value) {
  TypedValue typed;
  typed.value = value;
  return typed;
}
inline TypedValue Text(const std::string& text) {
  TypedValue typed;
  typed.text = text;
  return typed;
}

inline SheetInputs SampleInputs() {
  SheetInputs in;
  in.fiscal_year = 2022;
  in.indicators = {{1, "フィールド実験の実施件数", "件", IndicatorSource::kTrialsRun}};
  in.rates = {{2020, 6'800'000, 2'456, true}, {2021, 6'833'500, 2'435, true}, {2022, 6'810'000, 2'444, true}};
  in.outside_funds_end_year = 2024;
  const int64_t budgets[] = {5823, 7610, 6456, 6746, 6746};
  const int64_t hours[] = {14957, 7220, 8000, 8000, 8000};
  for (int i = 0; i < 5; ++i) {
    in.typed[CostId("budget", 2020 + i)] = Number(budgets[i]);
    in.typed[CostId("fte", 2020 + i)] = Number(70);
    in.typed[CostId("overtime", 2020 + i)] = Number(hours[i]);
    in.typed[CostId("appointed_staff", 2020 + i)] = Text("無");
  }
  in.typed[CostId("settlement", 2020)] = Number(4002);
  in.typed[CostId("state_share", 2020)] = Number(0);
  in.typed[CostId("other_funds", 2020)] = Number(4002);
  in.typed[CostId("settlement", 2021)] = Number(5351);
  in.typed[CostId("state_share", 2021)] = Number(1801);
  in.typed[CostId("other_funds", 2021)] = Number(1000);
  for (int year = 2019; year <= 2022; ++year) in.typed[IndicatorId(1, "target", year)] = Number(500);
  in.typed["evaluation.citizen_needs"] = Number(3);
  in.typed["evaluation.progress"] = Number(4);
  in.typed["evaluation.city_involvement"] = Number(4);
  in.typed["evaluation.priority"] = Number(5);
  in.typed["direction.value"] = Text("継続");
  return in;
}

inline Findings SampleFindings() {
  Findings findings;
  findings.counts[2022] = {15, 5, 0, 5, 5, 0};
  findings.settlement = SettlementSummary{5'875'412, 4'900'000, 975'412, true, 5875, 2937, 2938, true};
  findings.survey = SurveyCounts{15, 12, 0, 12, true};
  return findings;
}

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_SAMPLE_SHEET_H_
