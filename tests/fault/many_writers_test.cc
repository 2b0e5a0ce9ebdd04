// The planted bugs that only a database with many writers shows: rows read without a lock and updated without
// their version, and a key that does not keep a second row out. Two services with four lanes each add to one
// row of one MariaDB database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
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
constexpr size_t kActs = 40;  // a round
constexpr int kRoundsMax = 200;

class ManyWritersTest : public ::testing::Test {
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
      options.executor.wait_max = absl::Seconds(30);  // whether each counts once is asked, not how many fit
      ASSERT_OK_AND_ASSIGN(auto service, act::Service::Create(options, {}, pool.get(), &calendar_,
                                                              &SystemMonotonic(), nullptr, nullptr));
      service->StartWithoutPump();
      services_.push_back(std::move(service));
    }
  }

  void TearDown() override { testing::Plant(Bug::kNone); }

  static act::Act AddOneYen(const std::string& request_id) {
    act::Act act;
    act.actor = act::Actor::System("test");
    act.command = {act.actor.id, "Add", request_id, "h"};
    // By what the caller names, not by the row: so that all lanes want it at once.
    act.partition = request_id;
    act.run = [](const act::Context&, const act::View& view,
                 act::WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_ASSIGN_OR_RETURN(auto purse, view.Find<PurseRow>("purse"));
      ++purse->yen;
      JISSHO_RETURN_IF_ERROR(writes.Update(*purse));
      return std::string();
    };
    return act;
  }

  // Yen that are in the purse after one round beyond those that were acknowledged. Each request goes to
  // `askers` of the services at once and counts once; the services take turns.
  int64_t TooManyAfterARound(size_t askers) {
    std::mutex mutex;
    std::condition_variable all;
    size_t answered = 0;
    std::set<std::string> done;
    const int64_t before = Yen();
    for (size_t i = 0; i < kActs / askers; ++i) {
      const std::string id = absl::StrCat("r", ++requests_);
      for (size_t asker = 0; asker < askers; ++asker) {
        services_[(i + asker) % services_.size()]->Submit(
            AddOneYen(id), [&, id](const absl::StatusOr<std::string>& outcome) {
              std::lock_guard lock(mutex);
              if (outcome.ok()) done.insert(id);
              if (++answered == kActs) all.notify_one();
            });
      }
    }
    std::unique_lock lock(mutex);
    all.wait(lock, [&] { return answered == kActs; });
    EXPECT_EQ(done.size(), kActs / askers);
    return Yen() - before - static_cast<int64_t>(done.size());
  }

  // Looks for a planted bug until the purse holds what it should not.
  void Hunt(Bug bug, const std::string& name, size_t askers) {
    testing::Plant(bug);
    for (int round = 1; round <= kRoundsMax; ++round) {
      if (TooManyAfterARound(askers) == 0) continue;
      std::cout << "caught " << name << " after " << round << " rounds\n";
      return;
    }
    FAIL() << "MISSED " << name << " in " << kRoundsMax << " rounds";
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

TEST_F(ManyWritersTest, ConcurrentActsOnOneRowAllCount) {
  for (int round = 0; round < 10; ++round) ASSERT_EQ(TooManyAfterARound(1), 0);
}

TEST_F(ManyWritersTest, ARequestThatTwoProcessesGetAtOnceCountsOnce) {
  for (int round = 0; round < 10; ++round) ASSERT_EQ(TooManyAfterARound(2), 0);
}

TEST_F(ManyWritersTest, ReadModifyWriteIsCaught) { Hunt(Bug::kReadModifyWrite, "read-modify-write", 1); }

TEST_F(ManyWritersTest, AKeyThatIsNotUniqueIsCaught) { Hunt(Bug::kKeyNotUnique, "key-not-unique", 2); }

}  // namespace
}  // namespace jissho::fault
