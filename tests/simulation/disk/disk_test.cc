// SQLite on the simulated disk: it keeps its promises where they are kept, and the disk finds where they are
// not.
#include "tests/simulation/disk/disk.h"

#include <sqlite3.h>

#include <optional>
#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jissho::simulation {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kFile[] = "intake/db";
constexpr char kHost[] = "intake";
constexpr int kSeeds = 500;

// A connection.
class Connection {
 public:
  explicit Connection(const Disk& disk, const std::string& file = kFile) {
    opened_ = sqlite3_open_v2(disk.Uri(file).c_str(), &db_,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, nullptr);
  }
  ~Connection() { EXPECT_EQ(sqlite3_close(db_), SQLITE_OK); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // SQLite's primary code.
  int Run(const std::string& sql) {
    if (opened_ != SQLITE_OK) return opened_ & 0xff;
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) & 0xff;
  }

  // The first column of all rows; an error stands as the last row.
  std::vector<std::string> Ask(const std::string& sql) {
    std::vector<std::string> rows;
    const auto add = [](void* to, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(to)->push_back(values[0] == nullptr ? "NULL" : values[0]);
      return 0;
    };
    const int code = opened_ != SQLITE_OK ? opened_ : sqlite3_exec(db_, sql.c_str(), add, &rows, nullptr);
    if (code != SQLITE_OK) rows.push_back(absl::StrCat("error ", code & 0xff));
    return rows;
  }

  sqlite3* db() { return db_; }

 private:
  sqlite3* db_ = nullptr;
  int opened_ = SQLITE_OK;
};

struct Mode {
  const char* journal;
  const char* synchronous;
};

std::string Pragmas(const Mode& mode) {
  // Few pages before a checkpoint, so that runs as short as these have some.
  return absl::StrCat("PRAGMA journal_mode=", mode.journal, ";PRAGMA synchronous=", mode.synchronous,
                      ";PRAGMA wal_autocheckpoint=8");
}

constexpr char kCreate[] =
    "CREATE TABLE item (id INTEGER PRIMARY KEY, act INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE INDEX item_by_act ON item (act)";

// Acts numbered from 1, each some rows in one transaction, until the host is gone.
class Acts {
 public:
  explicit Acts(uint64_t seed) : random_(seed) {}

  void Play(Connection& connection, int count) {
    for (int i = 0; i < count; ++i) {
      const int act = ++begun_;
      if (connection.Run("BEGIN IMMEDIATE") != SQLITE_OK) return;
      const int rows = RowsOf(act);
      for (int row = 0; row < rows; ++row) {
        if (connection.Run(absl::StrCat("INSERT INTO item (act, body) VALUES (", act, ", randomblob(",
                                        1 + random_() % 3000, "))")) != SQLITE_OK) {
          return;
        }
      }
      if (random_() % 4 == 0 &&
          connection.Run("UPDATE item SET body=zeroblob(700) WHERE id%5=0") != SQLITE_OK)
        return;
      if (connection.Run("COMMIT") != SQLITE_OK) return;
      acknowledged_.insert(act);
    }
  }

  // What is wrong with the database, empty when nothing is: acknowledged acts that are not there, acts that
  // are there in part, damage.
  std::string Fault(Connection& connection) const {
    const std::vector<std::string> check = connection.Ask("PRAGMA integrity_check");
    if (check != std::vector<std::string>{"ok"}) return absl::StrCat("damaged: ", absl::StrJoin(check, "; "));
    std::set<std::string> whole, found;
    for (int act = 1; act <= begun_; ++act) whole.insert(absl::StrCat(act, ":", RowsOf(act)));
    for (const std::string& row :
         connection.Ask("SELECT act || ':' || count(*) FROM item GROUP BY act ORDER BY act")) {
      if (!whole.contains(row)) return absl::StrCat("not an act: ", row);
      found.insert(row);
    }
    for (const int act : acknowledged_) {
      if (!found.contains(absl::StrCat(act, ":", RowsOf(act)))) return absl::StrCat("lost: ", act);
    }
    return "";
  }

