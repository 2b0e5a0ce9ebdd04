// The planted bug that only a database with many writers shows: rows read without a lock and updated without
// their version. Two services with four lanes each add to one row of one MariaDB database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_hooks.h"
#include "workflow/act/service.h"

namespace jissho::fault {

struct PurseRow {
  std::string id;
  int64_t version = 0;
  int64_t yen = 0;
};

}  // namespace jissho::fault

template <>
struct jissho::storage::RowTraits<jissho::fault::PurseRow> {
  using R = fault::PurseRow;
  static constexpr char kTable[] = "test_purse";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("yen", &R::yen));
};

namespace jissho::fault {
namespace {

constexpr char kSchema[] =
    "CREATE TABLE test_purse (id {{id}} NOT NULL, version {{integer}} NOT NULL, yen {{integer}} NOT NULL, "
    "PRIMARY KEY (id)) {{table_options}};\n";
constexpr int kActs = 40;  // a round
constexpr int kRoundsMax = 200;

class ReadModifyWriteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string dsn = testing::FreshMysqlDsn();
    for (int i = 0; i < 2; ++i) {
      ASSERT_OK_AND_ASSIGN(auto pool, storage::OpenPool({.dsn = dsn, .sessions_max = 8}));
      pools_.push_back(std::move(pool));
    }
    ASSERT_OK_AND_ASSIGN(auto lease, pools_[0]->Acquire(absl::Seconds(5)));
    ASSERT_OK_AND_ASSIGN(auto migrations, act::Migrations());
    migrations.push_back({"test", 1, "purse", kSchema});
    ASSERT_OK(storage::Migrate(*lease, migrations));
    ASSERT_OK(lease->Execute("INSERT INTO test_purse (id,version,yen) VALUES ('purse',1,0)", {}));
    for (const auto& pool : pools_) {
      act::ServiceOptions options;
      options.service = "test";
      options.municipality = "082201";
      options.executor.lanes = 4;
      ASSERT_OK_AND_ASSIGN(auto service, act::Service::Create(options, {}, pool.get(), &calendar_,
                                                              &SystemMonotonic(), nullptr, nullptr));
      service->StartWithoutPump();
      services_.push_back(std::move(service));
    }
  }

  void TearDown() override { testing::Plant(Bug::kNone); }

  act::Act AddOneYen() {
    act::Act act;
    act.actor = act::Actor::System("test");
    act.command = {act.actor.id, "Add", absl::StrCat("r", ++requests_), "h"};
    // By what the caller names, not by the row: so that all lanes want it at once.
    act.partition = act.command.request_id;
    act.run = [](const act::Context&, const act::View& view,
                 act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_ASSIGN_OR_RETURN(auto purse, view.Find<PurseRow>("purse"));
      ++purse->yen;
      JISSHO_RETURN_IF_ERROR(writes.Update(*purse));
      return std::string();
    };
    return act;
  }

  // Yen that were acknowledged and are not there, after one round.
  int64_t LostInARound() {
    std::mutex mutex;
    std::condition_variable all;
    int answered = 0, done = 0;
    const int64_t before = Yen();
    for (int i = 0; i < kActs; ++i) {
      services_[i % services_.size()]->Submit(AddOneYen(), [&](const absl::StatusOr<std::string>& outcome) {
        std::lock_guard lock(mutex);
        done += outcome.ok() ? 1 : 0;
        if (++answered == kActs) all.notify_one();
      });
    }
    {
      std::unique_lock lock(mutex);
      all.wait(lock, [&] { return answered == kActs; });
    }
    EXPECT_EQ(done, kActs);
    return before + done - Yen();
  }

  int64_t Yen() {
    auto lease = *pools_[0]->Acquire(absl::Seconds(5));
    return (*storage::Select<PurseRow>(*lease, ""))[0].yen;
  }

  VirtualCalendar calendar_{absl::FromUnixSeconds(1654848000)};
  std::vector<std::unique_ptr<storage::Pool>> pools_;
  std::vector<std::unique_ptr<act::Service>> services_;
  int requests_ = 0;
};

TEST_F(ReadModifyWriteTest, ConcurrentActsOnOneRowAllCount) {
  for (int round = 0; round < 10; ++round) ASSERT_EQ(LostInARound(), 0);
}

TEST_F(ReadModifyWriteTest, ThePlantedBugIsCaught) {
  testing::Plant(Bug::kReadModifyWrite);
  for (int round = 1; round <= kRoundsMax; ++round) {
    if (LostInARound() == 0) continue;
    std::cout << "caught read-modify-write after " << round << " rounds\n";
    return;
  }
  FAIL() << "not caught in " << kRoundsMax << " rounds";
}

}  // namespace
}  // namespace jissho::fault
