#include "services/review/domain/ranking.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/review/reasons.h"

namespace jissho::review {
namespace {

// Ids decide only how equal ones are listed, so that the same scores always give the same list.
bool Before(const Aggregate& a, const Aggregate& b) {
  return std::tie(b.above_floor, b.score, a.case_id) < std::tie(a.above_floor, a.score, b.case_id);
}

bool SameScore(const Aggregate& a, const Aggregate& b) {
  return a.above_floor == b.above_floor && a.score == b.score;
}

size_t HeaviestCriterion(const Rules& rules) {
  const auto heaviest =
      std::max_element(rules.criteria.begin(), rules.criteria.end(),
                       [](const Criterion& a, const Criterion& b) { return a.weight < b.weight; });
  return heaviest - rules.criteria.begin();
}

size_t NamedCriterion(const Rules& rules) {
  const auto named = std::find_if(rules.criteria.begin(), rules.criteria.end(),
                                  [&](const Criterion& c) { return c.code == rules.tie_break_criterion; });
  return named - rules.criteria.begin();
}

Fraction CriterionMean(const Candidate& candidate, size_t index) {
  return index < candidate.aggregate.criterion_means.size() ? candidate.aggregate.criterion_means[index]
                                                            : Fraction();
}

// Greater stands before smaller.
Fraction KeyOfStep(const Rules& rules, TieBreak step, const Candidate& candidate) {
  switch (step) {
    case TieBreak::kHeaviestCriterion:
      return CriterionMean(candidate, HeaviestCriterion(rules));
    case TieBreak::kNamedCriterion:
      return CriterionMean(candidate, NamedCriterion(rules));
    case TieBreak::kLowerRequest:
      return Fraction(-candidate.requested_yen);
    case TieBreak::kFirstPlaces:
      return Fraction(candidate.first_places);
    case TieBreak::kChairDecision:
      break;
  }
  return Fraction();
}

class Separator {
 public:
  Separator(const Rules& rules, const std::vector<ChairOrder>& orders)
      : rules_(rules),
        steps_(EffectiveTieBreaks(rules.tie_breaks)),
        orders_(orders),
        used_(orders.size(), false) {}

  // The depth is bounded by the number of kinds of steps.
  std::vector<Candidate> Separate(std::vector<Candidate> group, size_t from) {
    if (group.size() < 2) return group;
    if (steps_[from] == TieBreak::kChairDecision) return AskChair(std::move(group));
    const TieBreak step = steps_[from];
    const auto key = [&](const Candidate& c) { return KeyOfStep(rules_, step, c); };
    std::stable_sort(group.begin(), group.end(),
                     [&](const Candidate& a, const Candidate& b) { return key(a) > key(b); });
    log_.push_back({IdsOf(group), step, key(group.front()) != key(group.back()), ""});
    std::vector<Candidate> out;
    for (auto begin = group.begin(); begin != group.end();) {
      const Fraction value = key(*begin);
      const auto end = std::find_if(begin, group.end(), [&](const Candidate& c) { return key(c) != value; });
      for (Candidate& c : Separate({begin, end}, from + 1)) out.push_back(std::move(c));
      begin = end;
    }
    return out;
  }

  absl::Status Finish() const {
    std::vector<FieldFault> faults;
    for (size_t i = 0; i < orders_.size(); ++i) {
      const std::string field = absl::StrCat("chair_orders[", i, "]");
      if (orders_[i].reason.empty()) {
        faults.push_back({field + ".reason", "理由を書いてください。", "needs a reason."});
      }
      if (!used_[i]) {
        faults.push_back(
            {field + ".case_ids", "同点の提案の組と一致しません。", "is not a group of tied proposals."});
      }
    }
    if (!unresolved_.empty())
      return MakeError(kTieUnresolved, {{"groups", absl::StrJoin(unresolved_, "; ")}});
    if (!faults.empty()) return MakeFieldError(faults);
    return absl::OkStatus();
  }

  std::vector<TieStep> TakeLog() { return std::move(log_); }

 private:
  static std::vector<std::string> IdsOf(const std::vector<Candidate>& group) {
    std::vector<std::string> ids;
    for (const Candidate& c : group) ids.push_back(c.aggregate.case_id);
    return ids;
  }

  std::vector<Candidate> AskChair(std::vector<Candidate> group) {
    const std::vector<std::string> ids = IdsOf(group);
    const std::multiset<std::string> wanted(ids.begin(), ids.end());
    for (size_t i = 0; i < orders_.size(); ++i) {
      const auto& given = orders_[i].case_ids;
      if (used_[i] || std::multiset<std::string>(given.begin(), given.end()) != wanted) continue;
      used_[i] = true;
      const auto place = [&](const Candidate& c) {
        return std::find(given.begin(), given.end(), c.aggregate.case_id) - given.begin();
      };
      std::sort(group.begin(), group.end(),
                [&](const Candidate& a, const Candidate& b) { return place(a) < place(b); });
      log_.push_back({ids, TieBreak::kChairDecision, true, orders_[i].reason});
      return group;
    }
    unresolved_.push_back(absl::StrJoin(ids, ", "));
    return group;
  }

  const Rules& rules_;
  const std::vector<TieBreak> steps_;
  const std::vector<ChairOrder>& orders_;
  std::vector<bool> used_;
  std::vector<TieStep> log_;
  std::vector<std::string> unresolved_;
};

}  // namespace

std::vector<Screened> ScreenFirst(const Rules& rules, std::vector<Aggregate> aggregates) {
  std::sort(aggregates.begin(), aggregates.end(), Before);
  std::vector<Screened> out;
  for (Aggregate& aggregate : aggregates) {
    Screened screened;
    const bool tied = !out.empty() && SameScore(out.back().aggregate, aggregate);
    screened.rank = tied ? out.back().rank : static_cast<int64_t>(out.size()) + 1;
    screened.passed = aggregate.above_floor &&
                      (rules.first_review_places == 0 || screened.rank <= rules.first_review_places);
    screened.aggregate = std::move(aggregate);
    out.push_back(std::move(screened));
  }
  return out;
}

std::vector<TieBreak> EffectiveTieBreaks(const std::vector<TieBreak>& steps) {
  std::vector<TieBreak> out;
  for (const TieBreak step : steps) {
    if (step == TieBreak::kChairDecision) break;
    if (std::find(out.begin(), out.end(), step) == out.end()) out.push_back(step);
  }
  out.push_back(TieBreak::kChairDecision);
  return out;
}

absl::StatusOr<RankingOutcome> RankSecond(const Rules& rules, std::vector<Candidate> candidates,
                                          const std::vector<ChairOrder>& chair_orders) {
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return Before(a.aggregate, b.aggregate); });
  Separator separator(rules, chair_orders);
  RankingOutcome outcome;
  for (auto begin = candidates.begin(); begin != candidates.end();) {
    const auto end = std::find_if(begin, candidates.end(), [&](const Candidate& c) {
      return !SameScore(c.aggregate, begin->aggregate);
    });
    const int64_t first = static_cast<int64_t>(outcome.ranked.size()) + 1;
    const bool matters = begin->aggregate.above_floor;
    std::vector<Candidate> group(begin, end);
    if (matters) group = separator.Separate(std::move(group), 0);
    for (size_t i = 0; i < group.size(); ++i) {
      outcome.ranked.push_back(
          {std::move(group[i].aggregate), matters ? first + static_cast<int64_t>(i) : first});
    }
    begin = end;
  }
  JISSHO_RETURN_IF_ERROR(separator.Finish());
  outcome.steps = separator.TakeLog();
  return outcome;
}

}  // namespace jissho::review
