#include "services/programme/domain/layout.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"

namespace jissho::programme {
namespace {

struct CostRow {
  absl::string_view id;
  absl::string_view label;
  Unit unit;
  bool typable_in_evaluated_year;
  bool typable_in_other_years;
};

constexpr CostRow kCostRows[] = {
    {"budget", "予算額", Unit::kThousandYen, true, true},
    {"settlement", "決算額", Unit::kThousandYen, false, true},
    {"general_funds", "一般財源", Unit::kThousandYen, false, false},
    {"state_share", "国庫、県支出金、地方債", Unit::kThousandYen, false, true},
    {"other_funds", "その他", Unit::kThousandYen, true, true},
    {"personnel", "人件費計", Unit::kThousandYen, false, true},
    {"fte", "正職員従事割合", Unit::kPersonHundredths, true, true},
    {"overtime", "正職員時間外勤務", Unit::kHourHundredths, true, true},
    {"appointed_staff", "会計年度任用職員有無", Unit::kText, true, true},
};

struct Labelled {
  absl::string_view id;
  absl::string_view label;
};

constexpr Labelled kParticipation[] = {{"sharing", "共有、理解"},
                                       {"planning", "企画・立案、計画"},
                                       {"execution", "実行"},
                                       {"evaluation", "評価、検証"}};
constexpr Labelled kScores[] = {{"citizen_needs", "市民ニーズ"},
                                {"progress", "進捗状況"},
                                {"city_involvement", "市の関与"},
                                {"priority", "優先度"}};
constexpr absl::string_view kDirections[] = {"継続", "拡大・拡充", "縮小", "改善・見直し", "廃止", "完了"};

// Largest number that a cell takes: 1 trillion thousand yen would already exceed any city's budget.
constexpr int64_t kNumberMax = 1'000'000'000'000;

void AddCosts(int fiscal_year, std::vector<CellSpec>& out) {
  for (const CostRow& row : kCostRows) {
    for (int year = fiscal_year - kCostYearsBefore; year <= fiscal_year + kYearsAfter; ++year) {
      const bool typable = year == fiscal_year ? row.typable_in_evaluated_year : row.typable_in_other_years;
      out.push_back({CostId(row.id, year), std::string(row.label), year, row.unit, typable});
    }
  }
}

void AddIndicators(int fiscal_year, const std::vector<IndicatorSpec>& indicators,
                   std::vector<CellSpec>& out) {
  for (const IndicatorSpec& indicator : indicators) {
    const std::string label =
        indicator.unit.empty() ? indicator.name : absl::StrCat(indicator.name, "（", indicator.unit, "）");
    for (absl::string_view what : {"target", "actual"}) {
      const bool actual = what == "actual";
      for (int year = fiscal_year - kIndicatorYearsBefore; year <= fiscal_year + kYearsAfter; ++year) {
        // What has not happened yet cannot be typed as actual; what is counted in the evaluated year neither.
        const bool counted = indicator.source != IndicatorSource::kTyped;
        const bool typable = !actual || year < fiscal_year || (year == fiscal_year && !counted);
        out.push_back({IndicatorId(indicator.no, what, year), absl::StrCat(label, actual ? " 実績" : " 目標"),
                       year, Unit::kIndicatorHundredths, typable});
      }
    }
  }
}

void AddCounts(int fiscal_year, std::vector<CellSpec>& out) {
  const auto add = [&](std::string id, absl::string_view label, Unit unit) {
    out.push_back({std::move(id), std::string(label), fiscal_year, unit, false});
  };
  add(CountId("received", fiscal_year), "提案件数", Unit::kCount);
  add(CountId("adopted", fiscal_year), "採択件数", Unit::kCount);
  add(CountId("declined", fiscal_year), "辞退件数", Unit::kCount);
  add(CountId("trials_run", fiscal_year), "実証実験の実施件数", Unit::kCount);
  add(CountId("trials_completed", fiscal_year), "実証実験の完了件数", Unit::kCount);
  add(CountId("adoption_rate", fiscal_year), "採択率", Unit::kPercentHundredths);
  add(SurveyId("sent", fiscal_year), "フォローアップ調査 送付件数", Unit::kCount);
  add(SurveyId("answered", fiscal_year), "フォローアップ調査 回答件数", Unit::kCount);
  add(SurveyId("response_rate", fiscal_year), "フォローアップ調査 回収率", Unit::kPercentHundredths);
}

void AddTexts(std::vector<CellSpec>& out) {
  for (const Labelled& item : kParticipation) {
    out.push_back({absl::StrCat("participation.", item.id), std::string(item.label), 0, Unit::kText, true});
  }
  out.push_back({"result.response_to_previous_issues", "前年度の課題への対応", 0, Unit::kText, true});
  out.push_back({"result.counts_sentence", "成果（件数）", 0, Unit::kText, false});
  out.push_back({"result.survey_sentence", "成果（フォローアップ調査）", 0, Unit::kText, false});
  out.push_back({"result.achievement", "成果", 0, Unit::kText, true});
  out.push_back({"result.issues_operation", "課題（業務）", 0, Unit::kText, true});
  out.push_back({"result.issues_organisation", "課題（組織、予算等）", 0, Unit::kText, true});
  out.push_back({"result.improvement_goal", "改善目標", 0, Unit::kText, true});
  for (const Labelled& item : kScores) {
    out.push_back({absl::StrCat("evaluation.", item.id), std::string(item.label), 0, Unit::kScore, true});
  }
  out.push_back({"direction.value", "方向性", 0, Unit::kText, true});
  out.push_back({"direction.reason", "方向性の理由", 0, Unit::kText, true});
}

bool MayBeLegalDuty(absl::string_view id) {
  return id == "evaluation.city_involvement" || id == "evaluation.priority";
}

void CheckScore(const CellSpec& spec, const TypedValue& typed, const std::string& field,
                std::vector<FieldFault>& faults) {
  if (!typed.value) {
    if (typed.text == kLegalDuty && MayBeLegalDuty(spec.id)) return;
    faults.push_back(
        {absl::StrCat(field, ".value"), "1から5までの評点を入力してください。", "Give a score from 1 to 5."});
  } else if (*typed.value < 1 || *typed.value > 5) {
    faults.push_back({absl::StrCat(field, ".value"), "評点は1から5までです。", "Scores go from 1 to 5."});
  }
}

void CheckValue(const CellSpec& spec, const TypedValue& typed, const std::string& field,
                std::vector<FieldFault>& faults) {
  if (spec.unit == Unit::kScore) return CheckScore(spec, typed, field, faults);
  if (spec.unit == Unit::kText) {
    if (typed.value || typed.text.empty()) {
      faults.push_back({absl::StrCat(field, ".text"), "文章を入力してください。", "This cell takes a text."});
    } else if (spec.id == "direction.value" && std::find(std::begin(kDirections), std::end(kDirections),
                                                         typed.text) == std::end(kDirections)) {
      faults.push_back({absl::StrCat(field, ".text"),
                        "継続、拡大・拡充、縮小、改善・見直し、廃止、完了のいずれかを入力してください。",
                        "Give one of the form's directions: 継続 拡大・拡充 縮小 改善・見直し 廃止 完了."});
    }
    return;
  }
  if (!typed.value) {
    faults.push_back({absl::StrCat(field, ".value"), "数値を入力してください。未定の場合は消去してください。",
                      "This cell takes a number; clear it when there is none yet."});
  } else if (*typed.value < 0 || *typed.value > kNumberMax) {
    faults.push_back({absl::StrCat(field, ".value"), "0以上1兆以下の数値を入力してください。",
                      "Give a number between 0 and 1,000,000,000,000."});
  }
}

}  // namespace

const Cell* Sheet::Find(const std::string& id) const {
  const auto found =
      std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.id == id; });
  return found == cells.end() ? nullptr : &*found;
}

