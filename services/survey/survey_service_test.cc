// Campaigns, invitations and answers through the service's methods, on both databases and a virtual calendar.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/cases.pb.h"
#include "jissho/survey/v1/events.pb.h"
#include "jissho/survey/v1/survey.pb.h"
#include "services/runtime/reasons.h"
#include "services/survey/mapping.h"
#include "services/survey/reasons.h"
#include "services/survey/survey_module.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/service_harness.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/reasons.h"

namespace jissho::survey {
namespace {

using ::jissho::testing::Applicant;
using ::jissho::testing::IsOk;
using ::jissho::testing::ReasonIs;
using ::jissho::testing::ServiceHarness;
using ::jissho::testing::Staff;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kDay = absl::Hours(24);

class SurveyServiceTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    ASSERT_OK_AND_ASSIGN(
        harness_, ServiceHarness::Create({.dsn = dsn, .start = absl::FromUnixSeconds(1'780'000'000)},
                                         [](const runtime::ModuleDependencies& d) { return MakeModule(d); }));
    start_ = harness_->now();
  }

  v1::CreateCampaignRequest Draft(int invitees = 2) {
    v1::CreateCampaignRequest request;
    request.set_title("見本の調査");
    request.set_kind(v1::CAMPAIGN_KIND_FOLLOW_UP);
    request.set_template_("follow-up");
    request.set_programme_id("programme-1");
    request.set_fiscal_year(2026);
    for (int i = 1; i <= invitees; ++i) {
      v1::Invitee* invitee = request.add_invitees();
      invitee->set_organisation_id(absl::StrCat("org-", i));
      invitee->set_name(absl::StrCat("見本団体", i));
      invitee->set_case_id(absl::StrCat("case-", i));
      invitee->set_contact(absl::StrCat("sample", i, "@example.org"));
    }
    SetTimestamp(start_ + 14 * kDay, request.mutable_due_time());
    SetTimestamp(start_ + 28 * kDay, request.mutable_close_time());
    for (int days : {-7, -1, 3}) request.add_reminder_days(days);
    request.set_request_id("draft");
    return request;
  }

  absl::StatusOr<v1::Campaign> Create(const v1::CreateCampaignRequest& request) {
    return harness_->Call<v1::Campaign>(secretariat_, "CreateCampaign", request);
  }

  absl::StatusOr<v1::Campaign> Open(const v1::Campaign& campaign, const act::Actor& actor) {
    v1::OpenCampaignRequest request;
    request.set_id(campaign.id());
    request.set_etag(campaign.etag());
    return harness_->Call<v1::Campaign>(actor, "OpenCampaign", request);
  }

  // The id of an open campaign.
  std::string Opened(const v1::CreateCampaignRequest& request) {
    auto draft = Create(request);
    EXPECT_THAT(draft.status(), IsOk());
    if (!draft.ok()) return "";
    EXPECT_THAT(Open(*draft, manager_).status(), IsOk());
    EXPECT_THAT(harness_->Settle(), IsOk());
    return draft->id();
  }

  std::string State(const std::string& campaign) {
    v1::GetCampaignRequest request;
    request.set_id(campaign);
    return harness_->Call<v1::Campaign>(secretariat_, "GetCampaign", request)
        .value_or(v1::Campaign())
        .state();
  }

  std::vector<v1::Invitation> Invitations(const std::string& campaign, const act::Actor& actor) {
    v1::ListInvitationsRequest request;
    request.set_campaign_id(campaign);
    auto response = harness_->Call<v1::ListInvitationsResponse>(actor, "ListInvitations", request);
    EXPECT_THAT(response.status(), IsOk());
    if (!response.ok()) return {};
    return {response->invitations().begin(), response->invitations().end()};
  }

  v1::Invitation Invitation(const std::string& campaign, int number) {
    return Invitations(campaign, secretariat_).at(number - 1);
  }

  std::vector<v1::Notice> Notices(const std::string& campaign) {
    v1::ListNoticesRequest request;
    request.set_campaign_id(campaign);
    auto response = harness_->Call<v1::ListNoticesResponse>(secretariat_, "ListNotices", request);
    EXPECT_THAT(response.status(), IsOk());
    if (!response.ok()) return {};
    return {response->notices().begin(), response->notices().end()};
  }

  v1::AnswerSurveyRequest AnswerTo(const std::string& invitation, int effect = 4) {
    v1::AnswerSurveyRequest request;
    request.set_invitation_id(invitation);
    for (const auto& [question, choice] : {std::pair{"status", "implemented"}, {"publish", "yes"}}) {
      v1::Response* response = request.add_responses();
      response->set_question(question);
      response->add_choices(choice);
    }
    v1::Response* response = request.add_responses();
    response->set_question("effect");
    response->set_has_number(true);
    response->set_number(effect);
    return request;
  }

  absl::StatusOr<v1::Answer> Answer(const act::Actor& actor, const v1::AnswerSurveyRequest& request) {
    return harness_->Call<v1::Answer>(actor, "AnswerSurvey", request);
  }

  v1::CampaignResults Results(const std::string& campaign, const act::Actor& actor) {
    v1::GetCampaignResultsRequest request;
    request.set_id(campaign);
    auto results = harness_->Call<v1::CampaignResults>(actor, "GetCampaignResults", request);
    EXPECT_THAT(results.status(), IsOk());
    return results.value_or(v1::CampaignResults());
  }

  const v1::QuestionResult& QuestionOf(const v1::CampaignResults& results, const std::string& code) {
    for (const auto& question : results.questions()) {
      if (question.code() == code) return question;
    }
    ADD_FAILURE() << "no question " << code;
    return v1::QuestionResult::default_instance();
  }

  const act::Actor secretariat_ = Staff("secretariat", "user:s");
  const act::Actor manager_ = Staff("manager", "user:m");
  const act::Actor one_ = Applicant("org-1", "user:one");
  const act::Actor two_ = Applicant("org-2", "user:two");
  std::unique_ptr<ServiceHarness> harness_;
  absl::Time start_;
};

TEST_P(SurveyServiceTest, OpeningSendsOneInvitationToEach) {
  const std::string id = Opened(Draft());
  EXPECT_EQ(State(id), "collecting");
  const auto invitations = Invitations(id, secretariat_);
  ASSERT_THAT(invitations, SizeIs(2));
  EXPECT_EQ(invitations[0].state(), "waiting");
  const auto notices = Notices(id);
  ASSERT_THAT(notices, SizeIs(2));
  EXPECT_EQ(notices[0].kind(), v1::NOTICE_KIND_INVITATION);
  EXPECT_THAT(notices[0].token(), SizeIs(40));
  EXPECT_NE(notices[0].token(), notices[1].token());
}

TEST_P(SurveyServiceTest, RepeatedDraftIsOneCampaignWithTheSameAnswer) {
  ASSERT_OK_AND_ASSIGN(const auto first, Create(Draft()));
  ASSERT_OK_AND_ASSIGN(const auto second, Create(Draft()));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  auto list =
      harness_->Call<v1::ListCampaignsResponse>(secretariat_, "ListCampaigns", v1::ListCampaignsRequest());
  ASSERT_OK(list);
  EXPECT_EQ(list->campaigns_size(), 1);
}

TEST_P(SurveyServiceTest, NobodyApprovesHisOwnDraft) {
  const act::Actor both{"user:s", {"secretariat", "manager"}, "", "LOCAL"};
  ASSERT_OK_AND_ASSIGN(const auto draft, Create(Draft()));
  EXPECT_THAT(Open(draft, both).status(), ReasonIs(act::kFourEyes));
}

TEST_P(SurveyServiceTest, RefusesToOpenAVersionThatWasNotRead) {
  ASSERT_OK_AND_ASSIGN(auto draft, Create(Draft()));
  draft.set_etag("\"99\"");
  EXPECT_THAT(Open(draft, manager_).status(), ReasonIs(runtime::kEtagMismatch));
}

TEST_P(SurveyServiceTest, RefusesToOpenAfterTheDueTime) {
  ASSERT_OK_AND_ASSIGN(const auto draft, Create(Draft()));
  ASSERT_OK(harness_->Advance(14 * kDay));
  EXPECT_THAT(Open(draft, manager_).status(), ReasonIs(kCampaignOutOfDate));
}

TEST_P(SurveyServiceTest, AnApprovedCampaignWaitsForItsOpening) {
  auto request = Draft();
  SetTimestamp(start_ + 2 * kDay, request.mutable_open_time());
  const std::string id = Opened(request);
  EXPECT_EQ(State(id), "approved");
  EXPECT_THAT(Invitations(id, one_), IsEmpty());
  ASSERT_OK(harness_->AdvanceTo(start_ + 2 * kDay));
  EXPECT_EQ(State(id), "collecting");
  EXPECT_THAT(Invitations(id, one_), SizeIs(1));
}

TEST_P(SurveyServiceTest, ADiscardedCampaignIsNeverOpened) {
  ASSERT_OK_AND_ASSIGN(const auto draft, Create(Draft()));
  v1::DiscardCampaignRequest request;
  request.set_id(draft.id());
  request.set_etag(draft.etag());
  request.set_reason("対象を選び直す");
  ASSERT_OK_AND_ASSIGN(const auto discarded,
                       harness_->Call<v1::Campaign>(secretariat_, "DiscardCampaign", request));
  EXPECT_EQ(discarded.state(), "discarded");
  EXPECT_THAT(Open(discarded, manager_).status(), ReasonIs(act::kStateNotAllowed));
}

TEST_P(SurveyServiceTest, AsksTheCasesOfTheCohortWhoseTrialRan) {
  auto cases = std::make_shared<cases::v1::ListCasesResponse>();
  for (int i = 1; i <= 3; ++i) {
    auto* entry = cases->add_cases();
    entry->set_id(absl::StrCat("case-", i));
    entry->set_organisation_id(absl::StrCat("org-", i));
    entry->set_organisation_name(absl::StrCat("見本団体", i));
    entry->set_trial_run(i != 2);
  }
  harness_->AnswerPeer("jissho.cases.v1.CasesService/ListCases", cases);
  auto request = Draft(1);
  request.add_cohorts(2023);
  ASSERT_OK_AND_ASSIGN(const auto draft, Create(request));
  const auto invitations = Invitations(draft.id(), secretariat_);
  ASSERT_THAT(invitations, SizeIs(2));
  EXPECT_EQ(invitations[0].case_id(), "case-1");
  EXPECT_EQ(invitations[1].case_id(), "case-3");
}

TEST_P(SurveyServiceTest, RefusesACampaignThatAsksNobody) {
  EXPECT_THAT(Create(Draft(0)).status(), ReasonIs(kNobodyToAsk));
}

TEST_P(SurveyServiceTest, RefusesATemplateThatDoesNotExist) {
  auto request = Draft();
  request.set_template_("unknown");
  EXPECT_THAT(Create(request).status(), ReasonIs(kTemplateNotFound));
}

TEST_P(SurveyServiceTest, RemindsByTheCalendarUntilTheAnswerComes) {
  const std::string id = Opened(Draft());
  ASSERT_OK(harness_->AdvanceTo(start_ + 7 * kDay - absl::Seconds(1)));
  EXPECT_EQ(Invitation(id, 1).reminders_sent(), 0);
  ASSERT_OK(harness_->AdvanceTo(start_ + 7 * kDay));
  EXPECT_EQ(State(id), "reminding");
  EXPECT_EQ(Invitation(id, 1).reminders_sent(), 1);
  ASSERT_OK(Answer(one_, AnswerTo(Invitation(id, 1).id())));
  ASSERT_OK(harness_->AdvanceTo(start_ + 20 * kDay));
  EXPECT_EQ(Invitation(id, 1).reminders_sent(), 1);
  EXPECT_EQ(Invitation(id, 2).reminders_sent(), 3);
  EXPECT_EQ(State(id), "late");
  EXPECT_THAT(Notices(id), SizeIs(2 + 1 + 3));
}

TEST_P(SurveyServiceTest, AnAnswerCountsOnce) {
  const std::string id = Opened(Draft());
  const auto request = AnswerTo(Invitation(id, 1).id());
  ASSERT_OK(Answer(one_, request));
  EXPECT_THAT(Answer(one_, request).status(), ReasonIs(kAlreadyAnswered));
  EXPECT_EQ(Results(id, secretariat_).answered(), 1);
}

TEST_P(SurveyServiceTest, RepeatedAnswerGetsTheFirstReceipt) {
  const std::string id = Opened(Draft());
  auto request = AnswerTo(Invitation(id, 1).id());
  request.set_request_id("once");
  ASSERT_OK_AND_ASSIGN(const auto first, Answer(one_, request));
  ASSERT_OK(harness_->Advance(kDay));
  ASSERT_OK_AND_ASSIGN(const auto second, Answer(one_, request));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
}

TEST_P(SurveyServiceTest, TellsTheCaseWhatBecameOfTheTrial) {
  const std::string id = Opened(Draft());
  ASSERT_OK(Answer(one_, AnswerTo(Invitation(id, 1).id())));
  ASSERT_OK(harness_->Settle());
  const auto events = harness_->Sent<v1::SurveyAnswered>();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].case_id(), "case-1");
  EXPECT_EQ(events[0].campaign_id(), id);
  EXPECT_EQ(events[0].status_code(), "implemented");
  EXPECT_FALSE(events[0].late());
}

