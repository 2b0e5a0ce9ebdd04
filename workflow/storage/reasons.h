// The refusals of the storage component.
#ifndef JISSHO_WORKFLOW_STORAGE_REASONS_H_
#define JISSHO_WORKFLOW_STORAGE_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::storage {

inline constexpr Reason kStorageRetry{
    "STORAGE_RETRY", absl::StatusCode::kAborted,
    "データベースの競合または切断のため処理を取り消しました。同じ要求をもう一度送ってください。",
    "The database rolled the transaction back (conflict or lost connection); send the same request again. "
    "{detail}"};

inline constexpr Reason kCommitUnknown{
    "COMMIT_UNKNOWN", absl::StatusCode::kUnknown,
    "確定の途中で接続が切れ、記録されたかどうか分かりません。同じ要求番号で照会してください。",
    "The connection was lost while committing; whether the change was stored is unknown. Ask again with the "
    "same "
    "request id. {detail}"};

inline constexpr Reason kStorageDuplicate{"STORAGE_DUPLICATE", absl::StatusCode::kAlreadyExists,
                                          "同じキーの記録がすでにあります。",
                                          "A record with the same unique key exists already. {detail}"};

inline constexpr Reason kStorageConstraint{"STORAGE_CONSTRAINT", absl::StatusCode::kFailedPrecondition,
                                           "データベースの制約に反するため記録できません。",
                                           "The change violates a constraint of the database. {detail}"};

inline constexpr Reason kStorageFull{
    "STORAGE_FULL", absl::StatusCode::kUnavailable,
    "データベースの空き容量が足りず、記録できません。管理者が空きを作った後、同じ要求をもう一度送ってください"
    "。",
    "The database has no room left; send the same request again once the administrator has made some. "
    "{detail}"};

inline constexpr Reason kStorageFailed{"STORAGE_FAILED", absl::StatusCode::kInternal,
                                       "データベースの処理に失敗しました。管理者に連絡してください。",
                                       "The database refused a statement; tell the administrator. {detail}"};

inline constexpr Reason kPoolExhausted{
    "STORAGE_POOL_EXHAUSTED", absl::StatusCode::kResourceExhausted,
    "データベース接続がすべて使用中です。しばらく待ってからやり直してください。",
    "All {sessions} database sessions are in use; try again later."};

inline constexpr Reason kDsnInvalid{"STORAGE_DSN_INVALID", absl::StatusCode::kInvalidArgument,
                                    "データベースの接続先の書き方が正しくありません: {detail}",
                                    "The database address (dsn) is not valid: {detail}"};

inline constexpr Reason kSchemaMismatch{
    "SCHEMA_MISMATCH", absl::StatusCode::kFailedPrecondition,
    "データベースの構成がこのプログラムと合いません（{component} の {version} 版）。",
    "The database's schema does not fit this program: {component} version {version}: {detail}"};

inline constexpr Reason kMigrationStopped{
    "SCHEMA_MIGRATION_STOPPED", absl::StatusCode::kFailedPrecondition,
    "データベースの移行が途中で止まりました（{component} の {version} 版、{done}/{total} "
    "文まで完了）。原因を除いてから再実行すると続きから行います。",
    "The migration of {component} to version {version} stopped after {done} of {total} statements. Remove "
    "the cause "
    "and run it again; it goes on from there. {detail}"};

inline constexpr const Reason* kReasons[] = {
    &kStorageRetry,  &kCommitUnknown, &kStorageDuplicate, &kStorageConstraint, &kStorageFull,
    &kStorageFailed, &kPoolExhausted, &kDsnInvalid,       &kSchemaMismatch,    &kMigrationStopped};

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_REASONS_H_
