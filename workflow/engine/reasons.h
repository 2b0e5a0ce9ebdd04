// What the engine can refuse.
#ifndef JISSHO_WORKFLOW_ENGINE_REASONS_H_
#define JISSHO_WORKFLOW_ENGINE_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::engine {

inline constexpr Reason kChartInvalid{
    "ENGINE_CHART_INVALID", absl::StatusCode::kInvalidArgument,
    "状態遷移図に誤りがあります({line}行{column}列: {code})。検査の指摘をすべて直してください。",
    "The chart has faults (line {line}, column {column}: {code}); correct all that validation reports."};
inline constexpr Reason kDataModelUnknown{
    "ENGINE_DATA_MODEL_UNKNOWN", absl::StatusCode::kInvalidArgument,
    "データモデル{name}は使えません。ecmascriptかnullを指定してください。",
    "The data model {name} is not available; name ecmascript or null."};
inline constexpr Reason kInitialDataUnknown{
    "ENGINE_INITIAL_DATA_UNKNOWN", absl::StatusCode::kInvalidArgument,
    "初期データ{id}は状態遷移図にありません。図の宣言に合わせてください。",
    "The chart declares no data {id}; give only what it declares."};
inline constexpr Reason kSnapshotMalformed{
    "ENGINE_SNAPSHOT_MALFORMED", absl::StatusCode::kDataLoss,
    "保存された状態を読めません({detail})。管理者に連絡してください。",
    "The stored state cannot be read ({detail}); tell the administrator."};
inline constexpr Reason kConfigurationIllegal{
    "ENGINE_CONFIGURATION_ILLEGAL", absl::StatusCode::kFailedPrecondition,
    "状態の組み合わせが図に合いません({detail})。版の移行計画を確かめてください。",
    "The states do not form a legal configuration of the chart ({detail}); check the migration plan."};
inline constexpr Reason kFinished{"ENGINE_FINISHED", absl::StatusCode::kFailedPrecondition,
                                  "この手続きは終了しています。イベントは受け付けられません。",
                                  "The instance has finished and takes no more events."};
inline constexpr Reason kEndless{
    "ENGINE_ENDLESS", absl::StatusCode::kFailedPrecondition,
    "一つのイベントの処理が終わりません(上限{limit})。状態遷移図の繰り返しを直してください。",
    "One event leads to more than {limit} steps; correct the loop in the chart."};

inline constexpr Reason kMigrationStateUnmapped{
    "MIGRATION_STATE_UNMAPPED", absl::StatusCode::kFailedPrecondition,
    "状態{state}の移行先が計画にありません。計画に書くか、先に手続を進めてください。",
    "The plan does not say what state {state} becomes; add it, or let the instance go on first."};
inline constexpr Reason kMigrationHistoryIllegal{
    "MIGRATION_HISTORY_ILLEGAL", absl::StatusCode::kFailedPrecondition,
    "履歴{history}が覚えている状態{state}は新しい版では戻れません。対応を計画に書いてください。",
    "The history {history} remembers {state}, to which the new version cannot return; map it in the plan."};
inline constexpr Reason kMigrationExpressionFailed{
    "MIGRATION_EXPRESSION_FAILED", absl::StatusCode::kFailedPrecondition,
    "変数{variable}の値を計算できません({detail})。計画の式を直してください。",
    "The value of {variable} cannot be computed ({detail}); correct the plan's expression."};
inline constexpr Reason kMigrationTimerTaken{"MIGRATION_TIMER_TAKEN", absl::StatusCode::kFailedPrecondition,
                                             "タイマー{timer}が二つになります。計画の対応を直してください。",
                                             "Two timers would be called {timer}; correct the plan."};
inline constexpr Reason kMigrationTimerUnheard{
    "MIGRATION_TIMER_UNHEARD", absl::StatusCode::kFailedPrecondition,
    "待っているタイマーの事象{event}を新しい版は受け取りません。取り消すと計画に書いてください。",
    "The new version hears the pending timer's event {event} nowhere; let the plan cancel it."};
inline constexpr Reason kMigrationChildUnmapped{
    "MIGRATION_CHILD_UNMAPPED", absl::StatusCode::kFailedPrecondition,
    "状態{state}が呼び出した手続は新しい版では続けられません。対応を計画に書いてください。",
    "What state {state} has invoked cannot go on in the new version; map it in the plan."};

inline constexpr const Reason* kReasons[] = {&kChartInvalid,
                                             &kDataModelUnknown,
                                             &kInitialDataUnknown,
                                             &kSnapshotMalformed,
                                             &kConfigurationIllegal,
                                             &kFinished,
                                             &kEndless,
                                             &kMigrationStateUnmapped,
                                             &kMigrationHistoryIllegal,
                                             &kMigrationExpressionFailed,
                                             &kMigrationTimerTaken,
                                             &kMigrationTimerUnheard,
                                             &kMigrationChildUnmapped};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_REASONS_H_