  int64_t acknowledged() const { return static_cast<int64_t>(acknowledged_.size()); }

 private:
  static int RowsOf(int act) { return 1 + act * 7 % 4; }

  std::mt19937_64 random_;
  int begun_ = 0;
  std::set<int> acknowledged_;
};

struct Outcome {
  int faulty = 0;  // seeds after which something was wrong
  std::string first;
  int64_t acknowledged = 0;
  int64_t crashes = 0;
  DiskCounters counters;
};

enum class End { kProcess, kPower };

// One host that works, and is cut off at a random operation, three times in a row.
void PlayOneSeed(uint64_t seed, const Mode& mode, End end, bool lying, bool powersafe, Outcome& outcome) {
  std::mt19937_64 random(seed);
  int64_t left = 0;
  Disk disk({.seed = seed, .powersafe_overwrite = powersafe, .before = [&](Operation, const std::string&) {
               return --left == 0 ? Verdict::kCrash : Verdict::kGoOn;
             }});
  Acts acts(seed);
  {
    Connection connection(disk);
    ASSERT_EQ(connection.Run(Pragmas(mode)), SQLITE_OK);
    ASSERT_EQ(connection.Run(kCreate), SQLITE_OK);
  }
  disk.IgnoreSyncs(lying);
  for (int life = 0; life < 3; ++life) {
    left = 1 + random() % 200;
    {
      Connection connection(disk);
      if (connection.Run(Pragmas(mode)) == SQLITE_OK) acts.Play(connection, 1 + random() % 12);
      if (end == End::kPower) {
        disk.PowerLoss(kHost);
      } else {
        disk.Crash(kHost);
      }
    }
    disk.Restart(kHost);
    left = 0;
    Connection connection(disk);
    if (const std::string fault = acts.Fault(connection); !fault.empty()) {
      if (outcome.faulty++ == 0) outcome.first = absl::StrCat("seed ", seed, ", life ", life, ": ", fault);
      break;
    }
  }
  outcome.acknowledged += acts.acknowledged();
  outcome.counters.lost += disk.counters().lost;
  outcome.counters.torn += disk.counters().torn;
  outcome.counters.spoiled += disk.counters().spoiled;
}

Outcome Play(const Mode& mode, End end, bool lying = false, bool powersafe = true) {
  Outcome outcome;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) PlayOneSeed(seed, mode, end, lying, powersafe, outcome);
  return outcome;
}

class SafeModeTest : public ::testing::TestWithParam<Mode> {};

TEST_P(SafeModeTest, KeepsWhatWasAcknowledgedThroughPowerLosses) {
  for (const bool powersafe : {false, true}) {
    const Outcome outcome = Play(GetParam(), End::kPower, false, powersafe);
    EXPECT_EQ(outcome.faulty, 0) << outcome.first;
    EXPECT_GT(outcome.acknowledged, 2 * kSeeds);
    EXPECT_GT(outcome.counters.lost, kSeeds);
    EXPECT_GT(outcome.counters.torn, kSeeds / 10);
    EXPECT_EQ(outcome.counters.spoiled > 0, !powersafe);
  }
}

TEST_P(SafeModeTest, IsFoundOutOnADiskThatLies) {
  const Outcome outcome = Play(GetParam(), End::kPower, true);
  EXPECT_GT(outcome.faulty, 0);
}

std::string NameOfMode(const ::testing::TestParamInfo<Mode>& info) {
  return absl::StrCat(info.param.journal, "_", info.param.synchronous);
}

INSTANTIATE_TEST_SUITE_P(All, SafeModeTest,
                         ::testing::Values(Mode{"WAL", "FULL"}, Mode{"TRUNCATE", "FULL"},
                                           Mode{"PERSIST", "FULL"}, Mode{"DELETE", "EXTRA"}),
                         NameOfMode);

// Modes that SQLite's own manual says may lose the latest transactions, or more.
class WeakModeTest : public ::testing::TestWithParam<Mode> {};

