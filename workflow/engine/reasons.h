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

inline constexpr const Reason* kReasons[] = {
    &kChartInvalid, &kDataModelUnknown, &kInitialDataUnknown, &kSnapshotMalformed, &kConfigurationIllegal,
    &kFinished,     &kEndless};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_REASONS_H_
