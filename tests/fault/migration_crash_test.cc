// The process that moves instances to a new version of their chart is killed with SIGKILL at random points
// and begun again, until the migration is done: every instance has moved once, and all is what it is when
// nobody was killed.
//
// JISSHO_SEED chooses the points; it is printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>

#include "absl/strings/str_cat.h"
#include "tests/fault/killed_worker.h"
#include "tests/fault/migration_workload.h"
#include "tests/fault/points.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"

namespace jissho::fault {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int kKills = 60;
constexpr int kInstances = 210;

class MigrationCrashTest : public ::testing::TestWithParam<std::string> {
 protected:
  static std::string Fresh() {
    const std::string dsn = GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    EXPECT_THAT(PrepareMigration(dsn, kInstances), testing::IsOk());
    return dsn;
  }
};

INSTANTIATE_TEST_SUITE_P(Databases, MigrationCrashTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

TEST_P(MigrationCrashTest, EveryInstanceMovesOnce) {
  const uint64_t seed = Seed();
  std::cout << "JISSHO_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  const std::string calm = Fresh();
  ASSERT_THAT(RunMigration(calm), testing::IsOk());
  const auto expected = MigrationFacts(calm);
  ASSERT_THAT(expected.status(), testing::IsOk());
  ASSERT_THAT(*expected, Contains(HasSubstr("done moved 180 refused 30")));

  // As in crash_test: longer lives when nothing was done.
  absl::Duration life = absl::Milliseconds(60);
  int kills = 0, interrupted = 0;
  while (kills < kKills) {
    const std::string shaken = Fresh();
    bool ended = false;
    int tries = 0;
    for (; !ended; ++tries) {
      ASSERT_LT(tries, 3000) << "no progress";
      if (tries > 0) ++kills;
      if (tries % 20 == 19) life = life * 1.5;
      const bool enough = kills >= kKills;
      ended =
          RunAndKill({kMigrationWorker, shaken},
                     enough ? absl::Minutes(5) : life * std::uniform_real_distribution<>(0.2, 1.2)(random));
    }
    interrupted += tries > 1;
    const auto facts = MigrationFacts(shaken);
    ASSERT_THAT(facts.status(), testing::IsOk());
    ASSERT_EQ(*facts, *expected) << "seed " << seed;
  }
  EXPECT_GT(interrupted, 0);
  std::cout << kills << " kills in " << interrupted << " migrations\n";
}

TEST_P(MigrationCrashTest, DeathBetweenTwoBatchesNeitherRepeatsNorOmitsAnInstance) {
  std::mt19937_64 random(Seed());
  const std::string calm = Fresh(), shaken = Fresh();
  ASSERT_THAT(RunMigration(calm), testing::IsOk());
  for (const Point& point : PointsOf(PassedBy::kMigration)) {
    for (int deaths = 0; deaths < 3; ++deaths) {
      const std::string death = absl::StrCat(point.name, ":", 1 + random() % 3);
      ASSERT_FALSE(RunAndKill({kMigrationWorker, shaken}, absl::Minutes(5), death)) << death;
    }
  }
  ASSERT_TRUE(RunAndKill({kMigrationWorker, shaken}, absl::Minutes(5)));
  const auto facts = MigrationFacts(shaken), expected = MigrationFacts(calm);
  ASSERT_THAT(facts.status(), testing::IsOk());
  ASSERT_THAT(expected.status(), testing::IsOk());
  EXPECT_EQ(*facts, *expected);
}

}  // namespace
}  // namespace jissho::fault
