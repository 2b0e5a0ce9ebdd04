// What the programme service refuses. Listed in docs/errors.md.
#ifndef JISSHO_SERVICES_PROGRAMME_REASONS_H_
#define JISSHO_SERVICES_PROGRAMME_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::programme {

inline constexpr Reason kProgrammeNotFound{"PROGRAMME_NOT_FOUND", absl::StatusCode::kNotFound,
                                           "事務事業「{id}」はありません。番号を確かめてください。",
                                           "There is no programme {id}; check its id."};
inline constexpr Reason kProgrammeExists{
    "PROGRAMME_EXISTS", absl::StatusCode::kAlreadyExists,
    "事務事業「{id}」は既に登録されています。変更するには更新を使ってください。",
    "Programme {id} exists already; update it instead."};
inline constexpr Reason kCallNotFound{"CALL_NOT_FOUND", absl::StatusCode::kNotFound,
                                      "公募「{id}」はありません。番号を確かめてください。",
                                      "There is no call {id}; check its id."};
inline constexpr Reason kCallIncomplete{
    "CALL_INCOMPLETE", absl::StatusCode::kFailedPrecondition,
    "公募の内容が整っていないため公表できません：{faults}。起案を直してから決裁してください。",
    "The call cannot be published yet: {faults_en}. Correct the draft first."};
inline constexpr Reason kCallNotDraft{
    "CALL_NOT_DRAFT", absl::StatusCode::kFailedPrecondition,
    "公表した公募「{id}」の内容は変更できません。締切の延長は訂正公告で行ってください。",
    "The rules of call {id} are fixed since its publication; the closing time may be extended by an "
    "amendment."};
inline constexpr Reason kCallExtensionInvalid{
    "CALL_EXTENSION_INVALID", absl::StatusCode::kInvalidArgument,
    "新しい締切は、現在の締切（{close_time}）と現在時刻より後で、実証実験の開始日より前にしてください。",
    "The new closing time must be later than the present one ({close_time}) and than now, and before the "
    "trials start."};
inline constexpr Reason kSheetNotFound{
    "SHEET_NOT_FOUND", absl::StatusCode::kNotFound,
    "{year}年度の事務事業「{id}」のマネジメントシートはありません。先に数値を入力してください。",
    "There is no sheet of programme {id} for {year}; enter its values first."};
inline constexpr Reason kSheetCellsOpen{
    "SHEET_CELLS_OPEN", absl::StatusCode::kFailedPrecondition,
    "未入力又は未確定の項目があるため承認できません：{cells}。入力し、集計し直してください。",
    "The sheet cannot be approved while these cells are open: {cells}. Enter them and compute again."};

inline constexpr const Reason* kReasons[] = {
    &kProgrammeNotFound, &kProgrammeExists,      &kCallNotFound,  &kCallIncomplete,
    &kCallNotDraft,      &kCallExtensionInvalid, &kSheetNotFound, &kSheetCellsOpen,
};

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_REASONS_H_