TEST_P(SurveyServiceTest, AnAnswerAfterTheDueTimeIsTakenAndMarkedLate) {
  const std::string id = Opened(Draft());
  ASSERT_OK(harness_->AdvanceTo(start_ + 14 * kDay + absl::Microseconds(1)));
  ASSERT_OK_AND_ASSIGN(const auto answer, Answer(one_, AnswerTo(Invitation(id, 1).id())));
  EXPECT_TRUE(answer.late());
  EXPECT_EQ(Results(id, secretariat_).late(), 1);
}

TEST_P(SurveyServiceTest, AnAnswerAtTheDueTimeIsNotLate) {
  const std::string id = Opened(Draft());
  ASSERT_OK(harness_->AdvanceTo(start_ + 14 * kDay));
  ASSERT_OK_AND_ASSIGN(const auto answer, Answer(one_, AnswerTo(Invitation(id, 1).id())));
  EXPECT_FALSE(answer.late());
}

TEST_P(SurveyServiceTest, RefusesAnAnswerAfterTheClose) {
  const std::string id = Opened(Draft());
  const std::string invitation = Invitation(id, 1).id();
  ASSERT_OK(harness_->AdvanceTo(start_ + 28 * kDay));
  EXPECT_EQ(State(id), "closed");
  EXPECT_EQ(Invitation(id, 1).state(), "unanswered");
  EXPECT_THAT(Answer(one_, AnswerTo(invitation)).status(), ReasonIs(kSurveyClosed));
}

