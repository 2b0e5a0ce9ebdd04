// What the survey service refuses.
#ifndef JISSHO_SERVICES_SURVEY_REASONS_H_
#define JISSHO_SERVICES_SURVEY_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::survey {

inline constexpr Reason kTemplateNotFound{"TEMPLATE_NOT_FOUND", absl::StatusCode::kNotFound,
                                          "調査票のひな形 {id} はありません。一覧で確かめてください。",
                                          "There is no questionnaire template {id}; see the list."};
inline constexpr Reason kCampaignNotFound{"CAMPAIGN_NOT_FOUND", absl::StatusCode::kNotFound,
                                          "調査 {id} はありません。一覧で確かめてください。",
                                          "There is no campaign {id}; see the list."};
inline constexpr Reason kInvitationNotFound{"INVITATION_NOT_FOUND", absl::StatusCode::kNotFound,
                                            "その調査依頼はありません。届いた案内を確かめてください。",
                                            "There is no such invitation; see the notice you received."};
inline constexpr Reason kAnswerNotFound{"ANSWER_NOT_FOUND", absl::StatusCode::kNotFound,
                                        "調査依頼 {id} にはまだ回答がありません。",
                                        "The invitation {id} has not been answered yet."};
inline constexpr Reason kNobodyToAsk{
    "NOBODY_TO_ASK", absl::StatusCode::kFailedPrecondition,
    "調査の対象がありません。実証を行った案件のある年度を選ぶか、対象を直接指定してください。",
    "There is nobody to ask; choose fiscal years whose trials ran, or list the invitees."};
inline constexpr Reason kCampaignOutOfDate{
    "CAMPAIGN_OUT_OF_DATE", absl::StatusCode::kFailedPrecondition,
    "回答期限がすでに過ぎています。取りやめて、期限を改めて作り直してください。",
    "The due time has passed; discard the campaign and draft it again with a later one."};
inline constexpr Reason kSurveyNotOpen{"SURVEY_NOT_OPEN", absl::StatusCode::kFailedPrecondition,
                                       "この調査はまだ始まっていません。案内をお待ちください。",
                                       "The survey is not open yet; wait for the notice."};
inline constexpr Reason kSurveyClosed{"SURVEY_CLOSED", absl::StatusCode::kFailedPrecondition,
                                      "この調査の受付は終わりました。事務局に連絡してください。",
                                      "The survey is closed; contact the secretariat."};
inline constexpr Reason kAlreadyAnswered{
    "ALREADY_ANSWERED", absl::StatusCode::kAlreadyExists,
    "すでに回答をいただいています。訂正は事務局に連絡してください。",
    "It has been answered already; for a correction contact the secretariat."};
inline constexpr Reason kInvitationUndeliverable{
    "INVITATION_UNDELIVERABLE", absl::StatusCode::kFailedPrecondition,
    "この依頼は不達として扱われています。事務局に連絡してください。",
    "The invitation was noted as undeliverable; contact the secretariat."};
inline constexpr Reason kStoredTextMalformed{
    "SURVEY_TEXT_MALFORMED", absl::StatusCode::kInternal,
    "保存された調査票または回答を読み取れません（{detail}）。管理者に連絡してください。",
    "A stored questionnaire or answer cannot be read ({detail}); tell the administrator."};

inline constexpr const Reason* kReasons[] = {
    &kTemplateNotFound, &kCampaignNotFound,        &kInvitationNotFound,  &kAnswerNotFound,
    &kNobodyToAsk,      &kCampaignOutOfDate,       &kSurveyNotOpen,       &kSurveyClosed,
    &kAlreadyAnswered,  &kInvitationUndeliverable, &kStoredTextMalformed,
};

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_REASONS_H_
