// Conflicts, lost connections and exhausted pools.
#include <thread>

#include "workflow/storage/database_fixture.h"
#include "workflow/storage/reasons.h"
#include "workflow/storage/sql_builder.h"

namespace jissho::storage {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::IsOkAndHolds;
using ::jissho::testing::ReasonIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTouch[] = "UPDATE item SET title=? WHERE id=?";

class StorageFaultTest : public DatabaseTest {
 protected:
  void SetUp() override {
    pool_ = Open(FreshDsn(), 3, absl::Seconds(1));
    auto session = Take();
    CreateTables(*session);
    for (const char* id : {"a", "b"}) {
      ASSERT_OK(session->Execute(InsertRows(TableOf<ItemRow>(), 1), ToCells(ItemRow{id, 1, "t"})));
    }
  }

  Pool::Lease Take() { return *pool_->Acquire(absl::Seconds(5)); }

  static void Kill(Session& killer, Session& victim) {
    auto id = victim.Query("SELECT CONNECTION_ID()", {}, {CellType::kInteger});
    ASSERT_OK(id);
    ASSERT_OK(killer.Execute("KILL CONNECTION " + std::to_string(std::get<int64_t>((*id)[0][0])), {}));
  }

  std::unique_ptr<Pool> pool_;
};

// Faults that only a database server has: deadlocks and lost connections.
class ServerFaultTest : public StorageFaultTest {};

TEST_P(StorageFaultTest, AnswersRetryWhenALockDoesNotComeFreeInTime) {
  auto holder = Take();
  auto waiter = Take();
  ASSERT_OK(holder->Begin());
  ASSERT_OK(holder->Execute(kTouch, {"x", "a"}));
  absl::Status status = waiter->Begin();
  if (!sqlite()) {
    ASSERT_THAT(status, IsOk());
    status = waiter->Execute(kTouch, {"y", "a"}).status();
  }
  EXPECT_THAT(status, ReasonIs(kStorageRetry));
}

TEST_P(StorageFaultTest, ReadersDoNotWaitForAWriter) {
  auto writer = Take();
  ASSERT_OK(writer->Begin());
  ASSERT_OK(writer->Execute(kTouch, {"x", "a"}));
  EXPECT_THAT(Select<ItemRow>(*Take(), "WHERE title='t'"), IsOkAndHolds(SizeIs(2)));
}

TEST_P(ServerFaultTest, UndoesOneOfTwoDeadlockedTransactionsAndRefusesItsFurtherStatements) {
  pool_ = Open(FreshDsn(), 3, absl::Seconds(20));
  auto first = Take();
  auto second = Take();
  CreateTables(*first);
  for (const char* id : {"a", "b"}) {
    ASSERT_OK(first->Execute(InsertRows(TableOf<ItemRow>(), 1), ToCells(ItemRow{id, 1, "t"})));
  }
  ASSERT_OK(first->Begin());
  ASSERT_OK(second->Begin());
  ASSERT_OK(first->Execute(kTouch, {"1", "a"}));
  ASSERT_OK(second->Execute(kTouch, {"2", "b"}));
  absl::Status one;
  std::thread other([&] {
    one = first->Execute(kTouch, {"1", "b"}).status();
    if (!one.ok()) first->Rollback();
  });
  const absl::Status two = second->Execute(kTouch, {"2", "a"}).status();
  const bool second_lost = !two.ok();
  if (second_lost) {
    EXPECT_THAT(two, ReasonIs(kStorageRetry));
    // Sent now, this would commit by itself.
    EXPECT_THAT(second->Execute(kTouch, {"stray", "b"}), ReasonIs(kStorageRetry));
    EXPECT_THAT(second->Commit(), ReasonIs(kStorageRetry));
  }
  other.join();
  EXPECT_NE(one.ok(), two.ok());
  if (!second_lost) {
    EXPECT_THAT(one, ReasonIs(kStorageRetry));
    ASSERT_OK(second->Commit());
  } else {
    ASSERT_OK(first->Commit());
  }
  EXPECT_THAT(Select<ItemRow>(*Take(), "WHERE title=?", {second_lost ? "1" : "2"}), IsOkAndHolds(SizeIs(2)));
}

TEST_P(ServerFaultTest, DoomsTheTransactionWhoseConnectionWasKilledUntilItsRollback) {
  auto victim = Take();
  ASSERT_OK(victim->Begin());
  ASSERT_OK(victim->Execute(kTouch, {"x", "a"}));
  Kill(*Take(), *victim);
  EXPECT_THAT(victim->Execute(kTouch, {"x", "b"}), ReasonIs(kStorageRetry));
  EXPECT_THAT(victim->Query("SELECT 1", {}, {CellType::kInteger}), ReasonIs(kStorageRetry));
  victim->Rollback();
  ASSERT_OK(victim->Begin());
  ASSERT_OK(victim->Execute(kTouch, {"y", "b"}));
  ASSERT_OK(victim->Commit());
  EXPECT_THAT(Select<ItemRow>(*victim, "WHERE title='x'"), IsOkAndHolds(IsEmpty()));
}

TEST_P(ServerFaultTest, ReplacesAnIdleConnectionThatWasKilled) {
  auto victim = Take();
  auto killer = Take();
  Kill(*killer, *victim);
  EXPECT_THAT(victim->Begin(), IsOk());
  victim->Rollback();
  Kill(*killer, *victim);
  EXPECT_THAT(Select<ItemRow>(*victim, ""), IsOkAndHolds(SizeIs(2)));
  Kill(*killer, *victim);
  EXPECT_THAT(victim->Execute(kTouch, {"x", "a"}), ReasonIs(kStorageRetry));
  EXPECT_THAT(victim->Execute(kTouch, {"x", "a"}), IsOkAndHolds(1));
}

TEST_P(ServerFaultTest, WritesRowsOnTheConnectionThatReplacesAKilledOne) {
  const TableSpec& table = TableOf<ItemRow>();
  const std::vector<CellRow> rows = {ToCells(ItemRow{"c", 1, "t"}), ToCells(ItemRow{"d", 1, "t"})};
  auto victim = Take();
  ASSERT_OK(victim->Upsert(table, Addresses(rows)));
  ASSERT_OK(victim->Begin());
  ASSERT_OK(victim->Upsert(table, Addresses(rows)));
  Kill(*Take(), *victim);
  EXPECT_THAT(victim->Upsert(table, Addresses(rows)), ReasonIs(kStorageRetry));
  EXPECT_THAT(victim->Upsert(table, Addresses(rows)), ReasonIs(kStorageRetry));
  victim->Rollback();
  ASSERT_OK(victim->Begin());
  ASSERT_OK(victim->Upsert(table, Addresses(rows)));
  ASSERT_OK(victim->Commit());
  EXPECT_THAT(Select<ItemRow>(*victim, ""), IsOkAndHolds(SizeIs(4)));
}

TEST_P(ServerFaultTest, CallsTheOutcomeOfACommitOnALostConnectionUnknown) {
  auto victim = Take();
  ASSERT_OK(victim->Begin());
  ASSERT_OK(victim->Execute(kTouch, {"x", "a"}));
  Kill(*Take(), *victim);
  EXPECT_THAT(victim->Commit(), ReasonIs(kCommitUnknown));
  EXPECT_THAT(victim->Begin(), IsOk());
}

TEST_P(ServerFaultTest, SetsANewConnectionUpLikeTheFirst) {
  auto victim = Take();
  Kill(*Take(), *victim);
  ASSERT_OK_AND_ASSIGN(
      auto rows,
      victim->Query(
          "SELECT @@sql_mode LIKE '%STRICT_ALL_TABLES%', @@tx_isolation, @@time_zone, @@character_set_client",
          {}, {CellType::kInteger, CellType::kText, CellType::kText, CellType::kText}));
  EXPECT_EQ(rows[0], (CellRow{int64_t{1}, "READ-COMMITTED", "+00:00", "utf8mb4"}));
}

TEST_P(StorageFaultTest, RefusesWhenNoSessionComesFreeInTime) {
  auto a = Take();
  auto b = Take();
  {
    auto c = Take();
    EXPECT_THAT(pool_->Acquire(absl::Milliseconds(1)), ReasonIs(kPoolExhausted));
  }
  EXPECT_THAT(pool_->Acquire(absl::ZeroDuration()), IsOk());
}

TEST_P(StorageFaultTest, GivesASessionToWhoeverWaitsWhenOneComesBack) {
  auto a = Take();
  auto b = Take();
  auto c = std::make_unique<Pool::Lease>(Take());
  std::thread waiter([this] { EXPECT_THAT(pool_->Acquire(absl::Seconds(30)), IsOk()); });
  c.reset();
  waiter.join();
}

TEST_P(StorageFaultTest, AssigningALeaseReturnsTheOldSession) {
  auto a = Take();
  auto b = Take();
  a = Take();
  EXPECT_THAT(pool_->Acquire(absl::ZeroDuration()), IsOk());
}

TEST_P(StorageFaultTest, LendsOneSessionToOneThreadAtATime) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 10; ++round) {
        auto session = pool_->Acquire(absl::Seconds(30));
        ASSERT_OK(session);
        ASSERT_OK((*session)->Begin());
        ASSERT_OK((*session)->Execute("UPDATE item SET version=version+1 WHERE id='a'", {}));
        ASSERT_OK((*session)->Commit());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Select<ItemRow>(*Take(), "WHERE version=61"), IsOkAndHolds(SizeIs(1)));
}

