// What the intake service refuses. Listed in docs/errors.md.
#ifndef JISSHO_SERVICES_INTAKE_REASONS_H_
#define JISSHO_SERVICES_INTAKE_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::intake {

inline constexpr Reason kOrganisationNotFound{"ORGANISATION_NOT_FOUND", absl::StatusCode::kNotFound,
                                              "団体 {id} は登録されていません。先に団体を登録してください。",
                                              "There is no organisation {id}; register it first."};
inline constexpr Reason kOrganisationExists{
    "ORGANISATION_EXISTS", absl::StatusCode::kAlreadyExists,
    "団体 {id} は既に登録されています。変更は団体の更新で行ってください。",
    "The organisation {id} is registered already; update it instead."};
inline constexpr Reason kCorporateNumberTaken{
    "CORPORATE_NUMBER_TAKEN", absl::StatusCode::kAlreadyExists,
    "法人番号 {number} の団体は既に登録されています。番号を確かめるか、窓口に相談してください。",
    "An organisation with the corporate number {number} is registered already; check the number or ask the "
    "secretariat."};
inline constexpr Reason kOtherOrganisation{
    "OTHER_ORGANISATION", absl::StatusCode::kPermissionDenied,
    "自団体についてだけ行えます。ログイン中の団体を確かめてください。",
    "Only for your own organisation; check which one your token names."};
inline constexpr Reason kCallNotPublished{"CALL_NOT_PUBLISHED", absl::StatusCode::kNotFound,
                                          "公募 {id} は公表されていません。公募の一覧を確かめてください。",
                                          "No call {id} has been published; see the list of calls."};
inline constexpr Reason kProposalNotFound{"PROPOSAL_NOT_FOUND", absl::StatusCode::kNotFound,
                                          "提案 {id} は見つかりません。提案の一覧を確かめてください。",
                                          "There is no proposal {id}; see the list of proposals."};
inline constexpr Reason kRevisionNotFound{
    "REVISION_NOT_FOUND", absl::StatusCode::kNotFound,
    "提案 {id} に提出版 {revision} はありません。提出の状況を確かめてください。",
    "The proposal {id} has no submitted revision {revision}; see what was submitted."};
inline constexpr Reason kAttachmentNotFound{
    "ATTACHMENT_NOT_FOUND", absl::StatusCode::kNotFound,
    "添付資料 {id} は見つかりません。提案の添付資料を確かめてください。",
    "There is no attachment {id}; see the proposal's attachments."};
inline constexpr Reason kConsultationNotFound{
    "CONSULTATION_NOT_FOUND", absl::StatusCode::kNotFound,
    "相談 {id} は見つかりません。相談の一覧を確かめてください。",
    "There is no consultation {id}; see the list of consultations."};
inline constexpr Reason kNotYetOpen{"NOT_YET_OPEN", absl::StatusCode::kFailedPrecondition,
                                    "受付は {open_time} からです。それ以降に提出してください。",
                                    "Proposals are received from {open_time}; submit then."};
inline constexpr Reason kTooLate{"TOO_LATE", absl::StatusCode::kFailedPrecondition,
                                 "受付は {close_time} に終了しました。次の公募に提案してください。",
                                 "Proposals were received until {close_time}; propose to the next call."};
inline constexpr Reason kCorrectionTooLate{
    "CORRECTION_TOO_LATE", absl::StatusCode::kFailedPrecondition,
    "補正の期限（{due_time}）を過ぎています。窓口に連絡してください。",
    "The correction was due before {due_time}; contact the secretariat."};
inline constexpr Reason kDuplicateProposal{
    "DUPLICATE_PROPOSAL", absl::StatusCode::kAlreadyExists,
    "同じ件名の提案（{id}）を既に提出しています。件名を改めるか、その提案を取り下げてください。",
    "A proposal of the same title ({id}) has been submitted already; change the title or withdraw that one."};

inline constexpr const Reason* kReasons[] = {
    &kOrganisationNotFound,
    &kOrganisationExists,
    &kCorporateNumberTaken,
    &kOtherOrganisation,
    &kCallNotPublished,
    &kProposalNotFound,
    &kRevisionNotFound,
    &kAttachmentNotFound,
    &kConsultationNotFound,
    &kNotYetOpen,
    &kTooLate,
    &kCorrectionTooLate,
    &kDuplicateProposal,
};

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_REASONS_H_
