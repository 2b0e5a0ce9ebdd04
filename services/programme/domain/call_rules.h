// The rules of a call (公募要領) and what must hold before they may be published. Pure.
//
// From publication on the rules are fixed: applicants rely on them. Only the closing time may move, and only
// later (訂正公告). Times are instants; dates are days in Tokyo, YYYY-MM-DD.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_CALL_RULES_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_CALL_RULES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "workflow/base/error.h"

namespace jissho::programme {

struct CriterionRule {
  std::string code;
  std::string title;
  int32_t weight = 0;
};

struct CallRules {
  int32_t fiscal_year = 0;
  std::string title;
  std::vector<std::string> sections;
  std::optional<absl::Time> open_time;
  std::optional<absl::Time> close_time;
  std::vector<CriterionRule> criteria;
  std::vector<int32_t> grades;
  int32_t floor_percent = 0;
  int32_t quorum = 0;
  int32_t quota = 0;
  int64_t grant_budget_yen = 0;
  int64_t cap_yen = 0;
  std::string rate;
  int64_t rounding_unit_yen = 0;
  std::string budget_line;
  int32_t first_review_places = 0;
  std::string trial_start_date;
  std::string trial_end_date;
  std::string report_due_date;
  int32_t correction_days = 0;
};

// Everything that is missing or contradictory, all at once; empty when the call may be published. Fields are
// named as in the request ("rules.close_time"). `now` refuses a call that would close before it opens to
// anybody.
std::vector<FieldFault> FaultsOfCall(const CallRules& rules, absl::Time now);

// CALL_INCOMPLETE, naming every fault, unless the call may be published.
absl::Status CheckPublishable(const CallRules& rules, absl::Time now);

// CALL_EXTENSION_INVALID unless `close_time` is later than the present one and than `now`, and still lies
// before the first day of the trials (Tokyo).
absl::Status CheckExtension(const CallRules& rules, absl::Time close_time, absl::Time now);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_CALL_RULES_H_