INSTANTIATE_TEST_SUITE_P(Databases, StorageFaultTest, ::testing::Values("sqlite", "mysql"),
                         [](const auto& info) { return std::string(info.param); });

// The server answers with a broken connection, which would look like something to try again for ever.
TEST_P(ServerFaultTest, RefusesAStatementLargerThanTheServerTakes) {
  auto session = Take();
  const std::string huge(20 << 20, 'x');
  EXPECT_THAT(session->Execute(kTouch, {huge, "a"}), ReasonIs(kStorageFailed));
  EXPECT_THAT(session->Execute(kTouch, {std::string(9 << 20, '\''), "a"}), ReasonIs(kStorageFailed));
  EXPECT_THAT(session->Execute(kTouch, {"x", "a"}), IsOkAndHolds(1));
}

TEST_P(ServerFaultTest, RefusesRowsThatAreTogetherLargerThanTheServerTakes) {
  const std::string large(9 << 20, 'x');
  auto session = Take();
  EXPECT_THAT(session->Insert(TableOf<ItemRow>(),
                              Addresses({ToCells(ItemRow{"c", 1, large}), ToCells(ItemRow{"d", 1, large})})),
              ReasonIs(kStorageFailed));
  EXPECT_THAT(session->Insert(TableOf<ItemRow>(), Addresses({ToCells(ItemRow{"c", 1, large})})), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Databases, ServerFaultTest, ::testing::Values("mysql"),
                         [](const auto& info) { return std::string(info.param); });

TEST(ServerCrashTest, KeepsWhatWasCommittedAndReconnectsWhenTheServerIsBack) {
  testing::PrivateMariadb server;
  auto pool = OpenPool({.dsn = server.FreshDsn(), .sessions_max = 2});
  ASSERT_OK(pool);
  auto session = *(*pool)->Acquire(absl::Seconds(1));
  ASSERT_OK(session->Execute("CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB", {}));
  ASSERT_OK(session->Execute("INSERT INTO t VALUES (1)", {}));
  ASSERT_OK(session->Begin());
  ASSERT_OK(session->Execute("INSERT INTO t VALUES (2)", {}));
  server.Kill9();
  EXPECT_THAT(session->Execute("INSERT INTO t VALUES (3)", {}), ReasonIs(kStorageRetry));
  session->Rollback();
  EXPECT_THAT(session->Begin(), ReasonIs(kStorageRetry));
  server.Restart();
  EXPECT_THAT(session->Query("SELECT id FROM t", {}, {CellType::kInteger}),
              IsOkAndHolds(::testing::ElementsAre(CellRow{int64_t{1}})));
}

}  // namespace
}  // namespace jissho::storage
