#include "services/survey/access.h"
#include "services/survey/domain/results.h"
#include "services/survey/mapping.h"
#include "services/survey/reasons.h"
#include "services/survey/store/store.h"
#include "services/survey/survey_service.h"
#include "services/survey/templates.h"

namespace jissho::survey {

namespace {

void SetInterval(const Interval& interval, v1::Interval* message) {
  message->set_low(interval.low);
  message->set_high(interval.high);
}

void SetShare(const Share& share, v1::Share* message) {
  message->set_count(static_cast<int32_t>(share.count));
  message->set_basis_points(static_cast<int32_t>(share.basis_points));
  SetInterval(share.interval, message->mutable_interval());
}

v1::QuestionResult ResultOf(const Question& question, const QuestionTally& tally) {
  v1::QuestionResult result;
  result.set_code(question.code);
  result.set_text_ja(question.text_ja);
  result.set_text_en(question.text_en);
  result.set_kind(static_cast<v1::QuestionKind>(question.kind));
  result.set_n(static_cast<int32_t>(tally.n));
  result.set_hidden(tally.hidden);
  result.set_reference_only(tally.reference_only);
  for (const Cell& cell : tally.cells) {
    v1::ResultCell* out = result.add_cells();
    out->set_value(cell.value);
    out->set_text_ja(cell.text_ja);
    out->set_text_en(cell.text_en);
    out->set_hidden(cell.hidden);
    if (cell.share) SetShare(*cell.share, out->mutable_share());
  }
  if (tally.top_two) SetShare(*tally.top_two, result.mutable_top_two());
  if (!tally.moments) return result;
  result.set_has_moments(true);
  result.set_mean(tally.moments->mean);
  result.set_median(tally.moments->median);
  result.set_has_spread(tally.moments->deviation.has_value());
  result.set_sd(tally.moments->deviation.value_or(0));
  if (tally.moments->mean_interval)
    SetInterval(*tally.moments->mean_interval, result.mutable_mean_interval());
  return result;
}

void Count(const std::vector<InvitationRow>& invitations, const std::vector<AnswerRow>& answers,
           v1::CampaignResults& results) {
  int64_t sent = 0;
  int64_t undeliverable = 0;
  int64_t reminders = 0;
  for (const InvitationRow& row : invitations) {
    sent += row.sent_at.has_value();
    undeliverable += row.state == "undeliverable";
    reminders += row.reminders_sent;
  }
  int64_t valid = 0;
  int64_t late = 0;
  for (const AnswerRow& row : answers) {
    valid += row.valid;
    late += row.late;
  }
  results.set_sent(static_cast<int32_t>(sent));
  results.set_undeliverable(static_cast<int32_t>(undeliverable));
  results.set_answered(static_cast<int32_t>(answers.size()));
  results.set_valid(static_cast<int32_t>(valid));
  results.set_late(static_cast<int32_t>(late));
  results.set_reminders_sent(static_cast<int32_t>(reminders));
  results.set_response_rate_basis_points(static_cast<int32_t>(BasisPoints(valid, sent - undeliverable)));
}

absl::StatusOr<v1::CampaignResults> Get(const runtime::CallContext& call,
                                        const v1::GetCampaignResultsRequest& request,
                                        storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto campaign, FindCampaign(session, request.id()));
  if (!campaign) return MakeError(kCampaignNotFound, {{"id", request.id()}});
  JISSHO_ASSIGN_OR_RETURN(const auto used, ResolveTemplate(session, campaign->template_id));
  JISSHO_ASSIGN_OR_RETURN(const Questionnaire questionnaire, QuestionnaireFromText(used.content));
  JISSHO_ASSIGN_OR_RETURN(const auto invitations, AllInvitations(session, campaign->id));
  JISSHO_ASSIGN_OR_RETURN(const auto rows, ListAnswers(session, campaign->id));
  v1::CampaignResults results;
  results.set_campaign_id(campaign->id);
  results.set_template_id(campaign->template_id);
  results.set_suppressed(!SeesSmallCells(call.actor));
  Count(invitations, rows, results);
  std::vector<std::vector<Response>> answers;
  for (const AnswerRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(auto responses, ResponsesFromText(row.responses));
    answers.push_back(std::move(responses));
  }
  for (const Question& question : questionnaire.questions) {
    *results.add_questions() = ResultOf(question, TallyQuestion(question, answers, results.suppressed()));
  }
  return results;
}

}  // namespace

void AddResultMethods(runtime::MethodRegistry& registry) {
  registry.Read<v1::GetCampaignResultsRequest, v1::CampaignResults>("GetCampaignResults", Get);
}

}  // namespace jissho::survey
