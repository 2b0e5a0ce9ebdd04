#include "services/survey/mapping.h"

#include <algorithm>

#include "nlohmann/json.hpp"
#include "services/runtime/rpc/etag.h"
#include "services/survey/access.h"

namespace jissho::survey {

namespace {

constexpr int64_t kSecondsMin = -62135596800;
constexpr int64_t kSecondsMax = 253402300799;

}  // namespace

absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(std::clamp<int64_t>(timestamp.seconds(), kSecondsMin, kSecondsMax)) +
         absl::Microseconds(timestamp.nanos() / 1000);
}

void SetTimestamp(absl::Time time, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(absl::ToUnixSeconds(time));
  timestamp->set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(timestamp->seconds())) / absl::Nanoseconds(1)));
}

std::string InstantText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

std::string ToText(const std::vector<int64_t>& numbers) { return nlohmann::json(numbers).dump(); }

std::vector<int64_t> NumbersFromText(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  std::vector<int64_t> numbers;
  for (const nlohmann::json& entry : json) {
    if (entry.is_number_integer()) numbers.push_back(entry.get<int64_t>());
  }
  return numbers;
}

Questionnaire FromMessage(const v1::CreateTemplateRequest& request) {
  Questionnaire questionnaire{request.code(), request.title_ja(), request.title_en(), {}};
  for (const v1::Question& message : request.questions()) {
    Question question;
    question.code = message.code();
    question.text_ja = message.text_ja();
    question.text_en = message.text_en();
    question.kind = static_cast<QuestionKind>(static_cast<int>(message.kind()));
    for (const v1::Option& option : message.options()) {
      question.options.push_back({option.code(), option.text_ja(), option.text_en()});
    }
    question.required = message.required();
    if (question.kind == QuestionKind::kScale) {
      question.scale_max = message.scale_max() == 0 ? kScaleDefault : message.scale_max();
    }
    question.group = message.group();
    question.unit = message.unit();
    questionnaire.questions.push_back(std::move(question));
  }
  return questionnaire;
}

std::vector<Response> FromMessages(const google::protobuf::RepeatedPtrField<v1::Response>& messages) {
  std::vector<Response> responses;
  for (const v1::Response& message : messages) {
    Response response{
        message.question(), {message.choices().begin(), message.choices().end()}, {}, message.text()};
    if (message.has_number()) response.number = message.number();
    responses.push_back(std::move(response));
  }
  return responses;
}

absl::StatusOr<v1::Template> ToMessage(const TemplateRow& row) {
  JISSHO_ASSIGN_OR_RETURN(const Questionnaire questionnaire, QuestionnaireFromText(row.content));
  v1::Template message;
  message.set_id(row.id);
  message.set_code(row.code);
  message.set_version(static_cast<int32_t>(row.edition));
  message.set_title_ja(questionnaire.title_ja);
  message.set_title_en(questionnaire.title_en);
  message.set_built_in(row.built_in);
  for (const Question& question : questionnaire.questions) {
    v1::Question* out = message.add_questions();
    out->set_code(question.code);
    out->set_text_ja(question.text_ja);
    out->set_text_en(question.text_en);
    out->set_kind(static_cast<v1::QuestionKind>(question.kind));
    for (const Option& option : question.options) {
      v1::Option* choice = out->add_options();
      choice->set_code(option.code);
      choice->set_text_ja(option.text_ja);
      choice->set_text_en(option.text_en);
    }
    out->set_required(question.required);
    out->set_scale_max(static_cast<int32_t>(question.scale_max));
    out->set_group(static_cast<int32_t>(question.group));
    out->set_unit(question.unit);
  }
  return message;
}

v1::Campaign ToMessage(const CampaignRow& row) {
  v1::Campaign message;
  message.set_id(row.id);
  message.set_etag(runtime::MakeEtag(row.version));
  message.set_title(row.title);
  message.set_kind(static_cast<v1::CampaignKind>(row.kind));
  message.set_template_id(row.template_id);
  message.set_programme_id(row.programme_id);
  message.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  for (int64_t year : NumbersFromText(row.cohorts)) message.add_cohorts(static_cast<int32_t>(year));
  message.set_state(row.state);
  if (row.open_at) SetTimestamp(*row.open_at, message.mutable_open_time());
  SetTimestamp(row.due_at, message.mutable_due_time());
  SetTimestamp(row.close_at, message.mutable_close_time());
  for (int64_t days : NumbersFromText(row.reminder_days))
    message.add_reminder_days(static_cast<int32_t>(days));
  message.set_invitee_count(static_cast<int32_t>(row.invitee_count));
  message.set_drafter(row.drafter);
  return message;
}

v1::Invitation ToMessage(const InvitationRow& row) {
  v1::Invitation message;
  message.set_id(row.id);
  message.set_campaign_id(row.campaign_id);
  message.set_organisation_id(row.organisation_id);
  message.set_name(row.name);
  message.set_case_id(row.case_id);
  message.set_state(row.state);
  if (row.sent_at) SetTimestamp(*row.sent_at, message.mutable_sent_time());
  SetTimestamp(row.due_at, message.mutable_due_time());
  message.set_reminders_sent(static_cast<int32_t>(row.reminders_sent));
  if (row.answered_at) SetTimestamp(*row.answered_at, message.mutable_answered_time());
  message.set_late(row.late);
  return message;
}

absl::StatusOr<v1::Answer> ToMessage(const AnswerRow& row) {
  JISSHO_ASSIGN_OR_RETURN(const std::vector<Response> responses, ResponsesFromText(row.responses));
  v1::Answer message;
  message.set_invitation_id(row.invitation_id);
  message.set_campaign_id(row.campaign_id);
  SetTimestamp(row.answered_at, message.mutable_answered_time());
  message.set_late(row.late);
  message.set_valid(row.valid);
  for (const Response& response : responses) {
    v1::Response* out = message.add_responses();
    out->set_question(response.question);
    for (const std::string& choice : response.choices) out->add_choices(choice);
    out->set_has_number(response.number.has_value());
    out->set_number(response.number.value_or(0));
    out->set_text(response.text);
  }
  return message;
}

v1::Notice ToMessage(const NoticeRow& row, const InvitationRow& invitation, const CampaignRow& campaign) {
  v1::Notice message;
  message.set_id(row.id);
  message.set_campaign_id(row.campaign_id);
  message.set_invitation_id(row.invitation_id);
  message.set_kind(static_cast<v1::NoticeKind>(row.kind));
  message.set_number(static_cast<int32_t>(row.number));
  message.set_channel(static_cast<v1::Channel>(invitation.channel));
  message.set_name(invitation.name);
  message.set_contact(invitation.contact);
  message.set_token(TokenOf(campaign, row.invitation_id));
  SetTimestamp(row.issued_at, message.mutable_issued_time());
  return message;
}

}  // namespace jissho::survey
