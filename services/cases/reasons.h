// What the cases service refuses.
#ifndef JISSHO_SERVICES_CASES_REASONS_H_
#define JISSHO_SERVICES_CASES_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::cases {

inline constexpr Reason kCaseNotFound{"CASE_NOT_FOUND", absl::StatusCode::kNotFound,
                                      "案件 {id} は見つかりません。番号を確かめてください。",
                                      "There is no case {id}; check the id."};
inline constexpr Reason kCaseNotEnded{
    "CASE_NOT_ENDED", absl::StatusCode::kFailedPrecondition,
    "案件はまだ終わっていません（現在 {state}）。実証と精算が済んでから完結してください。",
    "The case has not come to its end (it is {state}); close it when trial and settlement are over."};
inline constexpr Reason kImportContradictory{
    "IMPORT_CONTRADICTORY", absl::StatusCode::kInvalidArgument,
    "取り込む内容が矛盾しています：{detail_ja}。結果・実証の有無・金額を確かめてください。",
    "What is to be imported contradicts itself: {detail}; check outcome, trial and amount."};

inline constexpr const Reason* kReasons[] = {&kCaseNotFound, &kCaseNotEnded, &kImportContradictory};

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_REASONS_H_
