// The refusals of the expression language.
//
// The first three are faults of the text and are found when a chart is loaded. The others happen while a
// chart runs; whatever Evaluate or Assign refuses is the W3C's `error.execution`. Metadata: `offset` (byte in
// the expression's text) and the problem itself as `problem_ja`, `problem_en`.
#ifndef JISSHO_WORKFLOW_EXPRESSION_REASONS_H_
#define JISSHO_WORKFLOW_EXPRESSION_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::expression {

inline constexpr Reason kSyntax{"EXPRESSION_SYNTAX", absl::StatusCode::kInvalidArgument,
                                "式の{offset}バイト目に文法の誤りがあります。{problem_ja}",
                                "The expression is malformed at byte {offset}: {problem_en}"};
inline constexpr Reason kNotAllowed{
    "EXPRESSION_NOT_ALLOWED", absl::StatusCode::kInvalidArgument,
    "式の{offset}バイト目の書き方は許されていません。{problem_ja}",
    "The expression uses something not allowed at byte {offset}: {problem_en}"};
inline constexpr Reason kTooLarge{"EXPRESSION_TOO_LARGE", absl::StatusCode::kInvalidArgument,
                                  "式が大きすぎます（{offset}バイト目）。{problem_ja}",
                                  "The expression is too large at byte {offset}: {problem_en}"};
inline constexpr Reason kTypeError{"EXPRESSION_TYPE_ERROR", absl::StatusCode::kFailedPrecondition,
                                   "式の{offset}バイト目で値の種類が合いません。{problem_ja}",
                                   "A value has the wrong type at byte {offset}: {problem_en}"};
inline constexpr Reason kReferenceError{"EXPRESSION_REFERENCE_ERROR", absl::StatusCode::kFailedPrecondition,
                                        "式の{offset}バイト目の名前は宣言されていません。{problem_ja}",
                                        "A name at byte {offset} is not declared: {problem_en}"};
inline constexpr Reason kNotStorable{"EXPRESSION_NOT_STORABLE", absl::StatusCode::kFailedPrecondition,
                                     "式の{offset}バイト目の結果はデータに保存できません。{problem_ja}",
                                     "The result at byte {offset} cannot be stored in data: {problem_en}"};
inline constexpr Reason kResultTooLarge{"EXPRESSION_RESULT_TOO_LARGE", absl::StatusCode::kFailedPrecondition,
                                        "式の{offset}バイト目の結果が大きすぎます。{problem_ja}",
                                        "The result at byte {offset} is too large: {problem_en}"};
inline constexpr Reason kScriptError{"EXPRESSION_SCRIPT_ERROR", absl::StatusCode::kFailedPrecondition,
                                     "スクリプトの実行に失敗しました（{detail}）。図を直してください。",
                                     "The script failed ({detail}); correct the chart."};
inline constexpr Reason kUnstorable{
    "EXPRESSION_UNSTORABLE", absl::StatusCode::kFailedPrecondition,
    "{what} の値（{kind}）はデータに保存できません。JSONで表せる値にしてください。",
    "The value of {what} ({kind}) cannot be stored; make it one that JSON can say."};
inline constexpr Reason kBadEncoding{"EXPRESSION_BAD_ENCODING", absl::StatusCode::kDataLoss,
                                     "保存された値を読めません。保守担当者に連絡してください。",
                                     "A stored value cannot be read; tell the maintainers."};

inline constexpr const Reason* kReasons[] = {&kSyntax,         &kNotAllowed,  &kTooLarge,       &kTypeError,
                                             &kReferenceError, &kNotStorable, &kResultTooLarge, &kBadEncoding,
                                             &kScriptError,    &kUnstorable};

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_REASONS_H_
