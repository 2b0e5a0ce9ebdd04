#include "services/review/domain/scoring.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/review/reasons.h"

namespace jissho::review {
namespace {

constexpr size_t kTrimAtLeast = 5;

int64_t BestGrade(const Rules& rules) {
  return rules.grades.empty() ? 0 : *std::max_element(rules.grades.begin(), rules.grades.end());
}

std::vector<Sheet> Counted(const Rules& rules, std::vector<Sheet> sheets) {
  if (rules.aggregation != Aggregation::kTrimmedMean || sheets.size() < kTrimAtLeast) return sheets;
  std::sort(sheets.begin(), sheets.end(), [&](const Sheet& a, const Sheet& b) {
    return std::pair(WeightedTotal(rules, a.grades), a.seat_id) <
           std::pair(WeightedTotal(rules, b.grades), b.seat_id);
  });
  sheets.erase(sheets.begin());
  sheets.pop_back();
  return sheets;
}

bool AboveFloors(const Rules& rules, const Aggregate& aggregate) {
  if (aggregate.score < Fraction(rules.floor_percent * FullMarks(rules), 100)) return false;
  const Fraction item_floor(rules.item_floor_percent * BestGrade(rules), 100);
  return std::all_of(aggregate.criterion_means.begin(), aggregate.criterion_means.end(),
                     [&](const Fraction& mean) { return mean >= item_floor; });
}

}  // namespace

int64_t FullMarks(const Rules& rules) {
  int64_t weights = 0;
  for (const Criterion& criterion : rules.criteria) weights += criterion.weight;
  return weights * BestGrade(rules);
}

absl::StatusOr<std::vector<int64_t>> OrderGrades(const Rules& rules,
                                                 const std::vector<std::pair<std::string, int64_t>>& given) {
  std::vector<FieldFault> faults;
  std::vector<std::optional<int64_t>> ordered(rules.criteria.size());
  for (size_t i = 0; i < given.size(); ++i) {
    const auto& [code, grade] = given[i];
    const std::string field = absl::StrCat("grades[", i, "]");
    const auto criterion = std::find_if(rules.criteria.begin(), rules.criteria.end(),
                                        [&code = code](const Criterion& c) { return c.code == code; });
    if (criterion == rules.criteria.end()) {
      faults.push_back({field, absl::StrCat("審査項目 ", code, " はありません。"),
                        absl::StrCat("there is no criterion ", code, ".")});
      continue;
    }
    if (std::find(rules.grades.begin(), rules.grades.end(), grade) == rules.grades.end()) {
      faults.push_back({field, absl::StrCat("評点 ", grade, " は評点表にありません。"),
                        absl::StrCat("grade ", grade, " is not in the grade table.")});
    }
    auto& place = ordered[criterion - rules.criteria.begin()];
    if (place) {
      faults.push_back({field, absl::StrCat("審査項目 ", code, " が重なっています。"),
                        absl::StrCat("criterion ", code, " is graded twice.")});
    }
    place = grade;
  }
  std::vector<int64_t> grades;
  for (size_t i = 0; i < ordered.size(); ++i) {
    if (ordered[i]) {
      grades.push_back(*ordered[i]);
    } else {
      faults.push_back({"grades", absl::StrCat("審査項目 ", rules.criteria[i].code, " の評点がありません。"),
                        absl::StrCat("criterion ", rules.criteria[i].code, " has no grade.")});
    }
  }
  if (!faults.empty()) return MakeFieldError(faults);
  return grades;
}

int64_t WeightedTotal(const Rules& rules, const std::vector<int64_t>& grades) {
  int64_t total = 0;
  for (size_t i = 0; i < grades.size() && i < rules.criteria.size(); ++i)
    total += grades[i] * rules.criteria[i].weight;
  return total;
}

absl::StatusOr<Aggregate> AggregateSheets(const Rules& rules, const std::string& case_id,
                                          std::vector<Sheet> sheets) {
  if (sheets.empty()) return MakeError(kEntryUnscored, {{"case_id", case_id}});
  Aggregate aggregate;
  aggregate.case_id = case_id;
  aggregate.scorers = static_cast<int64_t>(sheets.size());
  for (const Sheet& sheet : sheets) aggregate.sum += WeightedTotal(rules, sheet.grades);

  const std::vector<Sheet> counted = Counted(rules, std::move(sheets));
  const int64_t count = static_cast<int64_t>(counted.size());
  int64_t total = 0;
  std::vector<int64_t> by_criterion(rules.criteria.size(), 0);
  for (const Sheet& sheet : counted) {
    total += WeightedTotal(rules, sheet.grades);
    for (size_t i = 0; i < by_criterion.size() && i < sheet.grades.size(); ++i)
      by_criterion[i] += sheet.grades[i];
  }
  aggregate.score = Fraction(total, count);
  for (const int64_t grades : by_criterion) aggregate.criterion_means.push_back(Fraction(grades, count));
  aggregate.above_floor = AboveFloors(rules, aggregate);
  return aggregate;
}

std::map<std::string, int64_t> CountFirstPlaces(
    const Rules& rules, const std::map<std::string, std::vector<Sheet>>& sheets_by_case) {
  std::map<std::string, int64_t> best_of_seat;
  for (const auto& [case_id, sheets] : sheets_by_case) {
    for (const Sheet& sheet : sheets) {
      const int64_t total = WeightedTotal(rules, sheet.grades);
      const auto [best, is_new] = best_of_seat.emplace(sheet.seat_id, total);
      if (!is_new) best->second = std::max(best->second, total);
    }
  }
  std::map<std::string, int64_t> places;
  for (const auto& [case_id, sheets] : sheets_by_case) {
    places[case_id] = std::count_if(sheets.begin(), sheets.end(), [&](const Sheet& sheet) {
      return WeightedTotal(rules, sheet.grades) == best_of_seat[sheet.seat_id];
    });
  }
  return places;
}

}  // namespace jissho::review
