// What the trial service refuses.
#ifndef JISSHO_SERVICES_TRIAL_REASONS_H_
#define JISSHO_SERVICES_TRIAL_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::trial {

inline constexpr Reason kTrialNotFound{"TRIAL_NOT_FOUND", absl::StatusCode::kNotFound,
                                       "実証実験 {id} は見つかりません。番号を確かめてください。",
                                       "There is no trial {id}; check the id."};
inline constexpr Reason kTrialCallUnknown{
    "TRIAL_CALL_UNKNOWN", absl::StatusCode::kFailedPrecondition,
    "公募 {id} の実証期間がまだ届いていません。公募の公表が届いてから処理します。",
    "The dates of the call {id} have not arrived yet; the event is taken when they have."};
inline constexpr Reason kTrialBeforeGrantDecision{
    "TRIAL_BEFORE_GRANT_DECISION", absl::StatusCode::kFailedPrecondition,
    "開始日 {start} が交付決定日 {decision} より前です。交付決定日以後の日を入力してください。",
    "The start {start} lies before the grant decision on {decision}; give that day or a later one."};
inline constexpr Reason kTrialOutsideWindow{
    "TRIAL_OUTSIDE_WINDOW", absl::StatusCode::kInvalidArgument,
    "日付 {date} が公募の実証期間（{first}から{last}まで）の外です。期間内の日を入力してください。",
    "{date} lies outside the call's trial window ({first} to {last}); give a day within it."};
inline constexpr Reason kTrialEndsBeforeStart{
    "TRIAL_ENDS_BEFORE_START", absl::StatusCode::kInvalidArgument,
    "終了日 {end} が開始日 {start} より前です。日付を確かめてください。",
    "The trial ends on {end}, before its start on {start}; check the dates."};
inline constexpr Reason kDateInFuture{
    "TRIAL_DATE_IN_FUTURE", absl::StatusCode::kInvalidArgument,
    "日付 {date} はまだ来ていません。今日（{today}）までの日を入力してください。",
    "{date} has not come yet; give a day up to today ({today})."};
inline constexpr Reason kMilestoneOutsideTrial{
    "MILESTONE_OUTSIDE_TRIAL", absl::StatusCode::kInvalidArgument,
    "節目の期限 {date} が公募の実証期間（{first}から{last}まで）の外です。期間内の日を入力してください。",
    "The milestone's due date {date} lies outside the call's trial window ({first} to {last}); give a day "
    "within it."};
inline constexpr Reason kMilestoneNotFound{
    "MILESTONE_NOT_FOUND", absl::StatusCode::kNotFound,
    "節目 {id} はこの実証実験にありません。一覧で番号を確かめてください。",
    "This trial has no milestone {id}; look its id up."};
inline constexpr Reason kMilestoneAlreadyCompleted{
    "MILESTONE_ALREADY_COMPLETED", absl::StatusCode::kFailedPrecondition,
    "この節目は {date} に達成済みです。新たな記録は不要です。",
    "This milestone was reached on {date}; nothing is left to record."};
inline constexpr Reason kPromiseNotFound{
    "PROMISE_NOT_FOUND", absl::StatusCode::kNotFound,
    "支援 {id} はこの実証実験にありません。一覧で番号を確かめてください。",
    "This trial has no promise {id}; look its id up."};
inline constexpr Reason kPromiseAlreadyClosed{
    "PROMISE_ALREADY_CLOSED", absl::StatusCode::kFailedPrecondition,
    "この支援は実施済み又は取りやめ済みです。続ける場合は新しい支援として記録してください。",
    "This promise is already closed; put further support on record as a new promise."};
inline constexpr Reason kPromiseNoteMissing{
    "PROMISE_NOTE_MISSING", absl::StatusCode::kInvalidArgument,
    "支援を取りやめる理由がありません。follow_up に理由を記入してください。",
    "Say in follow_up why the support is given up."};

inline constexpr const Reason* kReasons[] = {
    &kTrialNotFound,         &kTrialCallUnknown,     &kTrialBeforeGrantDecision,
    &kTrialOutsideWindow,    &kTrialEndsBeforeStart, &kDateInFuture,
    &kMilestoneOutsideTrial, &kMilestoneNotFound,    &kMilestoneAlreadyCompleted,
    &kPromiseNotFound,       &kPromiseAlreadyClosed, &kPromiseNoteMissing,
};

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_REASONS_H_
