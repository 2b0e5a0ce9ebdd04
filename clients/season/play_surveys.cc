// Follow-up surveys: campaign, reminders (by the server's timers), answers in time and late, undeliverable
// ones.
#include "absl/strings/str_cat.h"
#include "clients/season/play.h"
#include "jissho/survey/v1/survey.pb.h"
#include "services/civil/date.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace sv = survey::v1;

constexpr char kTemplate[] = "follow-up";  // comes with the server
constexpr int kReminderDays[] = {-7, -1, 3};
constexpr int kPage = 500;

std::string Method(const char* name) { return absl::StrCat("jissho.survey.v1.SurveyService/", name); }

absl::Time DueOf(const Survey& survey) {
  const auto day = civil::ParseDate(survey.due_date);
  return day.ok() ? civil::TokyoInstant(*day, 17, 15) : absl::Time();
}

absl::Status Create(Play& play, const Survey& survey) {
  sv::CreateCampaignRequest request;
  request.set_title(survey.title);
  request.set_kind(sv::CAMPAIGN_KIND_FOLLOW_UP);
  request.set_template_(kTemplate);
  request.set_programme_id(play.season().programme.id);
  request.set_fiscal_year(civil::FiscalYearOf(civil::TokyoDate(survey.open)));
  for (int cohort : survey.cohorts) request.add_cohorts(cohort);
  *request.mutable_open_time() = ToProto(survey.open);
  *request.mutable_due_time() = ToProto(DueOf(survey));
  *request.mutable_close_time() = ToProto(survey.close);
  for (int days : kReminderDays) {
    const absl::Time at = DueOf(survey) + days * absl::Hours(24);
    if (at > survey.open && at < survey.close) request.add_reminder_days(days);
  }
  JISSHO_ASSIGN_OR_RETURN(const auto campaign, play.driver().Act<sv::Campaign>(
                                                   play.OfDuty("desk"), Method("CreateCampaign"), request));
  play.Remember("campaign:" + survey.key, campaign.id());
  play.Remember("campaign-etag:" + survey.key, campaign.etag());
  play.Note(absl::StrCat("対象", campaign.invitee_count(), "件"));
  return absl::OkStatus();
}

absl::Status Approve(Play& play, const Survey& survey) {
  sv::OpenCampaignRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_id(), play.Id("campaign:" + survey.key));
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_etag(), play.Id("campaign-etag:" + survey.key));
  return play.driver().Act<sv::Campaign>(play.OfDuty("manager"), Method("OpenCampaign"), request).status();
}

absl::StatusOr<sv::Invitation> InvitationOf(Play& play, const Survey& survey, const std::string& title) {
  sv::ListInvitationsRequest request;
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_campaign_id(), play.Id("campaign:" + survey.key));
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_case_id(), play.CaseOfTitle(title));
  JISSHO_ASSIGN_OR_RETURN(const auto list, play.driver().Read<sv::ListInvitationsResponse>(
                                               play.OfDuty("desk"), Method("ListInvitations"), request));
  if (list.invitations_size() == 1) return list.invitations(0);
  return absl::NotFoundError(absl::StrCat("no invitation about ", title));
}

// Who belongs to no registered organisation opens the link that he was sent.
absl::StatusOr<std::string> LinkToken(Play& play, const std::string& campaign,
                                      const std::string& invitation) {
  sv::ListNoticesRequest request;
  request.set_campaign_id(campaign);
  request.set_page_size(kPage);
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(const auto list, play.driver().Read<sv::ListNoticesResponse>(
                                                 play.OfDuty("desk"), Method("ListNotices"), request));
    for (const sv::Notice& notice : list.notices()) {
      if (notice.invitation_id() == invitation) return notice.token();
    }
    if (list.next_page_token().empty()) return absl::NotFoundError("the invitation was not sent");
    request.set_page_token(list.next_page_token());
  }
}

