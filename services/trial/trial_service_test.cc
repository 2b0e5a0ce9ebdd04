// The methods of the trial service.
#include "services/runtime/reasons.h"
#include "services/trial/reasons.h"
#include "services/trial/trial_fixture.h"
#include "workflow/act/reasons.h"

namespace jissho::trial {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class TrialServiceTest : public TrialTest {
 protected:
  absl::StatusOr<v1::Trial> Promise(const std::string& due = "2022-10-01") {
    auto request = For<v1::PromiseSupportRequest>();
    request.set_kind(v1::SUPPORT_KIND_MONITOR);
    request.set_what("見本モニター");
    request.set_quantity(30);
    request.set_due_date(due);
    return harness_->Call<v1::Trial>(division_, "PromiseSupport", request);
  }
  absl::StatusOr<v1::Trial> Record(const std::string& promise, v1::PromiseState state,
                                   const std::string& note = "") {
    auto request = For<v1::RecordSupportRequest>();
    request.set_promise_id(promise);
    request.set_state(state);
    request.set_delivered_quantity(30);
    request.set_follow_up(note);
    return harness_->Call<v1::Trial>(division_, "RecordSupport", request);
  }
  absl::StatusOr<v1::Trial> Milestone(const std::string& due) {
    auto request = For<v1::AddMilestoneRequest>();
    request.set_title("見本の節目");
    request.set_due_date(due);
    return harness_->Call<v1::Trial>(applicant_, "AddMilestone", request);
  }
  absl::StatusOr<v1::Trial> Reach(const std::string& milestone) {
    auto request = For<v1::CompleteMilestoneRequest>();
    request.set_milestone_id(milestone);
    return harness_->Call<v1::Trial>(division_, "CompleteMilestone", request);
  }
};

TEST_P(TrialServiceTest, AnotherOrganisationsTrialDoesNotExistForAnApplicant) {
  Adopt();
  DecideGrant();
  EXPECT_THAT(StartOn(Applicant("org-2", "user:b"), "2022-09-01"), testing::ReasonIs(kTrialNotFound));
  v1::ListTrialsRequest request;
  ASSERT_OK_AND_ASSIGN(const auto list, harness_->Call<v1::ListTrialsResponse>(Applicant("org-2", "user:b"),
                                                                               "ListTrials", request));
  EXPECT_THAT(list.trials(), IsEmpty());
}

TEST_P(TrialServiceTest, CannotStartWithoutAGrantDecision) {
  Adopt();
  EXPECT_THAT(StartOn(applicant_, "2022-09-01"), testing::ReasonIs(act::kStateNotAllowed));
}

TEST_P(TrialServiceTest, CannotStartBeforeTheGrantDecision) {
  Adopt();
  DecideGrant();
  EXPECT_THAT(StartOn(applicant_, "2022-08-19"), testing::ReasonIs(kTrialBeforeGrantDecision));
  EXPECT_THAT(Sent<v1::TrialStarted>(), IsEmpty());
}

TEST_P(TrialServiceTest, TheApplicantOrTheDivisionStartsIt) {
  Adopt();
  DecideGrant();
  ASSERT_OK_AND_ASSIGN(const v1::Trial started, StartOn(division_, "2022-09-01"));
  EXPECT_EQ(started.state(), v1::TRIAL_STATE_RUNNING);
  EXPECT_EQ(started.start_date(), "2022-09-01");
}

TEST_P(TrialServiceTest, StartsOnce) {
  Run();
  EXPECT_THAT(StartOn(applicant_, "2022-09-01"), testing::ReasonIs(act::kStateNotAllowed));
  EXPECT_THAT(Sent<v1::TrialStarted>(), SizeIs(1));
}

TEST_P(TrialServiceTest, CannotEndAfterTheCallsLastDay) {
  Run();
  ASSERT_OK(harness_->AdvanceTo(civil::StartOfDay(civil::CivilDate(2023, 3, 20))));
  EXPECT_THAT(CompleteOn("2023-03-16"), testing::ReasonIs(kTrialOutsideWindow));
  ASSERT_OK_AND_ASSIGN(const v1::Trial completed, CompleteOn("2023-03-15"));
  EXPECT_EQ(completed.state(), v1::TRIAL_STATE_COMPLETED);
  EXPECT_EQ(completed.result(), "見本の結果");
}

TEST_P(TrialServiceTest, ATrialThatDoesNotRunCannotBeCompleted) {
  Adopt();
  EXPECT_THAT(CompleteOn("2022-09-01"), testing::ReasonIs(act::kStateNotAllowed));
}

TEST_P(TrialServiceTest, CancellingTellsWhetherItHadStarted) {
  Run();
  ASSERT_OK_AND_ASSIGN(const v1::Trial cancelled, Cancel(applicant_));
  EXPECT_EQ(cancelled.state(), v1::TRIAL_STATE_CANCELLED);
  ASSERT_THAT(Sent<v1::TrialCancelled>(), SizeIs(1));
  EXPECT_TRUE(Sent<v1::TrialCancelled>()[0].had_started());
}

TEST_P(TrialServiceTest, TheManagerNamesTheDivision) {
  Adopt();
  auto request = WithEtag<v1::NameDivisionRequest>();
  request.set_division("見本課");
  ASSERT_OK_AND_ASSIGN(const v1::Trial named, harness_->Call<v1::Trial>(manager_, "NameDivision", request));
  EXPECT_EQ(named.division(), "見本課");
  ASSERT_OK_AND_ASSIGN(const v1::Trial promised, Promise());
  EXPECT_EQ(promised.promises(0).division(), "見本課");
}

TEST_P(TrialServiceTest, AnOldEtagIsRefused) {
  Adopt();
  auto request = WithEtag<v1::NameDivisionRequest>();
  request.set_division("見本課");
  ASSERT_OK(harness_->Call<v1::Trial>(manager_, "NameDivision", request));
  request.set_request_id("other");
  EXPECT_THAT(harness_->Call<v1::Trial>(manager_, "NameDivision", request),
              testing::ReasonIs(runtime::kEtagMismatch));
}

TEST_P(TrialServiceTest, APromiseStaysOpenUntilItIsDelivered) {
  Adopt();
  ASSERT_OK_AND_ASSIGN(const v1::Trial promised, Promise());
  EXPECT_EQ(promised.open_promises(), 1);
  const std::string id = promised.promises(0).id();
  ASSERT_OK_AND_ASSIGN(const v1::Trial partly, Record(id, v1::PROMISE_STATE_OPEN, "残りは来週"));
  EXPECT_EQ(partly.open_promises(), 1);
  EXPECT_EQ(partly.promises(0).follow_up(), "残りは来週");
  ASSERT_OK_AND_ASSIGN(const v1::Trial delivered, Record(id, v1::PROMISE_STATE_DELIVERED));
  EXPECT_EQ(delivered.open_promises(), 0);
  EXPECT_EQ(delivered.promises(0).delivered_date(), "2022-09-01");
  EXPECT_THAT(Record(id, v1::PROMISE_STATE_OPEN), testing::ReasonIs(kPromiseAlreadyClosed));
}

TEST_P(TrialServiceTest, PromisesAreFollowedUpAfterTheTrial) {
  Run();
  ASSERT_OK_AND_ASSIGN(const v1::Trial promised, Promise());
  ASSERT_OK(CompleteOn("2022-09-01"));
  ASSERT_OK_AND_ASSIGN(const v1::Trial recorded,
                       Record(promised.promises(0).id(), v1::PROMISE_STATE_GIVEN_UP, "施設の都合"));
  EXPECT_EQ(recorded.open_promises(), 0);
}

TEST_P(TrialServiceTest, ListsTrialsWithOpenPromises) {
  Adopt();
  ASSERT_OK(harness_->Deliver("cases", "t2", Adoption("t2")));
  ASSERT_OK(Promise());
  v1::ListTrialsRequest request;
  request.set_open_promises(true);
  ASSERT_OK_AND_ASSIGN(const auto list,
                       harness_->Call<v1::ListTrialsResponse>(manager_, "ListTrials", request));
  ASSERT_THAT(list.trials(), SizeIs(1));
  EXPECT_EQ(list.trials(0).id(), "t1");
}

TEST_P(TrialServiceTest, ListsPageByPage) {
  Adopt();
  for (const char* id : {"t2", "t3"}) ASSERT_OK(harness_->Deliver("cases", id, Adoption(id)));
  v1::ListTrialsRequest request;
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       harness_->Call<v1::ListTrialsResponse>(manager_, "ListTrials", request));
  EXPECT_THAT(first.trials(), SizeIs(2));
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second,
                       harness_->Call<v1::ListTrialsResponse>(manager_, "ListTrials", request));
  ASSERT_THAT(second.trials(), SizeIs(1));
  EXPECT_EQ(second.trials(0).id(), "t3");
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_P(TrialServiceTest, MilestonesComeByDueDateAndAreReachedOnce) {
  Adopt();
  ASSERT_OK(Milestone("2022-12-01"));
  ASSERT_OK_AND_ASSIGN(const v1::Trial planned, Milestone("2022-10-01"));
  EXPECT_EQ(planned.milestones(0).due_date(), "2022-10-01");
  ASSERT_OK_AND_ASSIGN(const v1::Trial reached, Reach(planned.milestones(0).id()));
  EXPECT_EQ(reached.milestones(0).completed_date(), "2022-09-01");
  EXPECT_THAT(Reach(planned.milestones(0).id()), testing::ReasonIs(kMilestoneAlreadyCompleted));
  EXPECT_THAT(Reach("nothing"), testing::ReasonIs(kMilestoneNotFound));
  ASSERT_OK(Reach(planned.milestones(1).id()));
  ASSERT_OK(Milestone("2023-01-10"));
}