std::string CostId(absl::string_view row, int year) { return absl::StrCat("cost.", row, ".", year); }
std::string IndicatorId(int no, absl::string_view what, int year) {
  return absl::StrCat("indicator.", no, ".", what, ".", year);
}
std::string CountId(absl::string_view what, int year) { return absl::StrCat("count.", what, ".", year); }
std::string SurveyId(absl::string_view what, int year) { return absl::StrCat("survey.", what, ".", year); }

std::vector<CellSpec> LayoutOf(int fiscal_year, const std::vector<IndicatorSpec>& indicators) {
  std::vector<CellSpec> out;
  AddCosts(fiscal_year, out);
  AddIndicators(fiscal_year, indicators, out);
  AddCounts(fiscal_year, out);
  AddTexts(out);
  return out;
}

absl::string_view LegalDutySentence() { return "法令等により市の実施が定められている。"; }

absl::string_view FixedSentence(absl::string_view item, int64_t score) {
  struct Sentence {
    absl::string_view item;
    int64_t score;
    absl::string_view text;
  };
  static constexpr Sentence kSentences[] = {
      {"citizen_needs", 5, "十分に高く、今後も増加が見込まれる。"},
      {"citizen_needs", 4, "十分に高く、今後も変わらずにあると見込まれる。"},
      {"citizen_needs", 3, "今後も一定の市民ニーズが見込まれる。"},
      {"progress", 5, "年度当初の計画を上回る進捗で事業を実施することができた。"},
      {"progress", 4, "年度当初の計画通りに事業を実施することができた。"},
      {"city_involvement", 5, "市が直接担うべき事業である。"},
      {"city_involvement", 4, "市の関与の必要性が高い事業である。"},
      {"priority", 5, "戦略プラン等に掲げられた市の重点事業であり、優先的に取り組む必要性が高い。"},
      {"priority", 3, "市民ニーズや市民生活への影響等を鑑みて、継続して実施する必要がある。"},
      {"priority", 1, "事務事業の廃止を検討する必要がある。"},
  };
  for (const Sentence& sentence : kSentences) {
    if (sentence.item == item && sentence.score == score) return sentence.text;
  }
  return "";
}

absl::Status CheckTyped(const std::vector<CellSpec>& layout, const std::vector<TypedEntry>& entries) {
  std::vector<FieldFault> faults;
  std::set<std::string> seen;
  for (size_t i = 0; i < entries.size(); ++i) {
    const TypedEntry& entry = entries[i];
    const std::string field = absl::StrCat("values[", i, "]");
    const auto spec = std::find_if(layout.begin(), layout.end(),
                                   [&](const CellSpec& candidate) { return candidate.id == entry.cell_id; });
    if (spec == layout.end()) {
      faults.push_back({absl::StrCat(field, ".cell_id"), "この年度の様式にない項目です。",
                        "The form of this year has no such cell."});
    } else if (!spec->typable) {
      faults.push_back({absl::StrCat(field, ".cell_id"),
                        "この項目は案件、台帳または他の項目から計算されます。元の記録を直してください。",
                        "This cell is computed from cases, ledger or other cells; correct those instead."});
    } else if (!seen.insert(entry.cell_id).second) {
      faults.push_back({absl::StrCat(field, ".cell_id"), "同じ項目が二度指定されています。",
                        "The same cell is named twice."});
    } else if (!entry.clear) {
      CheckValue(*spec, entry.value, field, faults);
    }
  }
  return faults.empty() ? absl::OkStatus() : MakeFieldError(faults);
}

}  // namespace jissho::programme
