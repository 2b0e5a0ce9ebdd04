// That a broken rule is found.
#include "tests/support/invariants.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jissho/survey/v1/survey.pb.h"
#include "jissho/trial/v1/trial.pb.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/outcome.h"
#include "workflow/act/rows.h"
#include "workflow/act/service.h"
#include "workflow/storage/migration.h"

namespace jissho::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kNameDivision[] = "jissho.trial.v1.TrialService/NameDivision";
constexpr char kAnswerSurvey[] = "jissho.survey.v1.SurveyService/AnswerSurvey";

class FiringsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // Links the methods that the tests name.
    trial::v1::NameDivisionRequest::descriptor();
    survey::v1::AnswerSurveyRequest::descriptor();
    ASSERT_OK_AND_ASSIGN(pool_, storage::OpenPool({.dsn = FreshSqliteDsn(), .sessions_max = 1}));
    ASSERT_OK_AND_ASSIGN(session_, pool_->Acquire(absl::Seconds(5)));
    ASSERT_OK_AND_ASSIGN(const auto migrations, act::Migrations());
    ASSERT_OK(storage::Migrate(**session_, migrations));
  }

  void Write(const storage::TableSpec& table, const storage::CellRow& cells) {
    ASSERT_OK((*session_)->Insert(table, {&cells}));
  }
  // A call of `caller` that is answered in that minute.
  void Call(const std::string& caller, const std::string& method, int minute,
            const absl::StatusOr<std::string>& outcome = std::string()) {
    act::CommandRow row{caller,    method, absl::StrCat("r", ++count_), "h", act::EncodeOutcome(outcome),
                        At(minute)};
    Write(storage::TableOf<act::CommandRow>(), storage::ToCells(row));
  }
  // The next entry of the one instance's journal.
  void Enter(const std::string& actor, const std::string& event, int minute,
             const std::string& outcome = "done") {
    act::JournalRow row;
    row.instance_id = "i";
    row.sequence = ++sequence_;
    row.at = At(minute);
    row.actor = actor;
    row.event = event;
    row.outcome = outcome;
    row.entered = row.exited = "[]";
    row.detail = "{}";
    Write(storage::TableOf<act::JournalRow>(), storage::ToCells(row));
  }

  std::vector<std::string> Found() {
    std::vector<std::string> found;
    const auto broken = CheckFirings("trial", **session_);
    EXPECT_OK(broken);
    for (const Broken& one : *broken) found.push_back(one.what);
    return found;
  }

 private:
  static absl::Time At(int minute) { return absl::FromUnixSeconds(1648738800) + absl::Minutes(minute); }

  std::unique_ptr<storage::Pool> pool_;
  std::optional<storage::Pool::Lease> session_;
  int count_ = 0;
  int64_t sequence_ = 0;
};

TEST_F(FiringsTest, FindsNothingWhereAMethodFiredWhatItDeclares) {
  Enter("ito", "start", 0);
  Enter("ito", "division.name", 1);
  Call("ito", kNameDivision, 1);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(FiringsTest, FindsAnEventThatTheMethodDoesNotDeclare) {
  Enter("ito", "start", 0);
  Enter("ito", "division.name", 1);
  Enter("ito", "trial.start", 1);
  Call("ito", kNameDivision, 1);
  EXPECT_THAT(Found(), ElementsAre("ito fired trial.start by a method that does not declare it"));
}

TEST_F(FiringsTest, TakesOnlyTheCallsOfThatPersonAndMoment) {
  Enter("ito", "start", 0);
  Enter("ito", "division.name", 1);
  Call("ito", kNameDivision, 1);
  Enter("ito", "division.name", 2);
  Enter("abe", "division.name", 1);
  EXPECT_THAT(Found(), ElementsAre("abe fired division.name by a method that does not declare it",
                                   "ito fired division.name by a method that does not declare it"));
}

TEST_F(FiringsTest, FindsAnAcceptedCallThatFiredNothing) {
  Enter("ito", "start", 0);
  Call("ito", kNameDivision, 1);
  EXPECT_THAT(Found(), ElementsAre(absl::StrCat(kNameDivision, " of ito fired none of division.name")));
}

TEST_F(FiringsTest, AsksNothingOfARefusedCall) {
  Enter("ito", "start", 0);
  Enter("ito", "division.name", 1, "refused");
  Call("ito", kNameDivision, 1, absl::PermissionDeniedError("no"));
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(FiringsTest, LetsWhoNeedsNoRoleComeByOtherRights) {
  Enter("system:survey", "start", 0);
  Enter("system:survey", "invitation.answer_by_token", 1);
  Call("ito", kAnswerSurvey, 1);
  EXPECT_THAT(Found(), IsEmpty());
}

}  // namespace
}  // namespace jissho::testing