TEST_P(TrialServiceTest, MilestonesEndWithTheTrial) {
  Run();
  ASSERT_OK(Milestone("2022-12-01"));
  ASSERT_OK(CompleteOn("2022-09-01"));
  EXPECT_THAT(Reach(Get().milestones(0).id()), testing::ReasonIs(act::kStateNotAllowed));
}

TEST_P(TrialServiceTest, NotesIncidentsAndPublicityAreKept) {
  Run();
  auto note = For<v1::SubmitInterimNoteRequest>();
  note.set_text("順調");
  ASSERT_OK(harness_->Call<v1::Trial>(applicant_, "SubmitInterimNote", note));
  auto incident = For<v1::ReportIncidentRequest>();
  incident.set_severity(v1::SEVERITY_MINOR);
  incident.set_date("2022-09-01");
  incident.set_what("転倒");
  ASSERT_OK(harness_->Call<v1::Trial>(division_, "ReportIncident", incident));
  auto outreach = For<v1::RecordOutreachRequest>();
  outreach.set_kind(v1::OUTREACH_KIND_REPORT_MEETING);
  outreach.set_date("2022-09-01");
  outreach.set_what("成果報告会");
  outreach.set_reach(120);
  ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                       harness_->Call<v1::Trial>(Staff("secretariat", "user:s"), "RecordOutreach", outreach));
  EXPECT_EQ(trial.notes(0).author(), "user:a");
  EXPECT_EQ(trial.incidents(0).severity(), v1::SEVERITY_MINOR);
  EXPECT_EQ(trial.outreach(0).reach(), 120);
  EXPECT_THAT(Get().outreach(), SizeIs(1));
}

TEST_P(TrialServiceTest, AnIncidentThatHasNotHappenedIsRefused) {
  Run();
  auto incident = For<v1::ReportIncidentRequest>();
  incident.set_severity(v1::SEVERITY_MAJOR);
  incident.set_date("2022-09-02");
  incident.set_what("x");
  EXPECT_THAT(harness_->Call<v1::Trial>(division_, "ReportIncident", incident),
              testing::ReasonIs(kDateInFuture));
}

TEST_P(TrialServiceTest, ARepeatedPromiseIsOnePromise) {
  Adopt();
  auto request = For<v1::PromiseSupportRequest>();
  request.set_kind(v1::SUPPORT_KIND_FIELD);
  request.set_what("見本公園");
  ASSERT_OK(harness_->Call<v1::Trial>(division_, "PromiseSupport", request));
  ASSERT_OK(harness_->Call<v1::Trial>(division_, "PromiseSupport", request));
  EXPECT_THAT(Get().promises(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Databases, TrialServiceTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::trial
