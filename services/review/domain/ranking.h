// From scores to who passes the first review and to the ranking of the second. Pure.
#ifndef JISSHO_SERVICES_REVIEW_DOMAIN_RANKING_H_
#define JISSHO_SERVICES_REVIEW_DOMAIN_RANKING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/review/domain/scoring.h"

namespace jissho::review {

// An entry's place in the first review. Equal scores share a rank: 1, 2, 2, 4.
struct Screened {
  Aggregate aggregate;
  int64_t rank = 0;
  bool passed = false;
};

// Best first. Entries below a floor stand behind all others and never pass; of the rest, those ranked within
// the places pass, hence all who tie at the line.
std::vector<Screened> ScreenFirst(const Rules& rules, std::vector<Aggregate> aggregates);

// An entry of the second review with what tie-breaks look at.
struct Candidate {
  Aggregate aggregate;
  int64_t requested_yen = 0;
  int64_t first_places = 0;
};

// The chair's order of a group that is still tied, best first.
struct ChairOrder {
  std::vector<std::string> case_ids;
  std::string reason;
};

// One step that was tried on one tied group: the record of why one entry stands before another.
struct TieStep {
  std::vector<std::string> case_ids;
  TieBreak step = TieBreak::kChairDecision;
  bool separated = false;
  std::string reason;  // the chair's
};

struct Ranked {
  Aggregate aggregate;
  int64_t rank = 0;
};

struct RankingOutcome {
  std::vector<Ranked> ranked;  // best first
  std::vector<TieStep> steps;  // in the order in which they were tried
};

// The list as it is evaluated: without repetitions, nothing after the chair's decision, which is always the
// last.
std::vector<TieBreak> EffectiveTieBreaks(const std::vector<TieBreak>& steps);

// Every entry at or above the floor gets a rank of its own; below it, equal scores share one, because nothing
// depends on their order. FAILED_PRECONDITION (TIE_UNRESOLVED) names all groups for which the chair's order
// is missing; INVALID_ARGUMENT (FIELD_INVALID) for an order without reason or for entries that are not tied.
absl::StatusOr<RankingOutcome> RankSecond(const Rules& rules, std::vector<Candidate> candidates,
                                          const std::vector<ChairOrder>& chair_orders);

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_DOMAIN_RANKING_H_
