// From the ranking to the decision: the walk down the ranking within quota and budget, and the promotion of
// runners-up (補欠). Pure; money is integer yen.
#ifndef JISSHO_SERVICES_REVIEW_DOMAIN_DECISION_H_
#define JISSHO_SERVICES_REVIEW_DOMAIN_DECISION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/review/domain/scoring.h"
#include "workflow/base/error.h"

namespace jissho::review {

enum class DecisionOutcome { kAdopted, kAdoptedWithConditions, kReserve, kRejected, kScreenedOut };

enum class MisfitRule { kStop, kSkip };

// A ranked entry as the drafter puts it before the mayor.
struct DraftEntry {
  std::string case_id;
  int64_t rank = 0;
  bool above_floor = false;
  int64_t requested_yen = 0;
  std::optional<int64_t> given_yen;  // amount set by the drafter instead of the rule's
  std::vector<std::string> conditions;
};

struct DraftLine {
  std::string case_id;
  int64_t rank = 0;
  DecisionOutcome outcome = DecisionOutcome::kRejected;
  int64_t proposed_yen = 0;   // what the entry would get
  int64_t offered_yen = 0;    // what it gets: proposed_yen when adopted, else 0
  int64_t reserve_order = 0;  // from 1 among runners-up
  std::vector<std::string> conditions;
};

// min(request, cap), rounded down to the unit.
int64_t OfferFor(const Rules& rules, int64_t requested_yen);

// FIELD_INVALID at `field` unless the amount is within request and cap and a multiple of the unit.
std::vector<FieldFault> CheckOffer(const Rules& rules, int64_t requested_yen, int64_t offered_yen,
                                   const std::string& field);

// `entries` best first. Below the floor: rejected. Above it: adopted while a place and the money are left;
// the rest become runners-up in order. What does not fit ends the adoptions (kStop) or is passed over
// (kSkip).
std::vector<DraftLine> WalkBudget(const Rules& rules, MisfitRule misfit,
                                  const std::vector<DraftEntry>& entries);

// A released decision as a promotion sees it.
struct ReleasedEntry {
  std::string case_id;
  bool is_reserve = false;  // still waits as a runner-up
  bool is_adopted = false;  // adopted and not declined
  bool is_declined = false;
  int64_t reserve_order = 0;
  int64_t requested_yen = 0;
  int64_t proposed_yen = 0;
  int64_t offered_yen = 0;
};

struct Promotion {
  std::string case_id;
  int64_t offered_yen = 0;
};

// Who is promoted, and with how much. `wanted` empty: the next in order; `given_yen` 0: as proposed at the
// draft. Dates are YYYY-MM-DD; the expiry date itself is still in time. FAILED_PRECONDITION: RESERVE_EXPIRED,
// NO_VACANCY (as many have been promoted as declined), NO_RESERVE, RESERVE_ORDER, BUDGET_INSUFFICIENT.
// INVALID_ARGUMENT: FIELD_INVALID (offered_yen).
absl::StatusOr<Promotion> Promote(const Rules& rules, const std::vector<ReleasedEntry>& entries,
                                  int64_t promoted, const std::string& wanted, int64_t given_yen,
                                  const std::string& today, const std::string& expiry);

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_DOMAIN_DECISION_H_
