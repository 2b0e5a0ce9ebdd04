// The services' own pools and sessions on the simulated disk.
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/status_matchers.h"
#include "workflow/storage/migration.h"
#include "workflow/storage/reasons.h"
#include "workflow/storage/session.h"

namespace jissho::simulation {
namespace {

using ::jissho::testing::ReasonIs;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kFile[] = "intake/db";
constexpr char kHost[] = "intake";

// As the services open their databases.
class PoolOnDiskTest : public ::testing::Test {
 protected:
  std::unique_ptr<storage::Pool> Open() {
    auto pool = storage::OpenPool({.dsn = disk_.Dsn(kFile)});
    EXPECT_OK(pool);
    return *std::move(pool);
  }

  static absl::Status Insert(storage::Session& session, int id) {
    JISSHO_RETURN_IF_ERROR(session.Begin());
    JISSHO_RETURN_IF_ERROR(session.Execute("INSERT INTO item VALUES (?)", {int64_t{id}}).status());
    return session.Commit();
  }

  static std::vector<storage::CellRow> Items(storage::Session& session) {
    auto rows = session.Query("SELECT id FROM item", {}, {storage::CellType::kInteger});
    EXPECT_OK(rows);
    return rows.ok() ? *rows : std::vector<storage::CellRow>{};
  }

  bool crash_at_sync_ = false;
  Disk disk_{{.before = [this](Operation operation, const std::string&) {
    return crash_at_sync_ && operation == Operation::kSync ? Verdict::kCrash : Verdict::kGoOn;
  }}};
};

TEST_F(PoolOnDiskTest, KeepsWhatWasCommittedAndOwnsUpToWhatItDoesNotKnow) {
  {
    auto pool = Open();
    auto session = *pool->Acquire(absl::ZeroDuration());
    ASSERT_OK(session->Execute("CREATE TABLE item (id INTEGER PRIMARY KEY)", {}));
    ASSERT_OK(Insert(*session, 1));
    auto reader = *pool->Acquire(absl::ZeroDuration());
    EXPECT_THAT(Items(*reader), SizeIs(1));
    crash_at_sync_ = true;
    EXPECT_THAT(Insert(*session, 2), ReasonIs(storage::kCommitUnknown));
    crash_at_sync_ = false;
    EXPECT_FALSE(Insert(*session, 3).ok());
    disk_.PowerLoss(kHost);
  }
  disk_.Restart(kHost);
  auto pool = Open();
  auto session = *pool->Acquire(absl::ZeroDuration());
  const std::vector<storage::CellRow> items = Items(*session);
  ASSERT_THAT(items, Not(IsEmpty()));
  EXPECT_EQ(std::get<int64_t>(items[0][0]), 1);
  ASSERT_OK(Insert(*session, 3));
}

// A process is killed between writing its commit to the log and syncing it; the next one reads the commit and
// may tell others of it; then the power goes. Whether the commit is still there.
bool OutlivesThePowerLoss(uint64_t seed, bool synced) {
  bool crash_at_sync = false;
  Disk disk({.seed = seed, .before = [&](Operation operation, const std::string&) {
               return crash_at_sync && operation == Operation::kSync ? Verdict::kCrash : Verdict::kGoOn;
             }});
  const auto open = [&disk] { return *storage::OpenPool({.dsn = disk.Dsn(kFile)}); };
  const auto items = [](storage::Session& session) {
    return session.Query("SELECT id FROM item", {}, {storage::CellType::kInteger})->size();
  };
  {
    auto pool = open();
    auto session = *pool->Acquire(absl::ZeroDuration());
    EXPECT_OK(session->Execute("CREATE TABLE item (id INTEGER PRIMARY KEY)", {}));
    crash_at_sync = true;
    EXPECT_FALSE(session->Execute("INSERT INTO item VALUES (1)", {}).ok());
    crash_at_sync = false;
  }
  disk.Restart(kHost);
  {
    auto pool = open();
    auto session = *pool->Acquire(absl::ZeroDuration());
    if (synced) {
      EXPECT_OK(storage::SyncRecovered(*session));
    }
    EXPECT_EQ(items(*session), 1u);
    disk.PowerLoss(kHost);
  }
  disk.Restart(kHost);
  auto pool = open();
  auto session = *pool->Acquire(absl::ZeroDuration());
  return items(*session) == 1;
}

TEST(RecoveryTest, WhatTheNextProcessReadOutlivesAPowerLossOnceItIsSynced) {
  for (uint64_t seed = 1; seed <= 50; ++seed) EXPECT_TRUE(OutlivesThePowerLoss(seed, true)) << seed;
}

TEST(RecoveryTest, WhatTheNextProcessReadMayBeLostBeforeItIsSynced) {
  int lost = 0;
  for (uint64_t seed = 1; seed <= 50; ++seed) lost += OutlivesThePowerLoss(seed, false) ? 0 : 1;
  EXPECT_GT(lost, 0);
}

TEST_F(PoolOnDiskTest, NeedsNoDirectory) {
  EXPECT_OK(storage::CreateDatabase(disk_.Dsn(kFile)));
  EXPECT_FALSE(std::filesystem::exists(absl::StrCat("file:", kHost)));
}

}  // namespace
}  // namespace jissho::simulation
