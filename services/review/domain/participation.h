// Who may take part: interests, missing sheets, who sees whose scores, quorum and minutes of a meeting. Pure.
//
// The model of an interest is that of the Local Autonomy Act (地方自治法) arts. 117 and 199-2: nobody takes
// part in a matter of his own, of close relatives, or of a business in which he is directly interested.
#ifndef JISSHO_SERVICES_REVIEW_DOMAIN_PARTICIPATION_H_
#define JISSHO_SERVICES_REVIEW_DOMAIN_PARTICIPATION_H_

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "workflow/base/error.h"

namespace jissho::review {

enum class InterestKind { kNone, kRelated, kUnsure };

enum class SheetKind { kScored, kAbstained, kVoided };

// PERMISSION_DENIED (INTEREST_DECLARED) or FAILED_PRECONDITION (INTEREST_NOT_DECLARED, SCORES_VOIDED) unless
// the seat declared that it has no interest in the entry. `sheet` is what the seat has handed in so far.
absl::Status CheckMayScore(const std::string& case_id, std::optional<InterestKind> interest,
                           std::optional<SheetKind> sheet);

// (case, seat): what one of the two has to do with the other.
using CaseSeat = std::pair<std::string, std::string>;

// FAILED_PRECONDITION (SCORES_MISSING), naming the first ones, unless every seat scored, abstained from, or
// is related to every entry. `done` holds sheets of any kind, `related` the declared interests.
absl::Status CheckComplete(const std::vector<std::string>& case_ids, const std::vector<std::string>& seat_ids,
                           const std::set<CaseSeat>& done, const std::set<CaseSeat>& related);

// A reader of score sheets and what he has to do with the entry of a sheet.
struct Reader {
  bool is_office = false;  // secretariat, manager, mayor, auditor, the system
  bool is_chair = false;
  std::string seat_id;  // of this board; empty for the office
  bool is_related = false;
  bool has_scored = false;  // his own sheet for the entry and stage is in
};

// One's own sheet always; those of others never to the related, and to a reviewer only when he has scored
// himself and the stage is closed. A chair need not wait for the close.
bool MaySeeSheet(const Reader& reader, const std::string& seat_of_sheet, bool stage_closed);

// What the secretariat says about attendance.
struct Attendance {
  std::vector<std::string> present;
  std::vector<std::string> absent;
  std::set<CaseSeat> recusals;
};

// INVALID_ARGUMENT (FIELD_INVALID) unless present and absent together name every seat exactly once;
// FAILED_PRECONDITION (QUORUM_NOT_MET) with fewer present than the quorum (定足数); FAILED_PRECONDITION
// (RECUSAL_MISSING) when a present and related member is not recorded as having left.
// A recused member counts toward the quorum of the meeting: it is the meeting that is valid, not the item.
absl::Status CheckMeeting(const Attendance& attendance, const std::vector<std::string>& seat_ids,
                          int64_t quorum, const std::set<CaseSeat>& related);

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_DOMAIN_PARTICIPATION_H_
