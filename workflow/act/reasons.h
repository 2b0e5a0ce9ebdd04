// What the act executor refuses.
#ifndef JISSHO_WORKFLOW_ACT_REASONS_H_
#define JISSHO_WORKFLOW_ACT_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::act {

inline constexpr Reason kStateNotAllowed{
    "STATE_NOT_ALLOWED", absl::StatusCode::kFailedPrecondition,
    "現在の状態（{state}）では「{event}」はできません。できること：{allowed}。",
    "'{event}' is not possible in the present state ({state}). Possible now: {allowed}."};
inline constexpr Reason kRoleRequired{"ROLE_REQUIRED", absl::StatusCode::kPermissionDenied,
                                      "「{event}」には役割（{roles}）が必要です。担当者に依頼してください。",
                                      "'{event}' needs one of the roles {roles}; ask someone who holds it."};
inline constexpr Reason kFourEyes{
    "FOUR_EYES", absl::StatusCode::kPermissionDenied,
    "「{event}」は、先に「{earlier}」を行った人とは別の人が行う必要があります。",
    "'{event}' must be done by another person than the one who did '{earlier}'."};
inline constexpr Reason kNotOwnOrganisation{"NOT_OWN_ORGANISATION", absl::StatusCode::kPermissionDenied,
                                            "自団体の案件だけを扱えます。",
                                            "Only cases of your own organisation."};
inline constexpr Reason kReasonRequired{"REASON_REQUIRED", absl::StatusCode::kInvalidArgument,
                                        "「{event}」には理由の記入が必要です。", "'{event}' needs a reason."};
inline constexpr Reason kChartError{"CHART_ERROR", absl::StatusCode::kFailedPrecondition,
                                    "手続の定義の実行に失敗しました（{detail}）。管理者に連絡してください。",
                                    "The procedure's definition failed ({detail}); tell the administrator."};
inline constexpr Reason kInstanceNotFound{"INSTANCE_NOT_FOUND", absl::StatusCode::kNotFound,
                                          "手続 {id} は見つかりません。", "There is no instance {id}."};
inline constexpr Reason kInstanceNotBegun{
    "INSTANCE_NOT_BEGUN", absl::StatusCode::kNotFound,
    "手続 {id} はその時点ではまだ始まっていません。後の日時を指定してください。",
    "Instance {id} had not begun at that time; name a later one."};
inline constexpr Reason kChartUnknown{"CHART_UNKNOWN", absl::StatusCode::kInternal,
                                      "手続の定義 {id} がありません。", "There is no chart {id}."};
inline constexpr Reason kActionUnknown{"ACTION_UNKNOWN", absl::StatusCode::kInternal,
                                       "処理 {action} がありません。", "There is no action {action}."};
inline constexpr Reason kRequestIdReused{
    "REQUEST_ID_REUSED", absl::StatusCode::kInvalidArgument,
    "同じ request_id が別の内容で使われています。新しい request_id を付けてください。",
    "This request_id was used for a different request; use a new one."};
inline constexpr Reason kVersionConflict{"VERSION_CONFLICT", absl::StatusCode::kAborted,
                                         "他の人が先に変更しました。最新の内容を確認してやり直してください。",
                                         "Someone else changed it first; read it again and retry."};
inline constexpr Reason kRangeReadNotAllowed{"RANGE_READ_NOT_ALLOWED", absl::StatusCode::kInternal,
                                             "内部エラー：この処理では一覧の読み取りはできません。",
                                             "Internal: a range read needs an act that runs alone."};
inline constexpr Reason kQueueFull{"QUEUE_FULL", absl::StatusCode::kResourceExhausted,
                                   "混み合っています。少し待ってからやり直してください。",
                                   "The server is busy; wait a moment and retry."};
inline constexpr Reason kStopping{"STOPPING", absl::StatusCode::kUnavailable,
                                  "サーバーは停止中です。少し待ってからやり直してください。",
                                  "The server is stopping; wait a moment and retry."};
inline constexpr Reason kExpired{"EXPIRED", absl::StatusCode::kDeadlineExceeded,
                                 "時間内に処理を始められませんでした。やり直してください。",
                                 "The deadline passed before the act could begin; retry."};
inline constexpr Reason kEventOutOfOrder{"EVENT_OUT_OF_ORDER", absl::StatusCode::kFailedPrecondition,
                                         "順序が飛んでいます（{expected} を待っています）。",
                                         "The event is out of order; {expected} is expected."};
inline constexpr Reason kEventUnknown{"EVENT_UNKNOWN", absl::StatusCode::kUnimplemented,
                                      "このサービスは {type} を受け取りません。",
                                      "This service does not take {type}."};
inline constexpr Reason kFireTooDeep{"FIRE_TOO_DEEP", absl::StatusCode::kInternal,
                                     "内部エラー：手続の連鎖が深すぎます。",
                                     "Internal: events nest too deeply."};
