#include "services/programme/domain/call_rules.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/civil/amounts.h"
#include "services/civil/date.h"
#include "services/programme/reasons.h"

namespace jissho::programme {
namespace {

class Faults {
 public:
  void Unless(bool holds, absl::string_view field, absl::string_view ja, absl::string_view en) {
    if (!holds) faults_.push_back({absl::StrCat("rules.", field), std::string(ja), std::string(en)});
  }
  std::vector<FieldFault> Take() { return std::move(faults_); }

 private:
  std::vector<FieldFault> faults_;
};

void CheckTimes(const CallRules& rules, absl::Time now, Faults& faults) {
  faults.Unless(rules.open_time.has_value(), "open_time", "受付開始日時を入力してください",
                "give the opening time");
  faults.Unless(rules.close_time.has_value(), "close_time", "締切日時を入力してください",
                "give the closing time");
  if (rules.open_time && rules.close_time) {
    faults.Unless(*rules.open_time < *rules.close_time, "close_time", "締切は受付開始より後にしてください",
                  "the closing time must be after the opening time");
  }
  if (rules.close_time) {
    faults.Unless(now < *rules.close_time, "close_time", "締切が過ぎています", "the closing time has passed");
  }
}

void CheckDates(const CallRules& rules, Faults& faults) {
  const auto start = civil::ParseDate(rules.trial_start_date);
  const auto end = civil::ParseDate(rules.trial_end_date);
  const auto due = civil::ParseDate(rules.report_due_date);
  faults.Unless(start.ok(), "trial_start_date", "実証実験の開始日を入力してください",
                "give the first day of the trials");
  faults.Unless(end.ok(), "trial_end_date", "実証実験の終了日を入力してください",
                "give the last day of the trials");
  faults.Unless(due.ok(), "report_due_date", "実績報告の期限を入力してください",
                "give the due date of the reports");
  if (start.ok() && end.ok()) {
    faults.Unless(*start <= *end, "trial_end_date", "終了日は開始日以後にしてください",
                  "the trials must end after they start");
  }
  if (end.ok() && due.ok()) {
    faults.Unless(*end <= *due, "report_due_date", "実績報告の期限は終了日以後にしてください",
                  "the reports cannot be due before the trials end");
    // What is paid after the closing of the books would belong to another year's settlement.
    faults.Unless(*due <= civil::ClosingOfBooks(rules.fiscal_year), "report_due_date",
                  "実績報告の期限は出納閉鎖（翌年度5月31日）までにしてください",
                  "the reports must be due before the books of the year close (31 May)");
  }
  if (start.ok() && end.ok() && rules.fiscal_year > 0) {
    const civil::Period year = civil::FiscalYearBounds(rules.fiscal_year);
    faults.Unless(year.Contains(*start) && year.Contains(*end), "trial_start_date",
                  "実証実験の期間は公募の年度内にしてください",
                  "the trials must lie within the call's fiscal year");
  }
  if (start.ok() && rules.close_time) {
    faults.Unless(*rules.close_time <= civil::StartOfDay(*start), "trial_start_date",
                  "実証実験の開始日は締切より後にしてください",
                  "the trials must start after the call closes");
  }
}

void CheckReview(const CallRules& rules, Faults& faults) {
  faults.Unless(!rules.criteria.empty(), "criteria", "審査項目を入力してください",
                "give the review criteria");
  std::set<std::string> codes;
  for (size_t i = 0; i < rules.criteria.size(); ++i) {
    const CriterionRule& criterion = rules.criteria[i];
    const std::string field = absl::StrCat("criteria[", i, "]");
    faults.Unless(!criterion.code.empty() && codes.insert(criterion.code).second,
                  absl::StrCat(field, ".code"), "審査項目の符号は重複なく付けてください",
                  "criteria need distinct codes");
    faults.Unless(!criterion.title.empty(), absl::StrCat(field, ".title"), "審査項目の名称を入力してください",
                  "criteria need a title");
    faults.Unless(criterion.weight > 0 && criterion.weight <= 1000, absl::StrCat(field, ".weight"),
                  "配点の係数は1から1000までにしてください", "weights go from 1 to 1000");
  }
  const std::set<int32_t> grades(rules.grades.begin(), rules.grades.end());
  faults.Unless(grades.size() >= 2 && grades.size() == rules.grades.size(), "grades",
                "評点は重複なく2つ以上入力してください", "give at least two distinct grades");
  faults.Unless(grades.empty() || *grades.begin() >= 0, "grades", "評点は0以上にしてください",
                "grades are not negative");
  faults.Unless(grades.empty() || *grades.rbegin() > 0, "grades", "最高の評点は0より大きくしてください",
                "the highest grade must be above 0");
  faults.Unless(rules.floor_percent >= 0 && rules.floor_percent <= 100, "floor_percent",
                "最低基準点は0から100パーセントまでです", "the minimum score lies between 0 and 100 percent");
  faults.Unless(rules.quorum >= 1, "quorum", "定足数を1以上にしてください", "the quorum is at least 1");
  faults.Unless(rules.quota >= 1, "quota", "採択予定件数を1以上にしてください", "the quota is at least 1");
  faults.Unless(rules.first_review_places == 0 || rules.first_review_places >= rules.quota,
                "first_review_places", "一次審査の通過件数は採択予定件数以上にしてください",
                "the first review must let through at least as many as may be adopted");
}

void CheckMoney(const CallRules& rules, Faults& faults) {
  faults.Unless(civil::ParseRate(rules.rate).ok(), "rate", "補助率を分数（例 2/3）で入力してください",
                "give the rate as a fraction, e.g. 2/3");
  faults.Unless(civil::FloorToUnit(0, rules.rounding_unit_yen).ok(), "rounding_unit_yen",
                "端数処理の単位は1、10、100、1000円のいずれかです",
                "the rounding unit is 1, 10, 100 or 1000 yen");
  faults.Unless(rules.cap_yen > 0, "cap_yen", "上限額を入力してください", "give the upper limit");
  faults.Unless(rules.grant_budget_yen > 0 && rules.grant_budget_yen <= civil::kMaxYen, "grant_budget_yen",
                "補助金の予算額を入力してください", "give the budget of the grants");
  faults.Unless(rules.cap_yen <= rules.grant_budget_yen, "cap_yen", "上限額は予算額以下にしてください",
                "the upper limit cannot exceed the budget");
  faults.Unless(!rules.budget_line.empty(), "budget_line", "予算科目を入力してください",
                "give the budget line");
}

}  // namespace

std::vector<FieldFault> FaultsOfCall(const CallRules& rules, absl::Time now) {
  Faults faults;
  faults.Unless(!rules.title.empty(), "title", "名称を入力してください", "give a title");
  faults.Unless(!rules.sections.empty(), "sections", "部門を1つ以上入力してください",
                "give at least one section");
  const std::set<std::string> sections(rules.sections.begin(), rules.sections.end());
  faults.Unless(sections.size() == rules.sections.size(), "sections", "部門が重複しています",
                "sections must be distinct");
  faults.Unless(rules.fiscal_year >= 1990 && rules.fiscal_year <= 2200, "fiscal_year",
                "年度を入力してください", "give the fiscal year");
  CheckTimes(rules, now, faults);
  if (rules.fiscal_year >= 1990 && rules.fiscal_year <= 2200) CheckDates(rules, faults);
  CheckReview(rules, faults);
  CheckMoney(rules, faults);
  faults.Unless(rules.correction_days >= 1, "correction_days", "補正の日数を1以上にしてください",
                "give at least one day for corrections");
  return faults.Take();
}

absl::Status CheckPublishable(const CallRules& rules, absl::Time now) {
  const std::vector<FieldFault> faults = FaultsOfCall(rules, now);
  if (faults.empty()) return absl::OkStatus();
  const auto join = [&](std::string FieldFault::*text) {
    return absl::StrJoin(faults, "、", [text](std::string* out, const FieldFault& fault) {
      absl::StrAppend(out, fault.*text, " (", fault.field, ")");
    });
  };
  std::string fields = absl::StrJoin(
      faults, ",", [](std::string* out, const FieldFault& fault) { absl::StrAppend(out, fault.field); });
  return MakeError(kCallIncomplete, {{"faults", join(&FieldFault::ja)},
                                     {"faults_en", join(&FieldFault::en)},
                                     {"fields", std::move(fields)}});
}

absl::Status CheckExtension(const CallRules& rules, absl::Time close_time, absl::Time now) {
  const auto start = civil::ParseDate(rules.trial_start_date);
  const bool later = rules.close_time && close_time > *rules.close_time && close_time > now;
  if (later && (!start.ok() || close_time <= civil::StartOfDay(*start))) return absl::OkStatus();
  return MakeError(kCallExtensionInvalid,
                   {{"close_time", rules.close_time ? civil::FormatTokyoInstant(*rules.close_time) : ""}});
}

}  // namespace jissho::programme
