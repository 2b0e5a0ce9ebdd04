// The methods of the cases service.
#include "services/cases/cases_fixture.h"
#include "services/cases/reasons.h"
#include "services/runtime/reasons.h"
#include "workflow/act/reasons.h"

namespace jissho::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CasesServiceTest : public CasesTest {
 protected:
  std::vector<std::string> List(const act::Actor& actor, v1::ListCasesRequest request) {
    std::vector<std::string> ids;
    do {
      auto answer = harness_->Call<v1::ListCasesResponse>(actor, "ListCases", request);
      EXPECT_OK(answer);
      if (!answer.ok()) break;
      for (const v1::Case& one : answer->cases()) ids.push_back(one.id());
      request.set_page_token(answer->next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }

  std::vector<std::string> Search(const std::string& query) {
    v1::ListCasesRequest request;
    request.set_query(query);
    return List(secretariat_, request);
  }

  absl::StatusOr<v1::Case> Import(v1::PastOutcome outcome, bool trial_run, int64_t settled = 0,
                                  const std::string& request_id = "i1") {
    v1::ImportCaseRequest request;
    request.set_request_id(request_id);
    request.set_programme_id("prog-1");
    request.set_fiscal_year(2019);
    request.set_title("見本の過年度案件");
    request.set_organisation_name("見本大学");
    request.set_outcome(outcome);
    request.set_trial_run(trial_run);
    request.set_settled_yen(settled);
    return harness_->Call<v1::Case>(secretariat_, "ImportCase", request);
  }

  absl::StatusOr<v1::Case> Assign(const act::Actor& actor, const std::string& id, const std::string& etag) {
    v1::AssignDivisionRequest request;
    request.set_request_id("a1");
    request.set_id(id);
    request.set_etag(etag);
    request.set_division("見本課");
    return harness_->Call<v1::Case>(actor, "AssignDivision", request);
  }

  absl::StatusOr<v1::Case> Close(const std::string& id, const std::string& request_id = "x1") {
    v1::CloseCaseRequest request;
    request.set_request_id(request_id);
    request.set_id(id);
    request.set_etag(Get(id).etag());
    request.set_reason("終了");
    return harness_->Call<v1::Case>(secretariat_, "CloseCase", request);
  }

  v1::CountCasesResponse Count(int year) {
    v1::CountCasesRequest request;
    request.set_programme_id("prog-1");
    request.set_fiscal_year(year);
    auto answer = harness_->Call<v1::CountCasesResponse>(secretariat_, "CountCases", request);
    EXPECT_OK(answer);
    return answer.value_or(v1::CountCasesResponse());
  }

  const act::Actor secretariat_ = Staff("secretariat", "user:s");
};

TEST_P(CasesServiceTest, AnotherOrganisationsCaseDoesNotExistForAnApplicant) {
  Submit("c1");
  v1::GetCaseRequest request;
  request.set_id("c1");
  EXPECT_OK(harness_->Call<v1::Case>(Applicant("org-1", "user:a"), "GetCase", request));
  EXPECT_THAT(harness_->Call<v1::Case>(Applicant("org-2", "user:b"), "GetCase", request),
              testing::ReasonIs(kCaseNotFound));
}

TEST_P(CasesServiceTest, AnApplicantListsHisOwnCasesWhateverHeAsksFor) {
  Submit("c1");
  Hear("intake", "c2", Submitted("c2", "x", "org-2"));
  EXPECT_THAT(List(Applicant("org-2", "user:b"), {}), ElementsAre("c2"));
  v1::ListCasesRequest others;
  others.set_organisation_id("org-1");
  EXPECT_THAT(List(Applicant("org-2", "user:b"), others), IsEmpty());
}

TEST_P(CasesServiceTest, ListsPageByPageNewestYearFirst) {
  for (const char* id : {"c3", "c1", "c2"}) Submit(id);
  auto older = Submitted("b1");
  older.set_fiscal_year(2021);
  Hear("intake", "b1", older);
  v1::ListCasesRequest request;
  request.set_page_size(2);
  EXPECT_THAT(List(secretariat_, request), ElementsAre("c1", "c2", "c3", "b1"));
}

TEST_P(CasesServiceTest, FiltersHoldTogether) {
  SubmitAndAdopt("c1");
  Submit("c2");
  v1::ListCasesRequest request;
  request.set_programme_id("prog-1");
  request.set_fiscal_year(2022);
  request.set_call_id("call-1");
  request.set_state(v1::CASE_STATE_ADOPTED);
  request.set_organisation_id("org-1");
  EXPECT_THAT(List(secretariat_, request), ElementsAre("c1"));
  request.set_fiscal_year(2021);
  EXPECT_THAT(List(secretariat_, request), IsEmpty());
}

TEST_P(CasesServiceTest, FindsWordsOfTitleAndApplicantWithoutRegardToWidth) {
  Hear("intake", "c1", Submitted("c1", "自動運転バスの実証", "org-1"));
  Hear("intake", "c2", Submitted("c2", "ＡＩによる見守り", "org-2"));
  EXPECT_THAT(Search("運転"), ElementsAre("c1"));
  EXPECT_THAT(Search("ai"), ElementsAre("c2"));
  EXPECT_THAT(Search("見本株式会社 バス"), ElementsAre("c1"));
  EXPECT_THAT(Search("見本株式会社"), ElementsAre("c1", "c2"));
  EXPECT_THAT(Search("運動"), IsEmpty());
}

TEST_P(CasesServiceTest, ThePairsOfAWordDoNotMakeTheWord) {
  Hear("intake", "c1", Submitted("c1", "京都と東京", "org-1"));
  EXPECT_THAT(Search("東京都"), IsEmpty());
}

TEST_P(CasesServiceTest, VoicedAndUnvoicedKanaAreDifferentWords) {
  Hear("intake", "c1", Submitted("c1", "ガラスの実証", "org-1"));
  EXPECT_THAT(Search("カラス"), IsEmpty());
  EXPECT_THAT(Search("ガラス"), ElementsAre("c1"));
}

TEST_P(CasesServiceTest, ACorrectedTitleIsFoundAndTheOldOneIsNot) {
  Submit("c1");
  Hear("intake", "c1", OfProposal<intake::v1::ProposalReturned>("c1"));
  Hear("intake", "c1", Submitted("c1", "水中ドローン"));
  EXPECT_THAT(Search("ドローン"), ElementsAre("c1"));
  EXPECT_THAT(Search("見本の実証"), IsEmpty());
}

TEST_P(CasesServiceTest, CountsWhatTheSheetAsksFor) {
  for (int i = 1; i <= 4; ++i) Submit(absl::StrCat("c", i));
  for (int i = 1; i <= 2; ++i) {
    const std::string id = absl::StrCat("c", i);
    Accept(id);
    Adopt(id);
  }
  Hear("subsidy", "c1", GrantDecided("c1"));
  Hear("trial", "c1", TrialStarted("c1"));
  Hear("trial", "c1", TrialCompleted("c1"));
  Hear("intake", "c2", OfProposal<intake::v1::AdoptionDeclined>("c2"));
  Hear("intake", "c3", OfProposal<intake::v1::ProposalIneligible>("c3"));
  Hear("intake", "c4", OfProposal<intake::v1::ProposalWithdrawn>("c4"));
  const v1::CountCasesResponse counts = Count(2022);
  EXPECT_EQ(counts.proposals_received(), 4);
  EXPECT_EQ(counts.adopted(), 2);
  EXPECT_EQ(counts.declined(), 1);
  EXPECT_EQ(counts.trials_run(), 1);
  EXPECT_EQ(counts.trials_completed(), 1);
  EXPECT_EQ(counts.ineligible(), 1);
  EXPECT_EQ(counts.withdrawn(), 1);
  EXPECT_EQ(counts.in_progress(), 1);
}

TEST_P(CasesServiceTest, AnImportedCaseIsCountedAndListed) {
  ASSERT_OK_AND_ASSIGN(const v1::Case one, Import(v1::PAST_OUTCOME_ADOPTED, true, 900000));
  EXPECT_EQ(one.state(), v1::CASE_STATE_IMPORTED);
  EXPECT_TRUE(one.imported());
  ASSERT_OK(Import(v1::PAST_OUTCOME_DECLINED, false, 0, "i2"));
  EXPECT_EQ(Count(2019).adopted(), 2);
  EXPECT_EQ(Count(2019).declined(), 1);
  EXPECT_EQ(Count(2019).trials_run(), 1);
  EXPECT_THAT(Search("過年度"), SizeIs(2));
}

TEST_P(CasesServiceTest, ARepeatedImportMakesNoSecondCase) {
  ASSERT_OK_AND_ASSIGN(const v1::Case first, Import(v1::PAST_OUTCOME_ADOPTED, true));
  ASSERT_OK_AND_ASSIGN(const v1::Case second, Import(v1::PAST_OUTCOME_ADOPTED, true));
  EXPECT_EQ(first.id(), second.id());
  EXPECT_EQ(Count(2019).proposals_received(), 1);
}

TEST_P(CasesServiceTest, AnImportThatContradictsItselfIsRefused) {
  EXPECT_THAT(Import(v1::PAST_OUTCOME_NOT_ADOPTED, true), testing::ReasonIs(kImportContradictory));
  EXPECT_THAT(Import(v1::PAST_OUTCOME_ADOPTED, false, 1), testing::ReasonIs(kImportContradictory));
}

TEST_P(CasesServiceTest, AnImportedCaseIsSurveyedAndKeepsItsFigures) {
  ASSERT_OK_AND_ASSIGN(const v1::Case one, Import(v1::PAST_OUTCOME_ADOPTED, true, 900000));
  survey::v1::SurveyAnswered answered;
  answered.set_case_id(one.id());
  answered.set_status_code("in_use");
  Hear("survey", one.id(), answered);
  const v1::Case found = Get(one.id());
  EXPECT_EQ(found.survey_status_code(), "in_use");
  EXPECT_TRUE(found.trial_run());
  EXPECT_EQ(Count(2019).trials_run(), 1);
}

TEST_P(CasesServiceTest, TheSecretariatNamesTheDivision) {
  Submit("c1");
  ASSERT_OK_AND_ASSIGN(const v1::Case one, Assign(secretariat_, "c1", Get("c1").etag()));
  EXPECT_EQ(one.division(), "見本課");
  EXPECT_THAT(one.active_states(), ::testing::Contains("assigned"));
}

TEST_P(CasesServiceTest, ADivisionCannotNameItself) {
  Submit("c1");
  EXPECT_THAT(Assign(Staff("division", "user:d"), "c1", Get("c1").etag()),
              testing::ReasonIs(runtime::kRoleNotAllowed));
}

TEST_P(CasesServiceTest, AnOldEtagIsRefused) {
  Submit("c1");
  const std::string old = Get("c1").etag();
  Accept("c1");
  EXPECT_THAT(Assign(secretariat_, "c1", old), testing::ReasonIs(runtime::kEtagMismatch));
}

TEST_P(CasesServiceTest, AnOpenCaseCannotBeClosed) {
  SubmitAndAdopt("c1");
  EXPECT_THAT(Close("c1"), testing::ReasonIs(kCaseNotEnded));
}

TEST_P(CasesServiceTest, ANotAdoptedCaseIsClosedOnce) {
  Submit("c1");
  Accept("c1");
  Hear("review", "c1", Decision("c1", review::v1::OUTCOME_SCREENED_OUT));
  ASSERT_OK_AND_ASSIGN(const v1::Case closed, Close("c1"));
  EXPECT_EQ(closed.state(), v1::CASE_STATE_CLOSED);
  EXPECT_THAT(Close("c1", "x2"), testing::ReasonIs(act::kStateNotAllowed));
}

TEST_P(CasesServiceTest, AClosedCaseStillHearsItsSurvey) {
  Submit("c1");
  Hear("intake", "c1", OfProposal<intake::v1::ProposalIneligible>("c1"));
  ASSERT_OK(Close("c1"));
  survey::v1::SurveyAnswered answered;
  answered.set_case_id("c1");
  answered.set_status_code("stopped");
  Hear("survey", "c1", answered);
  EXPECT_EQ(Get("c1").survey_status_code(), "stopped");
  EXPECT_EQ(Get("c1").state(), v1::CASE_STATE_CLOSED);
}

TEST_P(CasesServiceTest, AnUnknownCaseIsNotFound) {
  v1::GetCaseHistoryRequest request;
  request.set_id("nowhere");
  EXPECT_THAT(harness_->Call<v1::GetCaseHistoryResponse>(secretariat_, "GetCaseHistory", request),
              testing::ReasonIs(kCaseNotFound));
}

TEST_P(CasesServiceTest, AForgedPageTokenIsRefused) {
  v1::ListCasesRequest request;
  request.set_page_token("AAAA");
  EXPECT_THAT(harness_->Call<v1::ListCasesResponse>(secretariat_, "ListCases", request),
              testing::ReasonIs(runtime::kPageTokenInvalid));
}

INSTANTIATE_TEST_SUITE_P(Databases, CasesServiceTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::cases
