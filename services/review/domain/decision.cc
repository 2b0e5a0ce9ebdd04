#include "services/review/domain/decision.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/review/reasons.h"

namespace jissho::review {
namespace {

int64_t LimitOf(const Rules& rules, int64_t requested_yen) {
  return rules.cap_yen > 0 ? std::min(requested_yen, rules.cap_yen) : requested_yen;
}

}  // namespace

int64_t OfferFor(const Rules& rules, int64_t requested_yen) {
  const int64_t unit = std::max<int64_t>(1, rules.rounding_unit_yen);
  return LimitOf(rules, requested_yen) / unit * unit;
}

std::vector<FieldFault> CheckOffer(const Rules& rules, int64_t requested_yen, int64_t offered_yen,
                                   const std::string& field) {
  std::vector<FieldFault> faults;
  const int64_t limit = LimitOf(rules, requested_yen);
  if (offered_yen < 0 || offered_yen > limit) {
    faults.push_back({field, absl::StrCat("0円以上、希望額と上限額（", limit, "円）以下にしてください。"),
                      absl::StrCat("must be from 0 to ", limit, " yen (request and cap).")});
  }
  if (rules.rounding_unit_yen > 1 && offered_yen % rules.rounding_unit_yen != 0) {
    faults.push_back({field, absl::StrCat(rules.rounding_unit_yen, "円単位にしてください。"),
                      absl::StrCat("must be a multiple of ", rules.rounding_unit_yen, " yen.")});
  }
  return faults;
}

std::vector<DraftLine> WalkBudget(const Rules& rules, MisfitRule misfit,
                                  const std::vector<DraftEntry>& entries) {
  std::vector<DraftLine> lines;
  int64_t left = rules.grant_budget_yen;
  int64_t adopted = 0;
  int64_t reserves = 0;
  bool stopped = false;
  for (const DraftEntry& entry : entries) {
    DraftLine line;
    line.case_id = entry.case_id;
    line.rank = entry.rank;
    if (entry.above_floor) {
      line.proposed_yen = entry.given_yen.value_or(OfferFor(rules, entry.requested_yen));
      line.conditions = entry.conditions;
      const bool has_place = rules.quota == 0 || adopted < rules.quota;
      const bool fits = line.proposed_yen <= left;
      if (!fits && misfit == MisfitRule::kStop) stopped = true;
      if (has_place && fits && !stopped) {
        line.outcome =
            line.conditions.empty() ? DecisionOutcome::kAdopted : DecisionOutcome::kAdoptedWithConditions;
        line.offered_yen = line.proposed_yen;
        left -= line.offered_yen;
        ++adopted;
      } else {
        line.outcome = DecisionOutcome::kReserve;
        line.reserve_order = ++reserves;
      }
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

absl::StatusOr<Promotion> Promote(const Rules& rules, const std::vector<ReleasedEntry>& entries,
                                  int64_t promoted, const std::string& wanted, int64_t given_yen,
                                  const std::string& today, const std::string& expiry) {
  if (today > expiry) return MakeError(kReserveExpired, {{"date", expiry}});
  int64_t declined = 0;
  int64_t left = rules.grant_budget_yen;
  const ReleasedEntry* next = nullptr;
  for (const ReleasedEntry& entry : entries) {
    if (entry.is_declined) ++declined;
    if (entry.is_adopted) left -= entry.offered_yen;
    if (entry.is_reserve && (next == nullptr || entry.reserve_order < next->reserve_order)) next = &entry;
  }
  if (declined <= promoted) return MakeError(kNoVacancy);
  if (next == nullptr) return MakeError(kNoReserve);
  if (!wanted.empty() && wanted != next->case_id) return MakeError(kReserveOrder, {{"next", next->case_id}});
  const int64_t offered = given_yen > 0 ? given_yen : next->proposed_yen;
  const auto faults = CheckOffer(rules, next->requested_yen, offered, "offered_yen");
  if (!faults.empty()) return MakeFieldError(faults);
  if (offered > left) {
    return MakeError(kBudgetInsufficient, {{"offered", absl::StrCat(offered)}, {"free", absl::StrCat(left)}});
  }
  return Promotion{next->case_id, offered};
}

}  // namespace jissho::review
