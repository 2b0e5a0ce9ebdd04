// A proposal (提案書): what it says, when it may be submitted, and whether it is complete.
//
// Money is integer yen, dates are texts YYYY-MM-DD. Pure and thread-safe.
#ifndef JISSHO_SERVICES_INTAKE_DOMAIN_PROPOSAL_H_
#define JISSHO_SERVICES_INTAKE_DOMAIN_PROPOSAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "workflow/base/error.h"

namespace jissho::intake {

inline constexpr int kSummaryMax = 400;                  // characters
inline constexpr int kAttachmentsMax = 20;               // files of one proposal
inline constexpr int64_t kAttachmentBytesMax = 1 << 20;  // of one file
inline constexpr int kCorrectionDaysDefault = 14;        // when the call does not say

struct BudgetItem {
  std::string category, description;
  int64_t amount_yen = 0;
  bool eligible = false;
};

struct ScheduleItem {
  std::string start_date, end_date, title;
};

struct SupportWished {
  bool cost = false, field = false, monitors = false, deregulation = false, matching = false,
       publicity = false;
  bool Any() const { return cost || field || monitors || deregulation || matching || publicity; }
};

struct ProposalContent {
  std::string title, section, summary, problem, technology, novelty, plan, place, start_date, end_date;
  std::vector<ScheduleItem> schedule;
  std::string team;
  SupportWished support;
  int64_t monitors_wished = 0;
  int64_t requested_yen = 0;
  std::vector<BudgetItem> budget;
  int64_t own_money_yen = 0, other_income_yen = 0;
  std::string expected_effect, indicator, risks, implementation_plan, other_grants;
  bool pledge = false;
};

struct AttachmentInfo {
  std::string id, file_name, media_type;
  int64_t size_bytes = 0;
  std::string sha256;
  absl::Time created_at;
};

// What intake needs to know of a published call.
struct CallTerms {
  std::string id;
  std::vector<std::string> sections;  // empty: any section
  absl::Time open_at, close_at;       // [open, close)
  bool closed = false;                // closed for good, perhaps before close_at
  int64_t cap_yen = 0;                // 0: no upper limit
  std::string trial_start_date, trial_end_date;
  int64_t correction_days = 0;
};

// OK when a first submission may arrive at `now`; NOT_YET_OPEN or TOO_LATE otherwise. A proposal that arrives
// at the very instant of closing is too late.
absl::Status CheckWindow(const CallTerms& call, absl::Time now);

// Everything that is missing from or wrong in a proposal that is to be submitted, as fields "content.…";
// empty when complete.
std::vector<FieldFault> FindFaults(const ProposalContent& content, const CallTerms& call);

// The end of the last day for a correction that is demanded at `now`: the day of the demand is not counted,
// the last day counts whole (Civil Code, 民法, art. 140 and 141), by the calendar of Tokyo.
absl::Time CorrectionDue(absl::Time now, int64_t correction_days);

// Two titles are the same when they differ in spaces and full-width ASCII only.
std::string NormaliseTitle(const std::string& title);

// JSON both ways; keys are sorted, so that equal contents give equal text.
nlohmann::json ToJson(const ProposalContent& content);
ProposalContent ContentFromJson(const nlohmann::json& json);
nlohmann::json ToJson(const AttachmentInfo& attachment);
AttachmentInfo AttachmentFromJson(const nlohmann::json& json);

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_DOMAIN_PROPOSAL_H_
