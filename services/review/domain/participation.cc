#include "services/review/domain/participation.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/review/reasons.h"
#include "workflow/base/test_hooks.h"

namespace jissho::review {
namespace {

constexpr size_t kNamedAtMost = 10;

std::string Name(const std::vector<CaseSeat>& pairs) {
  std::vector<std::string> texts;
  for (const auto& [case_id, seat_id] : pairs) {
    if (texts.size() == kNamedAtMost) {
      texts.push_back("…");
      break;
    }
    texts.push_back(absl::StrCat(case_id, "/", seat_id));
  }
  return absl::StrJoin(texts, ", ");
}

std::vector<FieldFault> CheckCover(const Attendance& attendance, const std::vector<std::string>& seat_ids) {
  std::vector<FieldFault> faults;
  std::map<std::string, int> named;
  const auto count = [&](const std::vector<std::string>& ids, absl::string_view field) {
    for (size_t i = 0; i < ids.size(); ++i) {
      const std::string path = absl::StrCat(field, "[", i, "]");
      if (std::find(seat_ids.begin(), seat_ids.end(), ids[i]) == seat_ids.end()) {
        faults.push_back({path, "この審査会の席ではありません。", "is not a seat of this board."});
      } else if (++named[ids[i]] > 1) {
        faults.push_back({path, "席が重なっています。", "names a seat twice."});
      }
    }
  };
  count(attendance.present, "present_seat_ids");
  count(attendance.absent, "absent_seat_ids");
  for (const std::string& seat : seat_ids) {
    if (named[seat] > 0) continue;
    faults.push_back({"absent_seat_ids", absl::StrCat("席 ", seat, " の出欠がありません。"),
                      absl::StrCat("seat ", seat, " is neither present nor absent.")});
  }
  return faults;
}

}  // namespace

absl::Status CheckMayScore(const std::string& case_id, std::optional<InterestKind> interest,
                           std::optional<SheetKind> sheet) {
  if (sheet == SheetKind::kVoided) return MakeError(kScoresVoided);
  if (interest == InterestKind::kRelated && !IsPlanted(Bug::kInterestNotChecked))
    return MakeError(kInterestDeclared, {{"case_id", case_id}});
  if (interest != InterestKind::kNone) return MakeError(kInterestNotDeclared, {{"case_id", case_id}});
  return absl::OkStatus();
}

absl::Status CheckComplete(const std::vector<std::string>& case_ids, const std::vector<std::string>& seat_ids,
                           const std::set<CaseSeat>& done, const std::set<CaseSeat>& related) {
  std::vector<CaseSeat> missing;
  for (const std::string& case_id : case_ids) {
    for (const std::string& seat_id : seat_ids) {
      const CaseSeat pair(case_id, seat_id);
      if (!done.contains(pair) && !related.contains(pair)) missing.push_back(pair);
    }
  }
  if (missing.empty()) return absl::OkStatus();
  return MakeError(kScoresMissing, {{"count", absl::StrCat(missing.size())}, {"missing", Name(missing)}});
}

bool MaySeeSheet(const Reader& reader, const std::string& seat_of_sheet, bool stage_closed) {
  if (reader.is_office) return true;
  if (reader.seat_id.empty()) return false;
  if (reader.seat_id == seat_of_sheet) return true;
  if (reader.is_related || !reader.has_scored) return false;
  return stage_closed || reader.is_chair;
}

absl::Status CheckMeeting(const Attendance& attendance, const std::vector<std::string>& seat_ids,
                          int64_t quorum, const std::set<CaseSeat>& related) {
  const auto faults = CheckCover(attendance, seat_ids);
  if (!faults.empty()) return MakeFieldError(faults);
  if (static_cast<int64_t>(attendance.present.size()) < quorum) {
    return MakeError(kQuorumNotMet, {{"present", absl::StrCat(attendance.present.size())},
                                     {"quorum", absl::StrCat(quorum)}});
  }
  std::vector<CaseSeat> missing;
  for (const CaseSeat& pair : related) {
    const bool present = std::find(attendance.present.begin(), attendance.present.end(), pair.second) !=
                         attendance.present.end();
    if (present && !attendance.recusals.contains(pair)) missing.push_back(pair);
  }
  if (!missing.empty()) return MakeError(kRecusalMissing, {{"missing", Name(missing)}});
  return absl::OkStatus();
}

}  // namespace jissho::review