TEST_P(SurveyServiceTest, TheCloseHoldsEvenBeforeItsTimerHasRun) {
  const std::string id = Opened(Draft());
  const std::string invitation = Invitation(id, 1).id();
  harness_->calendar().Set(start_ + 28 * kDay);
  EXPECT_THAT(Answer(one_, AnswerTo(invitation)).status(), ReasonIs(kSurveyClosed));
}

TEST_P(SurveyServiceTest, AnotherOrganisationDoesNotFindTheInvitation) {
  const std::string id = Opened(Draft());
  const std::string invitation = Invitation(id, 1).id();
  EXPECT_THAT(Answer(two_, AnswerTo(invitation)).status(), ReasonIs(kInvitationNotFound));
  v1::GetInvitationRequest get;
  get.set_id(invitation);
  EXPECT_THAT(harness_->Call<v1::InvitationForm>(two_, "GetInvitation", get).status(),
              ReasonIs(kInvitationNotFound));
  ASSERT_OK(Answer(one_, AnswerTo(invitation)));
  v1::GetAnswerRequest answer;
  answer.set_invitation_id(invitation);
  EXPECT_THAT(harness_->Call<v1::Answer>(two_, "GetAnswer", answer).status(), ReasonIs(kInvitationNotFound));
  const auto own = Invitations(id, two_);
  ASSERT_THAT(own, SizeIs(1));
  EXPECT_EQ(own[0].organisation_id(), "org-2");
}

