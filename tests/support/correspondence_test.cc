// That an event which was sent and has not arrived is found (I8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/invariants.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "workflow/act/rows.h"
#include "workflow/act/service.h"

namespace jissho::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CorrespondenceTest : public ::testing::Test {
 protected:
  struct Database {
    Database() {
      pool = *storage::OpenPool({.dsn = FreshSqliteDsn(), .sessions_max = 1});
      const auto migrations = act::Migrations();
      EXPECT_OK(migrations);
      EXPECT_OK(storage::Migrate(**pool->Acquire(absl::Seconds(5)), *migrations));
    }
    template <class Row>
    void Put(const Row& row) {
      const storage::CellRow cells = storage::ToCells(row);
      EXPECT_OK((*pool->Acquire(absl::Seconds(5)))->Insert(storage::TableOf<Row>(), {&cells}));
    }
    std::unique_ptr<storage::Pool> pool;
  };

  void SetUp() override {
    intake_.Put(act::StreamRow{"cases", "case-1", 2});
    cases_.Put(act::InboxRow{"intake", "case-1", 2});
  }

  std::vector<std::string> Found() {
    Correspondence correspondence;
    EXPECT_OK(correspondence.Add("intake", **intake_.pool->Acquire(absl::Seconds(5))));
    EXPECT_OK(correspondence.Add("cases", **cases_.pool->Acquire(absl::Seconds(5))));
    std::vector<std::string> found;
    for (const Broken& one : correspondence.Check())
      found.push_back(absl::StrCat(one.rule, " ", one.service, ": ", one.what));
    return found;
  }

  Database intake_, cases_;
};

TEST_F(CorrespondenceTest, FindsNothingWhereAllThatWasSentWasTaken) { EXPECT_THAT(Found(), IsEmpty()); }

TEST_F(CorrespondenceTest, FindsAnEventThatWasSentAndNeverTaken) {
  intake_.Put(act::StreamRow{"cases", "case-2", 1});
  EXPECT_THAT(Found(), ElementsAre("I8 intake: sent 1 events to cases in case-2, which has 0"));
}

TEST_F(CorrespondenceTest, FindsAnEventThatWasTakenAndNeverSent) {
  cases_.Put(act::InboxRow{"intake", "case-2", 3});
  EXPECT_THAT(Found(), ElementsAre("I8 intake: sent 0 events to cases in case-2, which has 3"));
}

TEST_F(CorrespondenceTest, FindsAnEventThatStillWaits) {
  intake_.Put(act::OutboxRow{"cases", "case-1", 2, "Received", "", absl::UnixEpoch(), 4, "refused"});
  EXPECT_THAT(Found(), ElementsAre("I8 intake: Received to cases waits: refused"));
}

TEST_F(CorrespondenceTest, FindsAMessageThatStillWaits) {
  act::MailRow mail;
  mail.instance_id = "p1";
  mail.sequence = 1;
  mail.event = "proposal.late";
  intake_.Put(mail);
  EXPECT_THAT(Found(), ElementsAre("I8 intake: proposal.late for p1 waits"));
}

TEST_F(CorrespondenceTest, FindsAnOpenIncidentAndNoClosedOne) {
  act::IncidentRow incident;
  incident.instance_id = "case-1";
  incident.event = "review.decided";
  incident.cause_en = "no such case";
  for (const char* state : {"open", "resolved", "skipped"}) {
    incident.id = incident.state = state;
    cases_.Put(incident);
  }
  EXPECT_THAT(Found(), ElementsAre("I8 cases: review.decided of case-1 is stuck: no such case"));
}

}  // namespace
}  // namespace jissho::testing
