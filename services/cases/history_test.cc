// The history of a case and everybody's tasks, as the services report them.
#include "jissho/engine/v1/engine.pb.h"
#include "services/cases/cases_fixture.h"
#include "services/runtime/process/events.h"
#include "workflow/act/journal.h"
#include "workflow/act/rows.h"

namespace jissho::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An instance of some service, whose journal grows entry by entry.
class Reporter {
 public:
  Reporter(std::string service, std::string instance_id, std::string case_id) : service_(std::move(service)) {
    instance_.id = std::move(instance_id);
    instance_.case_id = std::move(case_id);
    instance_.chart = "chart";
    instance_.snapshot = "null";
    instance_.tasks = "[]";
  }

  engine::v1::InstanceProgressed Progress(const std::string& event, const std::vector<act::Json>& tasks = {},
                                          const std::string& actor = "user:m") {
    act::JournalRow entry;
    entry.instance_id = instance_.id;
    entry.case_id = instance_.case_id;
    entry.sequence = ++instance_.journal_sequence;
    entry.at = absl::FromUnixMicros(kStart * 1000000 + 123456);
    entry.actor = actor;
    entry.event = event;
    entry.outcome = "done";
    const std::vector<std::string> entered = {"審査中"}, none;
    entry.entered = act::Json(entered).dump();
    entry.exited = act::Json(none).dump();
    entry.detail = R"({"changed":{"x":1}})";
    entry.previous_hash = instance_.journal_hash;
    entry.hash = act::JournalHash(entry);
    instance_.journal_hash = entry.hash;
    instance_.tasks = act::Json(tasks).dump();
    engine::v1::InstanceProgressed progress;
    progress.ParseFromString(runtime::ProtoProgressEncoder().Encode(
        {service_, instance_, entry, entered, none, none, act::Json(tasks)}));
    return progress;
  }

 private:
  std::string service_;
  act::InstanceRow instance_;
};

act::Json TaskOf(const std::string& event, const std::vector<std::string>& roles, const std::string& due = "",
                 const std::string& organisation = "") {
  act::Json task{{"event", event}, {"roles", roles}, {"ja", event + "する"}, {"en", "do " + event}};
  if (!due.empty()) task["due"] = due;
  if (!organisation.empty()) task["organisation"] = organisation;
  return task;
}

class HistoryTest : public CasesTest {
 protected:
  v1::VerifyCaseResponse Verify(const std::string& id) {
    v1::VerifyCaseRequest request;
    request.set_id(id);
    auto answer = harness_->Call<v1::VerifyCaseResponse>(Staff("auditor", "user:u"), "VerifyCase", request);
    EXPECT_OK(answer);
    return answer.value_or(v1::VerifyCaseResponse());
  }

  std::vector<std::string> Tasks(const act::Actor& actor, v1::ListTasksRequest request = {}) {
    std::vector<std::string> events;
    do {
      auto answer = harness_->Call<v1::ListTasksResponse>(actor, "ListTasks", request);
      EXPECT_OK(answer);
      if (!answer.ok()) break;
      for (const v1::OpenTask& task : answer->tasks()) events.push_back(task.task().event());
      request.set_page_token(answer->next_page_token());
    } while (!request.page_token().empty());
    return events;
  }

  std::vector<std::string> History(const act::Actor& actor, const std::string& id, int page_size = 0) {
    v1::GetCaseHistoryRequest request;
    request.set_id(id);
    request.set_page_size(page_size);
    std::vector<std::string> events;
    do {
      auto answer = harness_->Call<v1::GetCaseHistoryResponse>(actor, "GetCaseHistory", request);
      EXPECT_OK(answer);
      if (!answer.ok()) break;
      for (const auto& entry : answer->entries()) events.push_back(entry.entry().event());
      request.set_page_token(answer->next_page_token());
    } while (!request.page_token().empty());
    return events;
  }

  void Sql(const std::string& statement) {
    ASSERT_OK_AND_ASSIGN(auto lease, harness_->pool().Acquire(absl::Seconds(5)));
    ASSERT_OK(lease->Execute(statement, {}));
  }

  // Two services report on a case that exists.
  void Report() {
    Submit("c1");
    Hear("intake", "c1", proposal_.Progress("submit"));
    Hear("subsidy", "c1", grant_.Progress("apply"));
    Hear("intake", "c1", proposal_.Progress("accept"));
    Hear("subsidy", "c1", grant_.Progress("decide"));
  }