TEST_P(SurveyServiceTest, WhoeverHoldsTheTokenMayAnswerOnce) {
  const std::string id = Opened(Draft());
  const act::Actor monitor{"user:x", {}, "", "LOCAL"};
  v1::GetInvitationRequest get;
  get.set_token(Notices(id)[0].token());
  ASSERT_OK_AND_ASSIGN(const auto form, harness_->Call<v1::InvitationForm>(monitor, "GetInvitation", get));
  EXPECT_EQ(form.template_().code(), "follow-up");
  auto request = AnswerTo("");
  request.set_token(get.token());
  ASSERT_OK_AND_ASSIGN(const auto answer, Answer(monitor, request));
  EXPECT_EQ(answer.invitation_id(), form.invitation().id());
  EXPECT_THAT(Answer(one_, AnswerTo(form.invitation().id())).status(), ReasonIs(kAlreadyAnswered));
}

TEST_P(SurveyServiceTest, AWrongTokenOpensNothing) {
  Opened(Draft());
  auto request = AnswerTo("");
  request.set_token(std::string(40, 'a'));
  EXPECT_THAT(Answer(one_, request).status(), ReasonIs(kInvitationNotFound));
}

TEST_P(SurveyServiceTest, ReportsAllFaultsOfAnAnswerAndLetsItBeRepeated) {
  const std::string id = Opened(Draft());
  auto request = AnswerTo(Invitation(id, 1).id(), 9);
  request.mutable_responses(0)->set_choices(0, "unheard");
  const absl::Status refused = Answer(one_, request).status();
  EXPECT_THAT(refused, ReasonIs(kFieldInvalid));
  EXPECT_THAT(GetErrorDetail(refused)->faults, SizeIs(2));
  EXPECT_OK(Answer(one_, AnswerTo(Invitation(id, 1).id())));
}

