// From grades to the score of an entry. Pure and exact.
//
// A reviewer's score is the sum of grade times weight; an entry's score is the mean over those who scored it,
// so that a recusal (除斥) or an abstention (棄権) does not lower it. The rules are those pinned at the
// call's publication.
#ifndef JISSHO_SERVICES_REVIEW_DOMAIN_SCORING_H_
#define JISSHO_SERVICES_REVIEW_DOMAIN_SCORING_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/review/domain/fraction.h"

namespace jissho::review {

enum class Aggregation { kMean, kTrimmedMean };

enum class TieBreak { kHeaviestCriterion, kNamedCriterion, kLowerRequest, kFirstPlaces, kChairDecision };

struct Criterion {
  std::string code;
  std::string title;
  int64_t weight = 0;
};

// What turns scores into a ranking and a ranking into a decision.
struct Rules {
  std::vector<Criterion> criteria;
  std::vector<int64_t> grades;  // the grades that may be given: a table, not a range
  int64_t floor_percent = 0;    // of full marks; exactly there passes (以上)
  int64_t item_floor_percent = 0;
  int64_t quorum = 0;
  int64_t first_review_places = 0;  // 0: no limit
  int64_t quota = 0;                // 0: no limit
  int64_t grant_budget_yen = 0;
  int64_t cap_yen = 0;  // 0: no cap
  int64_t rounding_unit_yen = 1;
  Aggregation aggregation = Aggregation::kMean;
  std::vector<TieBreak> tie_breaks;
  std::string tie_break_criterion;
};

// Best grade times the sum of all weights.
int64_t FullMarks(const Rules& rules);

// The grades in the order of the criteria. INVALID_ARGUMENT (FIELD_INVALID) naming every criterion that is
// missing, unknown or repeated and every grade that is not in the table; fields are "grades[i]" and "grades".
absl::StatusOr<std::vector<int64_t>> OrderGrades(const Rules& rules,
                                                 const std::vector<std::pair<std::string, int64_t>>& given);

// Sum of grade times weight; `grades` in the order of the criteria.
int64_t WeightedTotal(const Rules& rules, const std::vector<int64_t>& grades);

// A sheet that counts: neither voided nor an abstention.
struct Sheet {
  std::string seat_id;
  std::vector<int64_t> grades;
};

// What the sheets make of an entry.
struct Aggregate {
  std::string case_id;
  Fraction score;
  int64_t sum = 0;      // over all sheets, also those that trimming leaves out
  int64_t scorers = 0;  // number of sheets
  std::vector<Fraction> criterion_means;
  bool above_floor = false;
};

// Trimming leaves out one highest and one lowest sheet when there are at least five.
// FAILED_PRECONDITION (ENTRY_UNSCORED) without any sheet: no mean exists, and none is invented.
absl::StatusOr<Aggregate> AggregateSheets(const Rules& rules, const std::string& case_id,
                                          std::vector<Sheet> sheets);

// How many seats put each entry first; a seat that gives its best total twice puts both first.
std::map<std::string, int64_t> CountFirstPlaces(
    const Rules& rules, const std::map<std::string, std::vector<Sheet>>& sheets_by_case);

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_DOMAIN_SCORING_H_