TEST_P(WeakModeTest, IsFoundOutByPowerLosses) {
  const Outcome outcome = Play(GetParam(), End::kPower);
  EXPECT_GT(outcome.faulty, 0);
}

TEST_P(WeakModeTest, KeepsWhatWasAcknowledgedWhenOnlyTheProcessEnds) {
  const Outcome outcome = Play(GetParam(), End::kProcess);
  EXPECT_EQ(outcome.faulty, 0) << outcome.first;
  EXPECT_GT(outcome.acknowledged, 2 * kSeeds);
}

INSTANTIATE_TEST_SUITE_P(All, WeakModeTest,
                         ::testing::Values(Mode{"WAL", "OFF"}, Mode{"WAL", "NORMAL"}, Mode{"DELETE", "OFF"},
                                           Mode{"DELETE", "FULL"}),
                         NameOfMode);

TEST(DiskTest, LetsConnectionsReadWhileOneWrites) {
  Disk disk;
  Connection writer(disk), reader(disk);
  ASSERT_EQ(writer.Run(Pragmas({"WAL", "FULL"})), SQLITE_OK);
  ASSERT_EQ(writer.Run(kCreate), SQLITE_OK);
  ASSERT_EQ(writer.Run("BEGIN IMMEDIATE; INSERT INTO item VALUES (1, 1, '')"), SQLITE_OK);
  EXPECT_THAT(reader.Ask("SELECT id FROM item"), IsEmpty());
  ASSERT_EQ(reader.Run("BEGIN"), SQLITE_OK);
  EXPECT_THAT(reader.Ask("SELECT count(*) FROM item"), ElementsAre("0"));
  ASSERT_EQ(writer.Run("COMMIT"), SQLITE_OK);
  EXPECT_THAT(reader.Ask("SELECT count(*) FROM item"), ElementsAre("0"));
  ASSERT_EQ(reader.Run("COMMIT"), SQLITE_OK);
  EXPECT_THAT(reader.Ask("SELECT count(*) FROM item"), ElementsAre("1"));
}

