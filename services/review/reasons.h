// The refusals of the review service.
#ifndef JISSHO_SERVICES_REVIEW_REASONS_H_
#define JISSHO_SERVICES_REVIEW_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::review {

inline constexpr Reason kRoundNotFound{"ROUND_NOT_FOUND", absl::StatusCode::kNotFound,
                                       "公募 {id} の審査はありません。公募の番号を確かめてください。",
                                       "There is no review of call {id}; check the call's id."};
inline constexpr Reason kBoardNotFound{"BOARD_NOT_FOUND", absl::StatusCode::kNotFound,
                                       "公募 {id} の審査会がありません。先に審査会を設けてください。",
                                       "Call {id} has no review board; create the board first."};
inline constexpr Reason kBoardExists{"BOARD_EXISTS", absl::StatusCode::kAlreadyExists,
                                     "公募 {id} の審査会はすでにあります。委員は追加で登録してください。",
                                     "Call {id} already has a board; add seats to it."};
inline constexpr Reason kSeatTaken{"SEAT_TAKEN", absl::StatusCode::kAlreadyExists,
                                   "{subject} はすでに委員です。",
                                   "{subject} already has a seat on this board."};
inline constexpr Reason kSeatNotFound{"SEAT_NOT_FOUND", absl::StatusCode::kNotFound,
                                      "席 {id} はこの審査会にありません。",
                                      "Seat {id} is not on this board."};
inline constexpr Reason kChairExists{"CHAIR_EXISTS", absl::StatusCode::kFailedPrecondition,
                                     "委員長はすでに登録されています。委員として登録してください。",
                                     "The board already has a chair; add the person as a reviewer."};
inline constexpr Reason kEntryNotFound{"ENTRY_NOT_FOUND", absl::StatusCode::kNotFound,
                                       "提案 {id} はこの公募の審査にありません。",
                                       "Proposal {id} is not in this call's review."};
inline constexpr Reason kMeetingNotFound{"MEETING_NOT_FOUND", absl::StatusCode::kNotFound,
                                         "審査会の開催記録 {id} がありません。", "There is no meeting {id}."};
inline constexpr Reason kDecisionNotFound{"DECISION_NOT_FOUND", absl::StatusCode::kNotFound,
                                          "公募 {id} の採択案はまだありません。",
                                          "Call {id} has no decision yet."};
inline constexpr Reason kNoSeat{"NO_SEAT", absl::StatusCode::kPermissionDenied,
                                "この公募の審査委員ではありません。事務局に確かめてください。",
                                "You have no seat on this call's board; ask the secretariat."};
inline constexpr Reason kNotChair{"NOT_CHAIR", absl::StatusCode::kPermissionDenied,
                                  "この公募の委員長だけができます。",
                                  "Only the chair of this call's board may do this."};
inline constexpr Reason kInterestDeclared{
    "INTEREST_DECLARED", absl::StatusCode::kPermissionDenied,
    "提案 {case_id} について利害関係を申告しているため、採点できません。",
    "You declared an interest in proposal {case_id} and cannot score it."};
inline constexpr Reason kInterestNotDeclared{
    "INTEREST_NOT_DECLARED", absl::StatusCode::kFailedPrecondition,
    "提案 {case_id} "
    "について、先に利益相反がないことを申告してください（確認中の場合は事務局に相談してください）。",
    "First declare that you have no interest in proposal {case_id}; if unsure, clarify it with the "
    "secretariat."};
inline constexpr Reason kScoresAlreadySubmitted{
    "SCORES_ALREADY_SUBMITTED", absl::StatusCode::kFailedPrecondition,
    "すでに採点した提案の申告は変えられません。利害関係が判明した場合は管理職に採点の無効を求めてください。",
    "You have scored this proposal; ask a manager to void the scores when an interest came to light."};
inline constexpr Reason kScoresVoided{"SCORES_VOIDED", absl::StatusCode::kFailedPrecondition,
                                      "この採点は無効とされたため、直せません。",
                                      "These scores were voided and cannot be submitted again."};
inline constexpr Reason kStageNotOpen{"STAGE_NOT_OPEN", absl::StatusCode::kFailedPrecondition,
                                      "この段階の審査は行われていません。採点は締めの前に限ります。",
                                      "This stage is not open; scores can be changed only before it closes."};
inline constexpr Reason kCallNotClosed{"CALL_NOT_CLOSED", absl::StatusCode::kFailedPrecondition,
                                       "公募の締切前です。締切の後に始めてください。",
                                       "The call is still open; start after it has closed."};
inline constexpr Reason kBoardIncomplete{
    "BOARD_INCOMPLETE", absl::StatusCode::kFailedPrecondition,
    "審査会には委員長1名と定足数 {quorum} 名以上の委員が必要です（現在 {seats} 名）。",
    "The board needs one chair and at least {quorum} seats (now {seats})."};
