#include "jissho/survey/v1/events.pb.h"
#include "services/survey/access.h"
#include "services/survey/mapping.h"
#include "services/survey/reasons.h"
#include "services/survey/store/store.h"
#include "services/survey/survey_service.h"

namespace jissho::survey {

namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<InvitationRow> Addressed(const v1::AnswerSurveyRequest& request, const Context& context,
                                        const View& view) {
  std::string id = request.invitation_id();
  if (!request.token().empty()) {
    JISSHO_ASSIGN_OR_RETURN(const auto token,
                            view.Get<TokenRow>(TokenHash(request.token()), kInvitationNotFound));
    id = token.invitation_id;
  }
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<InvitationRow>(id, kInvitationNotFound));
  if (request.token().empty() && !Sees(context.actor(), row)) return MakeError(kInvitationNotFound);
  return row;
}

// The calendar decides and not the timer, which may come a moment later.
absl::Status CheckOpen(const InvitationRow& row, absl::Time now) {
  if (row.state == "planned") return MakeError(kSurveyNotOpen);
  if (row.state == "answered") return MakeError(kAlreadyAnswered);
  if (row.state == "undeliverable") return MakeError(kInvitationUndeliverable);
  if (row.state == "unanswered" || now >= row.close_at) return MakeError(kSurveyClosed);
  return absl::OkStatus();
}

void EmitAnswered(const InvitationRow& row, const AnswerRow& answer, const std::vector<Response>& responses,
                  WriteSet& writes) {
  if (row.case_id.empty()) return;
  v1::SurveyAnswered event;
  event.set_case_id(row.case_id);
  event.set_campaign_id(row.campaign_id);
  event.set_status_code(StatusCode(responses));
  SetTimestamp(answer.answered_at, event.mutable_answered_time());
  event.set_late(answer.late);
  writes.Emit({"cases", row.case_id, std::string(v1::SurveyAnswered::descriptor()->full_name()),
               event.SerializeAsString()});
}

absl::StatusOr<v1::Answer> RunAnswer(const v1::AnswerSurveyRequest& request, const Context& context,
                                     const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const InvitationRow invitation, Addressed(request, context, view));
  JISSHO_RETURN_IF_ERROR(CheckOpen(invitation, context.now()));
  JISSHO_ASSIGN_OR_RETURN(const auto campaign,
                          view.Get<CampaignRow>(invitation.campaign_id, kCampaignNotFound));
  JISSHO_ASSIGN_OR_RETURN(const auto used, view.Get<TemplateRow>(campaign.template_id, kTemplateNotFound));
  JISSHO_ASSIGN_OR_RETURN(const Questionnaire questionnaire, QuestionnaireFromText(used.content));
  const std::vector<Response> responses = FromMessages(request.responses());
  const std::vector<FieldFault> faults = CheckResponses(questionnaire, responses);
  if (!faults.empty()) return MakeFieldError(faults);

  const std::string& id = invitation.id;
  JISSHO_RETURN_IF_ERROR(request.token().empty() ? writes.Fire(id, "invitation.answer")
                                                 : writes.FireAsSystem(id, "invitation.answer_by_token",
                                                                       {{"by", context.actor().id}}));
  AnswerRow answer{id,
                   invitation.campaign_id,
                   context.now(),
                   context.now() > invitation.due_at,
                   IsValidAnswer(responses),
                   ToText(responses)};
  JISSHO_RETURN_IF_ERROR(writes.Insert(answer));
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<InvitationRow>(id, kInvitationNotFound));
  row.answered_at = answer.answered_at;
  row.late = answer.late;
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  EmitAnswered(row, answer, responses, writes);
  return ToMessage(answer);
}

absl::StatusOr<Plan<v1::Answer>> AnswerSurvey(const CallContext&, const v1::AnswerSurveyRequest& request) {
  if (request.invitation_id().empty() == request.token().empty()) {
    return MakeFieldError({{"invitation_id", "依頼のIDかトークンのどちらか一方を指定してください。",
                            "Give either the invitation's id or its token."}});
  }
  Plan<v1::Answer> plan;
  if (request.token().empty()) {
    plan.partition = request.invitation_id();
    plan.reads = {act::ReadOf<InvitationRow>(request.invitation_id()),
                  act::ReadInstance(request.invitation_id())};
  } else {
    plan.partition = TokenHash(request.token());
    plan.reads = {act::ReadOf<TokenRow>(plan.partition)};
  }
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunAnswer(request, context, view, writes);
  };
  return plan;
}

absl::StatusOr<v1::Answer> Get(const CallContext& call, const v1::GetAnswerRequest& request,
                               storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto invitation, FindInvitation(session, request.invitation_id()));
  if (!invitation || !Sees(call.actor, *invitation)) return MakeError(kInvitationNotFound);
  JISSHO_ASSIGN_OR_RETURN(const auto answer, FindAnswer(session, request.invitation_id()));
  if (!answer) return MakeError(kAnswerNotFound, {{"id", request.invitation_id()}});
  return ToMessage(*answer);
}

}  // namespace

void AddAnswerMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::AnswerSurveyRequest, v1::Answer>("AnswerSurvey", AnswerSurvey);
  registry.Read<v1::GetAnswerRequest, v1::Answer>("GetAnswer", Get);
}

}  // namespace jissho::survey