TEST(DiskTest, ReportsALockThatIsHeldAsBusy) {
  for (const char* journal : {"WAL", "DELETE"}) {
    Disk disk;
    Connection first(disk), second(disk);
    ASSERT_EQ(first.Run(Pragmas({journal, "FULL"})), SQLITE_OK);
    ASSERT_EQ(first.Run(kCreate), SQLITE_OK);
    ASSERT_EQ(first.Run("BEGIN IMMEDIATE"), SQLITE_OK);
    EXPECT_EQ(second.Run("BEGIN IMMEDIATE"), SQLITE_BUSY);
    ASSERT_EQ(first.Run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(second.Run("BEGIN IMMEDIATE; COMMIT"), SQLITE_OK);
  }
}

TEST(DiskTest, LetsNoReaderInWhileAWriterWaitsForTheLastOneToLeave) {
  Disk disk;
  Connection writer(disk), reader(disk), late(disk);
  ASSERT_EQ(writer.Run(kCreate), SQLITE_OK);
  ASSERT_EQ(reader.Run("BEGIN; SELECT * FROM item"), SQLITE_OK);
  ASSERT_EQ(writer.Run("BEGIN IMMEDIATE; INSERT INTO item VALUES (1, 1, '')"), SQLITE_OK);
  EXPECT_EQ(writer.Run("COMMIT"), SQLITE_BUSY);
  EXPECT_EQ(late.Run("SELECT * FROM item"), SQLITE_BUSY);
  ASSERT_EQ(reader.Run("COMMIT"), SQLITE_OK);
  EXPECT_EQ(writer.Run("COMMIT"), SQLITE_OK);
  EXPECT_THAT(late.Ask("SELECT id FROM item"), ElementsAre("1"));
}

TEST(DiskTest, WaitsForALockInTheInjectedSleep) {
  Connection* holder = nullptr;
  absl::Duration slept;
  Disk disk({.sleep = [&](absl::Duration duration) {
    slept += duration;
    if (slept > absl::Milliseconds(100)) {
      EXPECT_EQ(holder->Run("COMMIT"), SQLITE_OK);
    }
  }});
  Connection first(disk), second(disk);
  holder = &first;
  ASSERT_EQ(first.Run(kCreate), SQLITE_OK);
  ASSERT_EQ(first.Run("BEGIN IMMEDIATE"), SQLITE_OK);
  sqlite3_busy_timeout(second.db(), 10000);
  EXPECT_EQ(second.Run("BEGIN IMMEDIATE; COMMIT"), SQLITE_OK);
  EXPECT_LT(slept, absl::Seconds(1));
}

TEST(DiskTest, TakesTheTimeFromTheInjectedClock) {
  Disk disk({.now = [] { return absl::FromUnixSeconds(1654842600); }});
  Connection connection(disk);
  EXPECT_THAT(connection.Ask("SELECT datetime('now')"), ElementsAre("2022-06-10 06:30:00"));
}

TEST(DiskTest, IsFullAtItsQuotaAndWorksAgainWhenThereIsRoom) {
  for (const char* journal : {"WAL", "TRUNCATE"}) {
    Disk disk;
    Connection connection(disk);
    ASSERT_EQ(connection.Run(Pragmas({journal, "FULL"})), SQLITE_OK);
    ASSERT_EQ(connection.Run(kCreate), SQLITE_OK);
    disk.SetQuota(kHost, disk.Used(kHost) + 10000);
    EXPECT_EQ(connection.Run("INSERT INTO item VALUES (1, 1, zeroblob(100000))"), SQLITE_FULL);
    EXPECT_THAT(connection.Ask("SELECT count(*) FROM item"), ElementsAre("0"));
    EXPECT_GT(disk.counters().faults[static_cast<int>(Fault::kFull)], 0);
    disk.SetQuota(kHost, std::nullopt);
    EXPECT_EQ(connection.Run("INSERT INTO item VALUES (1, 1, zeroblob(100000))"), SQLITE_OK);
    EXPECT_THAT(connection.Ask("PRAGMA integrity_check"), ElementsAre("ok"));
  }
}

TEST(DiskTest, FillsOneHostAndNotAnother) {
  Disk disk;
  Connection intake(disk), review(disk, "review/db");
  disk.SetQuota("review", 0);
  EXPECT_EQ(review.Run(kCreate), SQLITE_FULL);
  EXPECT_EQ(intake.Run(kCreate), SQLITE_OK);
}

class FailingOperationTest : public ::testing::TestWithParam<Mode> {};

// The n-th operation fails, for every n until none does.
TEST_P(FailingOperationTest, LeavesATransactionWholeOrUndone) {
  int failures = 0;
  for (int n = 1;; ++n) {
    int left = 0;
    Disk disk({.seed = static_cast<uint64_t>(n), .before = [&](Operation, const std::string&) {
                 return --left == 0 ? Verdict::kFail : Verdict::kGoOn;
               }});
    Acts acts(1);
    {
      Connection connection(disk);
      ASSERT_EQ(connection.Run(Pragmas(GetParam())), SQLITE_OK);
      ASSERT_EQ(connection.Run(kCreate), SQLITE_OK);
      acts.Play(connection, 2);
    }
    {
      left = n;
      Connection connection(disk);
      if (connection.Run(Pragmas(GetParam())) == SQLITE_OK) acts.Play(connection, 3);
    }
    const bool failed = left <= 0;
    left = 0;
    Connection connection(disk);
    ASSERT_EQ(acts.Fault(connection), "") << "operation " << n;
    if (!failed) break;
    ++failures;
    ASSERT_EQ(disk.counters().failed, 1);
  }
  EXPECT_GT(failures, 30);
}

// The n-th operation of a kind fails, with what a failed sync forgets; then the power goes. What is wrong
// afterwards, empty when nothing is; nullopt when there was no n-th operation.
std::optional<std::string> FailAndLosePower(const Mode& mode, Fault fault, int n, uint64_t seed,
                                            bool powersafe) {
  Disk disk({.seed = seed, .powersafe_overwrite = powersafe});
  Acts acts(1);
  {
    Connection connection(disk);
    EXPECT_EQ(connection.Run(Pragmas(mode)), SQLITE_OK);
    EXPECT_EQ(connection.Run(kCreate), SQLITE_OK);
    acts.Play(connection, 2);
  }
  disk.SetFault(kHost, fault, {.nth = n});
  {
    Connection connection(disk);
    if (connection.Run(Pragmas(mode)) == SQLITE_OK) acts.Play(connection, 5);
    disk.PowerLoss(kHost);
  }
  disk.Restart(kHost);
  if (disk.counters().faults[static_cast<int>(fault)] == 0) return std::nullopt;
  Connection connection(disk);
  return acts.Fault(connection);
}

TEST_P(FailingOperationTest, LosesNothingAcknowledgedToAnErrorAndThePowerLossAfterIt) {
  for (const Fault fault :
       {Fault::kReadError, Fault::kWriteError, Fault::kSyncError, Fault::kTruncateError, Fault::kFull}) {
    for (uint64_t seed = 1; seed <= 8; ++seed) {
      for (int n = 1;; ++n) {
        const auto wrong = FailAndLosePower(GetParam(), fault, n, seed, true);
        if (!wrong) break;
        ASSERT_EQ(*wrong, "") << "fault " << static_cast<int>(fault) << ", operation " << n << ", seed "
                              << seed;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, FailingOperationTest,
                         ::testing::Values(Mode{"WAL", "FULL"}, Mode{"TRUNCATE", "FULL"},
                                           Mode{"DELETE", "EXTRA"}),
                         NameOfMode);

// Where a write can spoil its sector, SQLite fills the log up to the next one after a commit, and leaves the
// rest of that filling to the sync of the next checkpoint. When that sync fails, which no caller is told, and
// the system forgets the filling, the log has a hole, and what is committed behind it is lost.
TEST(DiskTest, FindsTheHoleThatAFailedSyncLeavesInTheLog) {
  std::set<std::string> wrong;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    for (int n = 1; n <= 20; ++n) {
      wrong.insert(FailAndLosePower({"WAL", "FULL"}, Fault::kSyncError, n, seed, false).value_or(""));
    }
  }
  EXPECT_THAT(wrong, Contains(StartsWith("lost: ")));
}

TEST(DiskTest, StrikesWithAProbability) {
  Disk disk;
  Connection connection(disk);
  ASSERT_EQ(connection.Run(kCreate), SQLITE_OK);
  disk.SetFault(kHost, Fault::kSyncError, {.probability = 0.5});
  int failed = 0;
  for (int i = 0; i < 100; ++i) {
    failed += connection.Run("INSERT INTO item (act, body) VALUES (1, '')") == SQLITE_IOERR;
    connection.Run("ROLLBACK");
  }
  EXPECT_GT(failed, 50);
  EXPECT_LT(failed, 100);
}

TEST(DiskTest, AnswersADeadConnectionWithAnErrorAndLetsTheNextOneIn) {
  Disk disk;
  Connection old(disk);
  ASSERT_EQ(old.Run(Pragmas({"WAL", "FULL"})), SQLITE_OK);
  ASSERT_EQ(old.Run(kCreate), SQLITE_OK);
  ASSERT_EQ(old.Run("BEGIN IMMEDIATE; INSERT INTO item VALUES (1, 1, '')"), SQLITE_OK);
  disk.Crash(kHost);
  EXPECT_EQ(Connection(disk).Run("SELECT * FROM item"), SQLITE_CANTOPEN);
  disk.Restart(kHost);
  Connection next(disk);
  EXPECT_EQ(next.Run("INSERT INTO item VALUES (2, 2, '')"), SQLITE_OK);
  EXPECT_EQ(old.Run("COMMIT"), SQLITE_IOERR);
  EXPECT_EQ(old.Run("SELECT * FROM item"), SQLITE_IOERR);
  EXPECT_THAT(next.Ask("SELECT id FROM item"), ElementsAre("2"));
}

TEST(DiskTest, FailsTheCallThatStandsInAHookWhileItsProcessEndsAndTheNextBegins) {
  Disk* there = nullptr;
  bool end = false;
  Disk disk({.before = [&](Operation operation, const std::string&) {
    if (end && operation == Operation::kWrite) {
      end = false;
      there->PowerLoss(kHost);
      there->Restart(kHost);
      return Verdict::kCrash;  // of a process that is gone: the next one is not meant
    }
    return Verdict::kGoOn;
  }});
  there = &disk;
  Connection old(disk);
  ASSERT_EQ(old.Run(kCreate), SQLITE_OK);
  end = true;
  const std::map<std::string, std::string> before = disk.Files();
  EXPECT_EQ(old.Run("INSERT INTO item VALUES (1, 1, '')"), SQLITE_IOERR);
  EXPECT_EQ(disk.Files().at(kFile), before.at(kFile));
  EXPECT_EQ(Connection(disk).Run("INSERT INTO item VALUES (2, 2, '')"), SQLITE_OK);
}

TEST(DiskTest, LeavesOtherHostsAloneWhenOneLosesPower) {
  Disk disk;
  Connection intake(disk), review(disk, "review/db");
  ASSERT_EQ(review.Run(Pragmas({"WAL", "OFF"})), SQLITE_OK);
  ASSERT_EQ(review.Run(kCreate), SQLITE_OK);
  ASSERT_EQ(intake.Run(kCreate), SQLITE_OK);
  disk.PowerLoss(kHost);
  EXPECT_EQ(intake.Run("SELECT * FROM item"), SQLITE_IOERR);
  EXPECT_EQ(review.Run("INSERT INTO item VALUES (1, 1, '')"), SQLITE_OK);
}

TEST(DiskTest, BeginsWithTheFilesOfAnotherDisk) {
  std::map<std::string, std::string> files;
  {
    Disk disk;
    Connection connection(disk);
    ASSERT_EQ(connection.Run(kCreate), SQLITE_OK);
    files = disk.Files();
  }
  EXPECT_THAT(files, SizeIs(1));
  Disk disk({.files = files});
  disk.PowerLoss(kHost);
  disk.Restart(kHost);
  Connection connection(disk);
  EXPECT_THAT(connection.Ask("SELECT count(*) FROM item"), ElementsAre("0"));
}

TEST(DiskTest, TwoDisksStandSideBySide) {
  Disk one, two;
  Connection here(one), there(two);
  ASSERT_EQ(here.Run(kCreate), SQLITE_OK);
  EXPECT_EQ(there.Run("SELECT * FROM item"), SQLITE_ERROR);
  EXPECT_EQ(two.Used(kHost), 0);
}

uint64_t DigestOfARun(uint64_t seed) {
  int64_t left = 100;
  Disk disk({.seed = seed, .before = [&](Operation, const std::string&) {
               return --left == 0 ? Verdict::kCrash : Verdict::kGoOn;
             }});
  Acts acts(1);
  {
    Connection connection(disk);
    EXPECT_EQ(connection.Run(Pragmas({"WAL", "FULL"})), SQLITE_OK);
    EXPECT_EQ(connection.Run(kCreate), SQLITE_OK);
    acts.Play(connection, 20);
    EXPECT_EQ(left, 0);
  }
  disk.PowerLoss(kHost);
  return disk.Digest();
}

TEST(DiskTest, DoesTheSameForTheSameSeedAndSomethingElseForAnother) {
  std::set<uint64_t> digests;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const uint64_t digest = DigestOfARun(seed);
    EXPECT_EQ(DigestOfARun(seed), digest);
    digests.insert(digest);
  }
  EXPECT_THAT(digests, SizeIs(20));
}

}  // namespace
}  // namespace jissho::simulation