inline constexpr Reason kMigrationNotFound{"MIGRATION_NOT_FOUND", absl::StatusCode::kNotFound,
                                           "移行 {id} は見つかりません。", "There is no migration {id}."};
inline constexpr Reason kMigrationState{
    "MIGRATION_STATE", absl::StatusCode::kFailedPrecondition,
    "移行 {id} は今の状態（{state}）ではこの操作ができません。状態を確かめてください。",
    "Migration {id} is {state}, in which this cannot be done; look at its state."};
inline constexpr Reason kMigrationOwnRequest{
    "MIGRATION_OWN_REQUEST", absl::StatusCode::kPermissionDenied,
    "自分が申請した移行は承認できません。別の人に承認を依頼してください。",
    "A migration is approved by another person than the one who requested it; ask someone else."};
inline constexpr Reason kMigrationNotBegun{
    "MIGRATION_NOT_BEGUN", absl::StatusCode::kFailedPrecondition,
    "手続はまだ始まっていません。始まってから移行を再開してください。",
    "The instance has not begun yet; resume the migration when it has."};
inline constexpr Reason kMigrationTrialTooLong{
    "MIGRATION_TRIAL_TOO_LONG", absl::StatusCode::kDeadlineExceeded,
    "移行の試行が時間内に終わりませんでした。待ち時間を延ばすか、元の版を一つ指定してください。",
    "The trial did not end in time; allow more time, or name one version to move from."};
inline constexpr Reason kInstanceSuspended{
    "INSTANCE_SUSPENDED", absl::StatusCode::kFailedPrecondition,
    "この手続は処理の失敗（{incident}）により停止しています。管理者に復旧（stuck-event retry または "
    "skip）を依頼し、復旧後にやり直してください。",
    "This procedure is suspended by a failed event ({incident}); ask the administrator to repair it "
    "(stuck-event retry or skip), then try again."};
inline constexpr Reason kIncidentNotFound{"INCIDENT_NOT_FOUND", absl::StatusCode::kNotFound,
                                          "停止中の処理 {id} は見つかりません。",
                                          "There is no incident {id}."};
inline constexpr Reason kIncidentClosed{
    "INCIDENT_CLOSED", absl::StatusCode::kFailedPrecondition,
    "この処理はすでに復旧済みです（{state}）。最新の内容を確認してください。",
    "The incident is already closed ({state}); read it again."};
inline constexpr Reason kIncidentNotRequested{
    "INCIDENT_NOT_REQUESTED", absl::StatusCode::kFailedPrecondition,
    "承認を待つ復旧の申請がありません。先に retry または skip を申請してください。",
    "No repair waits for approval; ask for a retry or a skip first."};
inline constexpr Reason kIncidentVariableUnknown{
    "INCIDENT_VARIABLE_UNKNOWN", absl::StatusCode::kInvalidArgument,
    "手続に変数「{name}」はありません。instance get で名前を確認してください。",
    "The procedure has no variable '{name}'; see its data with instance get."};
inline constexpr Reason kIncidentNotCorrectable{
    "INCIDENT_NOT_CORRECTABLE", absl::StatusCode::kInvalidArgument,
    "この処理の内容は訂正できません（{detail}）。訂正なしの retry か skip を選んでください。",
    "This incident takes no such correction ({detail}); retry without it, or skip."};
inline constexpr Reason kEventFailed{"EVENT_FAILED", absl::StatusCode::kInternal,
                                     "処理に失敗しました（{detail}）。", "Processing failed ({detail})."};

inline constexpr const Reason* kReasons[] = {&kStateNotAllowed,
                                             &kRoleRequired,
                                             &kFourEyes,
                                             &kNotOwnOrganisation,
                                             &kReasonRequired,
                                             &kChartError,
                                             &kInstanceNotFound,
                                             &kChartUnknown,
                                             &kActionUnknown,
                                             &kRequestIdReused,
                                             &kVersionConflict,
                                             &kRangeReadNotAllowed,
                                             &kQueueFull,
                                             &kStopping,
                                             &kExpired,
                                             &kEventOutOfOrder,
                                             &kEventUnknown,
                                             &kFireTooDeep,
                                             &kMigrationNotFound,
                                             &kMigrationState,
                                             &kMigrationOwnRequest,
                                             &kMigrationTrialTooLong,
                                             &kMigrationNotBegun,
                                             &kInstanceNotBegun,
                                             &kInstanceSuspended,
                                             &kIncidentNotFound,
                                             &kIncidentClosed,
                                             &kIncidentNotRequested,
                                             &kIncidentVariableUnknown,
                                             &kIncidentNotCorrectable,
                                             &kEventFailed};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_REASONS_H_