void FillResponses(const sv::Template& form, const std::string& status, sv::AnswerSurveyRequest& request) {
  for (const sv::Question& question : form.questions()) {
    const bool is_status = question.code() == "status";
    if (!question.required() && !is_status) continue;
    sv::Response* response = request.add_responses();
    response->set_question(question.code());
    switch (question.kind()) {
      case sv::QUESTION_KIND_SINGLE:
      case sv::QUESTION_KIND_MULTI:
        response->add_choices(is_status ? status : question.options(0).code());
        break;
      case sv::QUESTION_KIND_SCALE:
        response->set_number(question.scale_max() == 0 ? 4 : question.scale_max());
        response->set_has_number(true);
        break;
      case sv::QUESTION_KIND_NUMBER:
        response->set_has_number(true);
        break;
      default:
        response->set_text("回答（見本）");
    }
  }
}

absl::Status Answer(Play& play, const Survey& survey, const SurveyAnswer& answer) {
  JISSHO_ASSIGN_OR_RETURN(const auto invitation, InvitationOf(play, survey, answer.title));
  sv::AnswerSurveyRequest request;
  Actor who = play.OfOrganisation(invitation.organisation_id());
  if (invitation.organisation_id().empty()) {
    who = {"user:respondent-" + invitation.id().substr(0, 8), invitation.name(), {"applicant"}, ""};
    JISSHO_ASSIGN_OR_RETURN(*request.mutable_token(),
                            LinkToken(play, invitation.campaign_id(), invitation.id()));
  } else {
    request.set_invitation_id(invitation.id());
  }
  sv::GetTemplateRequest get;
  get.set_id(kTemplate);
  JISSHO_ASSIGN_OR_RETURN(const auto form, play.driver().Read<sv::Template>(who, Method("GetTemplate"), get));
  FillResponses(form, answer.status, request);
  JISSHO_ASSIGN_OR_RETURN(const auto stored,
                          play.driver().Act<sv::Answer>(who, Method("AnswerSurvey"), request));
  if (stored.late()) play.Note("期限後の回答");
  return absl::OkStatus();
}

absl::Status Undeliverable(Play& play, const Survey& survey, const std::string& title) {
  JISSHO_ASSIGN_OR_RETURN(const auto invitation, InvitationOf(play, survey, title));
  sv::RecordUndeliverableRequest request;
  request.set_invitation_id(invitation.id());
  request.set_reason("宛先不明で返送（見本）");
  return play.driver()
      .Act<sv::Invitation>(play.OfDuty("desk"), Method("RecordUndeliverable"), request)
      .status();
}

}  // namespace

void PlanSurveys(Plan& plan) {
  for (const Survey& survey : plan.season().surveys) {
    const std::string title = absl::StrCat("「", survey.title, "」");
    plan.Add(survey.create, "desk", absl::StrCat(title, "を起案"), "A follow-up survey is drafted",
             [&survey](Play& play) { return Create(play, survey); });
    plan.Add(survey.create, "manager", absl::StrCat(title, "を承認（起案者以外）"),
             "It is approved by somebody else", [&survey](Play& play) { return Approve(play, survey); });
    plan.Add(survey.open, "", absl::StrCat(title, "の調査票を送付"), "The invitations go out",
             [](Play&) { return absl::OkStatus(); });
    for (const std::string& undelivered : survey.undeliverable) {
      plan.Add(survey.open + absl::Hours(72), "desk",
               absl::StrCat(title, "：「", undelivered, "」は宛先不明"), "One comes back",
               [&survey, undelivered](Play& play) { return Undeliverable(play, survey, undelivered); });
    }
    for (const SurveyAnswer& answer : survey.answers) {
      plan.Add(answer.at, "", absl::StrCat(title, "：「", answer.title, "」から回答"), "An answer comes",
               [&survey, &answer](Play& play) { return Answer(play, survey, answer); });
    }
    plan.Add(survey.close, "", absl::StrCat(title, "を締め切る"), "The survey closes",
             [](Play&) { return absl::OkStatus(); });
  }
}

}  // namespace jissho::season