  Reporter proposal_{"intake", "c1", "c1"};
  Reporter grant_{"subsidy", "c1", "c1"};
  const act::Actor secretariat_ = Staff("secretariat", "user:s");
};

TEST_P(HistoryTest, KeepsWhatTheServicesReportInTheOrderOfItsArrival) {
  Report();
  EXPECT_THAT(History(secretariat_, "c1"), ElementsAre("submit", "apply", "accept", "decide"));
  EXPECT_THAT(History(secretariat_, "c1", 3), ElementsAre("submit", "apply", "accept", "decide"));
}

TEST_P(HistoryTest, KeepsWhatCameBeforeTheCase) {
  Hear("intake", "c1", proposal_.Progress("draft"));
  Submit("c1");
  EXPECT_THAT(History(secretariat_, "c1"), ElementsAre("draft"));
}

TEST_P(HistoryTest, VerifiesAnUntouchedHistory) {
  Report();
  const v1::VerifyCaseResponse answer = Verify("c1");
  EXPECT_TRUE(answer.intact());
  EXPECT_EQ(answer.entries(), 4);
  EXPECT_THAT(answer.chains(), SizeIs(2));
  EXPECT_FALSE(Get("c1").history_broken());
}

TEST_P(HistoryTest, AChangedEntryShows) {
  Report();
  Sql("UPDATE cases_history SET actor = 'user:x' WHERE position = 3");
  const v1::VerifyCaseResponse answer = Verify("c1");
  EXPECT_FALSE(answer.intact());
  EXPECT_EQ(answer.chains(0).service(), "intake");
  EXPECT_EQ(answer.chains(0).first_broken(), 2);
  EXPECT_TRUE(answer.chains(1).intact());
}

TEST_P(HistoryTest, ARemovedEntryShowsInTheMiddle) {
  Report();
  Sql("DELETE FROM cases_history WHERE position = 1");
  EXPECT_FALSE(Verify("c1").intact());
}

TEST_P(HistoryTest, ARemovedEntryShowsAtTheEnd) {
  Report();
  Sql("DELETE FROM cases_history WHERE position = 4");
  const v1::VerifyCaseResponse answer = Verify("c1");
  EXPECT_FALSE(answer.intact());
  EXPECT_EQ(answer.chains(1).first_broken(), 2);
}

TEST_P(HistoryTest, AReportThatSkipsAnEntryIsKeptAndMarked) {
  Submit("c1");
  Hear("intake", "c1", proposal_.Progress("submit"));
  proposal_.Progress("hidden");
  Hear("intake", "c1", proposal_.Progress("accept"));
  EXPECT_THAT(History(secretariat_, "c1"), ElementsAre("submit", "accept"));
  EXPECT_TRUE(Get("c1").history_broken());
  EXPECT_FALSE(Verify("c1").intact());
}

TEST_P(HistoryTest, AReportWhoseHashIsNotThatOfItsContentIsMarked) {
  Submit("c1");
  auto forged = proposal_.Progress("submit");
  forged.mutable_entry()->set_actor("user:x");
  Hear("intake", "c1", forged);
  EXPECT_TRUE(Get("c1").history_broken());
}

TEST_P(HistoryTest, AnApplicantSeesHisOwnDoingsAndWhereTheCaseWent) {
  Submit("c1");
  Hear("intake", "c1", proposal_.Progress("submit", {}, "user:a"));
  Hear("subsidy", "c1", grant_.Progress("inspect", {}, "user:officer"));
  Hear("subsidy", "c1", grant_.Progress("apply", {}, "user:a"));
  EXPECT_THAT(History(Applicant("org-1", "user:a"), "c1"), ElementsAre("submit", "apply"));
}

TEST_P(HistoryTest, TasksComeToThoseWhoMayDoThem) {
  Submit("c1");
  Hear("subsidy", "c1",
       grant_.Progress("apply", {TaskOf("decide", {"manager", "mayor"}), TaskOf("draft", {"secretariat"})}));
  EXPECT_THAT(Tasks(Staff("manager", "user:m")), ElementsAre("decide"));
  EXPECT_THAT(Tasks(Staff("mayor", "user:y")), ElementsAre("decide"));
  EXPECT_THAT(Tasks(secretariat_), ElementsAre("draft"));
  EXPECT_THAT(Tasks(Staff("accounting", "user:k")), IsEmpty());
}

