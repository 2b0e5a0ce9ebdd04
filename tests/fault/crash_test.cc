// The process is killed with SIGKILL at random and at named points while charts, timers and children are at
// work, and begun again, until the work is done: then every row is what it is after a run that nobody killed.
//
// JISSHO_SEED chooses the points; it is printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/fault/crash_workload.h"
#include "tests/fault/killed_worker.h"
#include "tests/fault/migration_workload.h"
#include "tests/fault/points.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_hooks.h"

namespace jissho::fault {
namespace {

constexpr char kWorker[] = "--crash-worker";
constexpr int kKills = 200;

// Where two lists of facts part; empty when they do not.
std::string FirstDifference(const std::vector<std::string>& is, const std::vector<std::string>& was) {
  for (size_t i = 0; i < std::max(is.size(), was.size()); ++i) {
    const std::string left = i < is.size() ? is[i] : "nothing", right = i < was.size() ? was[i] : "nothing";
    if (left != right) return absl::StrCat("fact ", i, " is\n", left, "\nand not\n", right);
  }
  return "";
}

class CrashTest : public ::testing::TestWithParam<std::string> {
 protected:
  Workload Fresh(const std::string& name) {
    Workload workload;
    const auto dsn = [this] {
      return GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    };
    workload.dsn = dsn();
    workload.receiver_dsn = dsn();
    workload.place_file =
        (std::filesystem::temp_directory_path() / absl::StrCat("jissho-place-", getpid(), "-", name))
            .string();
    std::filesystem::remove(workload.place_file);
    EXPECT_THAT(Prepare(workload), testing::IsOk());
    return workload;
  }
};

std::vector<std::string> WorkOn(const Workload& workload) {
  return {kWorker,
          workload.dsn,
          workload.receiver_dsn,
          workload.place_file,
          absl::StrCat(workload.instances),
          absl::StrCat(workload.rounds)};
}

INSTANTIATE_TEST_SUITE_P(Databases, CrashTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

TEST_P(CrashTest, NothingIsLostAndNothingIsDoneTwice) {
  const uint64_t seed = Seed();
  std::cout << "JISSHO_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  const Workload calm = Fresh("calm");
  ASSERT_THAT(fault::Play(calm), testing::IsOk());
  const auto expected = Facts(calm);
  ASSERT_THAT(expected.status(), testing::IsOk());
  ASSERT_GT(expected->size(), 500u);

  // How long a worker takes to its first act differs from machine to machine: longer lives when nothing was
  // done, shorter ones when much was.
  absl::Duration life = absl::Milliseconds(60);
  int kills = 0;
  for (int run = 0; kills < kKills; ++run) {
    const Workload shaken = Fresh(absl::StrCat("shaken-", run));
    bool ended = false;
    for (int tries = 0; !ended; ++tries) {
      ASSERT_LT(tries, 3000) << "no progress";
      if (tries > 0) ++kills;
      if (tries % 50 == 49) life = life * 1.5;
      const bool enough = kills >= kKills;
      ended = RunAndKill(WorkOn(shaken), enough ? absl::Minutes(5)
                                                : life * std::uniform_real_distribution<>(0.2, 1.2)(random));
    }
    const auto facts = Facts(shaken);
    ASSERT_THAT(facts.status(), testing::IsOk());
    ASSERT_EQ(FirstDifference(*facts, *expected), "") << "run " << run << ", seed " << seed;
    std::filesystem::remove(shaken.place_file);
  }
  std::filesystem::remove(calm.place_file);
  std::cout << kills << " kills\n";
}

TEST_P(CrashTest, DeathAtANamedPointLosesNothingAndDoesNothingTwice) {
  std::mt19937_64 random(Seed());
  const auto before = testing::PointsPassed();
  const Workload calm = Fresh("calm");
  ASSERT_THAT(fault::Play(calm), testing::IsOk());
  const auto expected = Facts(calm);
  ASSERT_THAT(expected.status(), testing::IsOk());
  auto passed = testing::PointsPassed();
  for (const auto& [point, times] : before) passed[point] -= times;
  std::vector<Point> points = PointsOf(PassedBy::kWorkload);
  for (const Point& point : PointsOf(PassedBy::kSeason)) {
    // Of a server's own moments the workload knows nothing.
    if (passed[point.name] > 0) points.push_back(point);
  }
  EXPECT_GE(points.size(), 7u);
  for (const Point& point : points) {
    ASSERT_GT(passed[point.name], 0) << point.name;
    const std::string death = absl::StrCat(point.name, ":", 1 + random() % passed[point.name]);
    const Workload shaken = Fresh(absl::StrCat("at-", point.name));
    ASSERT_FALSE(RunAndKill(WorkOn(shaken), absl::Minutes(5), death)) << death;
    ASSERT_TRUE(RunAndKill(WorkOn(shaken), absl::Minutes(5))) << death;
    const auto facts = Facts(shaken);
    ASSERT_THAT(facts.status(), testing::IsOk());
    EXPECT_EQ(FirstDifference(*facts, *expected), "") << death << ", seed " << Seed();
    std::filesystem::remove(shaken.place_file);
  }
  std::filesystem::remove(calm.place_file);
}

absl::Status Work(const std::vector<std::string>& arguments) {
  Workload workload;
  workload.dsn = arguments[1];
  workload.receiver_dsn = arguments[2];
  workload.place_file = arguments[3];
  if (!absl::SimpleAtoi(arguments[4], &workload.instances) ||
      !absl::SimpleAtoi(arguments[5], &workload.rounds)) {
    return absl::InvalidArgumentError("no numbers");
  }
  return Play(workload);
}

int Worked(const absl::Status& status) {
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace jissho::fault

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 6 && arguments[0] == jissho::fault::kWorker) {
    return jissho::fault::Worked(jissho::fault::Work(arguments));
  }
  if (arguments.size() == 2 && arguments[0] == jissho::fault::kMigrationWorker) {
    return jissho::fault::Worked(jissho::fault::RunMigration(arguments[1]));
  }
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