inline constexpr Reason kEntriesIncomplete{
    "ENTRIES_INCOMPLETE", absl::StatusCode::kFailedPrecondition,
    "受理した提案 {expected} 件のうち {present} 件が審査に届いています。残りの形式審査を終えてください。",
    "{present} of {expected} accepted proposals are in the review; finish the formal check of the others."};
inline constexpr Reason kScoresMissing{
    "SCORES_MISSING", absl::StatusCode::kFailedPrecondition,
    "未提出の採点が {count} 件あります（{missing}）。採点、棄権または利害関係の申告をそろえてください。",
    "{count} score sheets are missing ({missing}); each seat must score, abstain or declare an interest."};
inline constexpr Reason kEntryUnscored{
    "ENTRY_UNSCORED", absl::StatusCode::kFailedPrecondition,
    "提案 {case_id} を採点できる委員がいません。審査会の体制を見直してください。",
    "No seat scored proposal {case_id}; the board cannot rank it."};
inline constexpr Reason kQuorumNotMet{
    "QUORUM_NOT_MET", absl::StatusCode::kFailedPrecondition,
    "出席 {present} 名では定足数 {quorum} 名に足りません。会議は成立しません。",
    "{present} present is below the quorum of {quorum}; the meeting is not valid."};
inline constexpr Reason kRecusalMissing{
    "RECUSAL_MISSING", absl::StatusCode::kFailedPrecondition,
    "利害関係を申告した出席委員の退席が記録されていません（{missing}）。",
    "Present members with a declared interest are not recorded as having left ({missing})."};
inline constexpr Reason kMinutesNotApproved{
    "MINUTES_NOT_APPROVED", absl::StatusCode::kFailedPrecondition,
    "二次審査の会議の議事録が承認されていません。委員長の承認の後に起案してください。",
    "The second review has no meeting with approved minutes; let the chair approve them first."};
inline constexpr Reason kTieUnresolved{
    "TIE_UNRESOLVED", absl::StatusCode::kFailedPrecondition,
    "同点の提案があります（{groups}）。委員長が順序と理由を示してください。",
    "Proposals are still tied ({groups}); the chair must give their order and the reason."};
inline constexpr Reason kNotRanked{"NOT_RANKED", absl::StatusCode::kFailedPrecondition,
                                   "この段階の順位はまだ確定していません。",
                                   "This stage has not been ranked yet."};
inline constexpr Reason kReleaseTooEarly{"RELEASE_TOO_EARLY", absl::StatusCode::kFailedPrecondition,
                                         "結果の通知は {date} からです。",
                                         "Decisions may be released from {date}."};
inline constexpr Reason kNoVacancy{"NO_VACANCY", absl::StatusCode::kFailedPrecondition,
                                   "辞退がないため、繰り上げる枠がありません。",
                                   "Nobody declined, so there is no place for a runner-up."};
inline constexpr Reason kNoReserve{"NO_RESERVE", absl::StatusCode::kFailedPrecondition,
                                   "補欠の提案がありません。", "There is no runner-up left."};
inline constexpr Reason kReserveOrder{"RESERVE_ORDER", absl::StatusCode::kFailedPrecondition,
                                      "次に繰り上げる補欠は {next} です。順位に従ってください。",
                                      "The next runner-up is {next}; keep the order."};
inline constexpr Reason kReserveExpired{"RESERVE_EXPIRED", absl::StatusCode::kFailedPrecondition,
                                        "補欠の有効期限 {date} を過ぎています。",
                                        "Runners-up could be promoted until {date} only."};
inline constexpr Reason kBudgetInsufficient{
    "BUDGET_INSUFFICIENT", absl::StatusCode::kFailedPrecondition,
    "内示額 {offered} 円は残りの予算 {free} 円を超えます。{free} 円以下にしてください。",
    "The offer of {offered} yen exceeds the {free} yen that are free; offer at most that."};

inline constexpr const Reason* kReasons[] = {&kRoundNotFound,
                                             &kBoardNotFound,
                                             &kBoardExists,
                                             &kSeatTaken,
                                             &kSeatNotFound,
                                             &kChairExists,
                                             &kEntryNotFound,
                                             &kMeetingNotFound,
                                             &kDecisionNotFound,
                                             &kNoSeat,
                                             &kNotChair,
                                             &kInterestDeclared,
                                             &kInterestNotDeclared,
                                             &kScoresAlreadySubmitted,
                                             &kScoresVoided,
                                             &kStageNotOpen,
                                             &kCallNotClosed,
                                             &kBoardIncomplete,
                                             &kEntriesIncomplete,
                                             &kScoresMissing,
                                             &kEntryUnscored,
                                             &kQuorumNotMet,
                                             &kRecusalMissing,
                                             &kMinutesNotApproved,
                                             &kTieUnresolved,
                                             &kNotRanked,
                                             &kReleaseTooEarly,
                                             &kNoVacancy,
                                             &kNoReserve,
                                             &kReserveOrder,
                                             &kReserveExpired,
                                             &kBudgetInsufficient};

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_REASONS_H_