TEST_P(HistoryTest, TheNextReportReplacesTheInstancesTasks) {
  Submit("c1");
  Hear("subsidy", "c1",
       grant_.Progress("apply", {TaskOf("decide", {"manager"}), TaskOf("refuse", {"manager"})}));
  Hear("intake", "c1", proposal_.Progress("accept", {TaskOf("look", {"manager"})}));
  Hear("subsidy", "c1", grant_.Progress("decide", {TaskOf("fix", {"manager"})}));
  EXPECT_THAT(Tasks(Staff("manager", "user:m")), ::testing::UnorderedElementsAre("look", "fix"));
  Hear("subsidy", "c1", grant_.Progress("fix"));
  EXPECT_THAT(Tasks(Staff("manager", "user:m")), ElementsAre("look"));
}

TEST_P(HistoryTest, TasksComeByDueTimeAndThoseWithoutOneLast) {
  Submit("c1");
  Hear("subsidy", "c1",
       grant_.Progress("apply", {TaskOf("some", {"manager"}), TaskOf("late", {"manager"}, "2022-06-30"),
                                 TaskOf("early", {"manager"}, "2022-06-11")}));
  EXPECT_THAT(Tasks(Staff("manager", "user:m")), ElementsAre("early", "late", "some"));
  v1::ListTasksRequest paged;
  paged.set_page_size(1);
  EXPECT_THAT(Tasks(Staff("manager", "user:m"), paged), ElementsAre("early", "late", "some"));
}

TEST_P(HistoryTest, OverdueTasksAreThoseWhoseDueTimeHasPassed) {
  Submit("c1");
  Hear("subsidy", "c1",
       grant_.Progress("apply",
                       {TaskOf("today", {"manager"}, "2022-06-10"),
                        TaskOf("tomorrow", {"manager"}, "2022-06-11"), TaskOf("never", {"manager"})}));
  v1::ListTasksRequest overdue;
  overdue.set_overdue(true);
  EXPECT_THAT(Tasks(Staff("manager", "user:m"), overdue), IsEmpty());
  ASSERT_OK(
      harness_->AdvanceTo(absl::FromUnixSeconds(kStart) + absl::Hours(8)));  // 2022-06-11 01:00 in Tokyo
  EXPECT_THAT(Tasks(Staff("manager", "user:m"), overdue), ElementsAre("today"));
}

TEST_P(HistoryTest, ApplicantsFindTheirOwnTasksOnly) {
  Submit("c1");
  Hear("intake", "c1",
       proposal_.Progress(
           "return", {TaskOf("resubmit", {"applicant"}, "", "org-1"), TaskOf("check", {"secretariat"})}));
  EXPECT_THAT(Tasks(Applicant("org-1", "user:a")), ElementsAre("resubmit"));
  EXPECT_THAT(Tasks(Applicant("org-2", "user:b")), IsEmpty());
  EXPECT_THAT(Tasks(Applicant("", "user:c")), IsEmpty());
}

TEST_P(HistoryTest, ADraftsTasksBecomeTheApplicantsWithTheCase) {
  Hear("intake", "c1", proposal_.Progress("draft", {TaskOf("submit", {"applicant"})}));
  EXPECT_THAT(Tasks(Applicant("org-1", "user:a")), IsEmpty());
  Submit("c1");
  EXPECT_THAT(Tasks(Applicant("org-1", "user:a")), ElementsAre("submit"));
}

TEST_P(HistoryTest, TheSecretariatMayLookAtOtherPeoplesTasksAndAReviewerMayNot) {
  Submit("c1");
  Hear("subsidy", "c1", grant_.Progress("apply", {TaskOf("decide", {"manager"})}));
  v1::ListTasksRequest all;
  all.set_all_roles(true);
  EXPECT_THAT(Tasks(secretariat_, all), ElementsAre("decide"));
  EXPECT_THAT(Tasks(Staff("reviewer", "user:r"), all), IsEmpty());
}

TEST_P(HistoryTest, WhatHasNoLabelIsNobodysTask) {
  Submit("c1");
  act::Json optional = TaskOf("outreach", {"manager"});
  optional["ja"] = "";
  Hear("trial", "c1",
       Reporter("trial", "c1", "c1").Progress("start", {optional, TaskOf("complete", {"manager"})}));
  EXPECT_THAT(Tasks(Staff("manager", "user:m")), ElementsAre("complete"));
}

INSTANTIATE_TEST_SUITE_P(Databases, HistoryTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace jissho::cases