TEST_P(SurveyServiceTest, WhatCameBackLeavesTheBaseOfTheRate) {
  const std::string id = Opened(Draft(3));
  v1::RecordUndeliverableRequest undeliverable;
  undeliverable.set_invitation_id(Invitation(id, 3).id());
  undeliverable.set_reason("宛先不明");
  ASSERT_OK(harness_->Call<v1::Invitation>(secretariat_, "RecordUndeliverable", undeliverable));
  ASSERT_OK(Answer(one_, AnswerTo(Invitation(id, 1).id())));
  ASSERT_OK(harness_->AdvanceTo(start_ + 8 * kDay));
  const auto results = Results(id, secretariat_);
  EXPECT_EQ(results.sent(), 3);
  EXPECT_EQ(results.undeliverable(), 1);
  EXPECT_EQ(results.valid(), 1);
  EXPECT_EQ(results.response_rate_basis_points(), 5000);
  EXPECT_EQ(results.reminders_sent(), 1);
  EXPECT_THAT(Answer(Applicant("org-3", "user:three"), AnswerTo(Invitation(id, 3).id())).status(),
              ReasonIs(kInvitationUndeliverable));
}

TEST_P(SurveyServiceTest, SmallCellsStayHiddenFromTheDivision) {
  const std::string id = Opened(Draft(12));
  for (int i = 1; i <= 12; ++i) {
    ASSERT_OK(Answer(Applicant(absl::StrCat("org-", i), "user:a"),
                     AnswerTo(Invitation(id, i).id(), i <= 2 ? 1 : 5)));
  }
  const auto shown = Results(id, Staff("division", "user:d"));
  const auto& hidden = QuestionOf(shown, "effect");
  EXPECT_TRUE(shown.suppressed());
  EXPECT_EQ(hidden.n(), 12);
  EXPECT_TRUE(hidden.reference_only());
  EXPECT_TRUE(hidden.cells(0).hidden());
  EXPECT_TRUE(hidden.cells(4).hidden());
  EXPECT_FALSE(hidden.has_moments());
  const auto full = Results(id, secretariat_);
  EXPECT_EQ(QuestionOf(full, "effect").cells(0).share().count(), 2);
  EXPECT_NEAR(QuestionOf(full, "effect").mean(), 52.0 / 12, 1e-9);
}

TEST_P(SurveyServiceTest, ATemplateIsNamedByItsContent) {
  v1::CreateTemplateRequest request;
  request.set_code("sample");
  request.set_title_ja("見本");
  v1::Question* question = request.add_questions();
  question->set_code("rating");
  question->set_text_ja("評価");
  question->set_kind(v1::QUESTION_KIND_SCALE);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       harness_->Call<v1::Template>(secretariat_, "CreateTemplate", request));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       harness_->Call<v1::Template>(secretariat_, "CreateTemplate", request));
  EXPECT_EQ(first.id(), again.id());
  question->set_text_ja("総合評価");
  ASSERT_OK_AND_ASSIGN(const auto second,
                       harness_->Call<v1::Template>(secretariat_, "CreateTemplate", request));
  EXPECT_EQ(second.version(), 2);
  v1::GetTemplateRequest get;
  get.set_id("sample");
  ASSERT_OK_AND_ASSIGN(const auto newest, harness_->Call<v1::Template>(secretariat_, "GetTemplate", get));
  EXPECT_EQ(newest.id(), second.id());
  ASSERT_OK_AND_ASSIGN(const auto list, harness_->Call<v1::ListTemplatesResponse>(
                                            secretariat_, "ListTemplates", v1::ListTemplatesRequest()));
  EXPECT_EQ(list.templates_size(), 3);
}

INSTANTIATE_TEST_SUITE_P(Databases, SurveyServiceTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::survey
