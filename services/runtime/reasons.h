// The refusals of the runtime: what a call can meet before it reaches a service, and on its way to another
// one.
#ifndef JISSHO_SERVICES_RUNTIME_REASONS_H_
#define JISSHO_SERVICES_RUNTIME_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::runtime {

inline constexpr Reason kTokenMissing{
    "TOKEN_MISSING", absl::StatusCode::kUnauthenticated,
    "認証トークンがありません。authorization に「Bearer トークン」を付けてください。",
    "No token; send metadata authorization: Bearer TOKEN."};
inline constexpr Reason kTokenInvalid{"TOKEN_INVALID", absl::StatusCode::kUnauthenticated,
                                      "認証トークンが正しくありません。発行し直してください。",
                                      "The token is not acceptable; get a new one."};
inline constexpr Reason kTokenExpired{"TOKEN_EXPIRED", absl::StatusCode::kUnauthenticated,
                                      "認証トークンの有効期限が切れています。発行し直してください。",
                                      "The token has expired; get a new one."};
inline constexpr Reason kRoleNotAllowed{"ROLE_NOT_ALLOWED", absl::StatusCode::kPermissionDenied,
                                        "この操作に必要な役割がありません（必要な役割: {roles}）。",
                                        "This method needs one of the roles: {roles}."};
inline constexpr Reason kMethodUnknown{"METHOD_UNKNOWN", absl::StatusCode::kUnimplemented,
                                       "このサーバーにはその操作がありません: {method}",
                                       "This server does not offer the method {method}."};
inline constexpr Reason kDevelopmentOnly{"DEVELOPMENT_ONLY", absl::StatusCode::kPermissionDenied,
                                         "この操作は開発用サーバーでのみ使えます。",
                                         "This method exists only on a development server."};
inline constexpr Reason kServerBusy{"SERVER_BUSY", absl::StatusCode::kResourceExhausted,
                                    "サーバーが混み合っています。しばらく待ってからやり直してください。",
                                    "The server is at its limit of waiting calls; try again later."};
inline constexpr Reason kShuttingDown{"SHUTTING_DOWN", absl::StatusCode::kUnavailable,
                                      "サーバーは停止の準備中です。少し待ってからやり直してください。",
                                      "The server is shutting down; try again shortly."};
inline constexpr Reason kDeadlinePassed{
    "DEADLINE_PASSED", absl::StatusCode::kDeadlineExceeded,
    "時間内に処理できませんでした。同じ request_id でやり直してください。",
    "The call's time ran out before it was begun; repeat it with the same request_id."};
inline constexpr Reason kRequestMalformed{
    "REQUEST_MALFORMED", absl::StatusCode::kInvalidArgument,
    "要求を読み取れません。クライアントの版を確かめてください。",
    "The request cannot be decoded as {type}; check the client's version."};
inline constexpr Reason kEtagMismatch{
    "ETAG_MISMATCH", absl::StatusCode::kAborted,
    "ほかの人が先に変更しました。読み直してからやり直してください。",
    "The resource has changed since it was read; read it again and repeat."};
inline constexpr Reason kEtagMissing{"ETAG_MISSING", absl::StatusCode::kInvalidArgument,
                                     "etag がありません。読み取った etag を付けてください。",
                                     "The etag is missing; send the one that was read."};
inline constexpr Reason kPageTokenInvalid{
    "PAGE_TOKEN_INVALID", absl::StatusCode::kInvalidArgument,
    "page_token が正しくないか、ほかの条件の一覧のものです。最初から読み直してください。",
    "The page_token is not valid for these arguments; list from the start."};
inline constexpr Reason kPeerUnavailable{
    "PEER_UNAVAILABLE", absl::StatusCode::kUnavailable,
    "サービス {service} に接続できません。しばらく待ってからやり直してください。",
    "The service {service} cannot be reached; try again later."};
inline constexpr Reason kPeerUnknown{
    "PEER_UNKNOWN", absl::StatusCode::kFailedPrecondition,
    "サービス {service} の接続先が設定されていません。設定の peers を確かめてください。",
    "No address is configured for the service {service}; see the setting peers."};
inline constexpr Reason kServiceNotHere{"SERVICE_NOT_HERE", absl::StatusCode::kNotFound,
                                        "このサーバーではサービス {service} は動いていません。",
                                        "The service {service} does not run in this process."};
inline constexpr Reason kChartVersionNotFound{
    "CHART_VERSION_NOT_FOUND", absl::StatusCode::kNotFound,
    "手続の定義 {id} は見つかりません。版の一覧を確かめてください。",
    "There is no chart or version {id}; see the list of versions."};
inline constexpr Reason kInternal{
    "INTERNAL", absl::StatusCode::kInternal,
    "内部エラーが起きました。管理者に照会番号 {reference} を伝えてください。",
    "An internal error occurred; give the administrator the reference {reference}."};
inline constexpr Reason kClockBackwards{"CLOCK_BACKWARDS", absl::StatusCode::kFailedPrecondition,
                                        "暦を過去へ戻すことはできません（現在 {now}）。",
                                        "The calendar cannot go backwards; it is {now}."};
inline constexpr Reason kClockNotVirtual{
    "CLOCK_NOT_VIRTUAL", absl::StatusCode::kFailedPrecondition,
    "このサーバーは実際の暦で動いています。start_time を設定すると暦を進められます。",
    "This server runs on the real calendar; set start_time to have one that moves."};
inline constexpr Reason kClockUnsettled{
    "CLOCK_UNSETTLED", absl::StatusCode::kDeadlineExceeded,
    "時間内に処理が落ち着きませんでした。もう一度呼び出すと続きから進みます。",
    "The work did not come to rest in time; call again to go on."};
inline constexpr Reason kRoleUnknown{"ROLE_UNKNOWN", absl::StatusCode::kInvalidArgument,
                                     "そのような役割はありません: {role}", "There is no such role: {role}"};
inline constexpr Reason kConfigInvalid{"CONFIG_INVALID", absl::StatusCode::kInvalidArgument,
                                       "設定が正しくありません: {detail}",
                                       "The configuration is not valid: {detail}"};
inline constexpr Reason kRolesDisagree{
    "ROLES_DISAGREE", absl::StatusCode::kFailedPrecondition,
    "操作と手続の定義で役割が合いません。protoのrolesとfires、または手続の図のjissho:roleを直してください。"
    "{faults_ja}",
    "Methods and charts disagree about who may do what; correct roles and fires in the protos, or "
    "jissho:role "
    "in the charts.{faults_en}"};
inline constexpr Reason kKeyFileInvalid{"KEY_FILE_INVALID", absl::StatusCode::kFailedPrecondition,
                                        "鍵ファイル {path} を使えません: {detail}",
                                        "The key file {path} cannot be used: {detail}"};

inline constexpr const Reason* kReasons[] = {
    &kTokenMissing,    &kTokenInvalid,  &kTokenExpired,     &kRoleNotAllowed,       &kMethodUnknown,
    &kDevelopmentOnly, &kServerBusy,    &kShuttingDown,     &kDeadlinePassed,       &kRequestMalformed,
    &kEtagMismatch,    &kEtagMissing,   &kPageTokenInvalid, &kPeerUnavailable,      &kPeerUnknown,
    &kServiceNotHere,  &kInternal,      &kClockBackwards,   &kClockNotVirtual,      &kClockUnsettled,
    &kRoleUnknown,     &kConfigInvalid, &kKeyFileInvalid,   &kChartVersionNotFound, &kRolesDisagree,
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_REASONS_H_
