#include "tests/simulation/simulation.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/programs.h"
#include "tests/simulation/workers.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_hooks.h"

namespace jissho::simulation {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string SeasonFile() { return testing::SourceFile("seasons/tsukuba-093-fy2022.yaml"); }

// Rehearsed once for all tests.
Simulation& TheSimulation() {
  static const auto simulation = [] {
    auto rehearsed = Simulation::Rehearse(SeasonFile());
    EXPECT_OK(rehearsed);
    return *std::move(rehearsed);
  }();
  return *simulation;
}

RunReport RunSeed(uint64_t seed) { return TheSimulation().Run({.seed = seed}); }

TEST(SimulationTest, TheSameSeedGivesTheSameHash) {
  for (uint64_t seed = 1; seed <= 6; ++seed)
    EXPECT_EQ(RunSeed(seed).hash, RunSeed(seed).hash) << "seed " << seed;
}

// Neither where the system puts a program in memory nor how it seeds its hash tables may show.
TEST(SimulationTest, AnotherProcessGivesTheSameHash) {
  const testing::TempDir dir;
  const char* const build = std::getenv("JISSHO_BINARY_DIR");
  testing::Running program({std::string(build == nullptr ? "." : build) + "/tests/jissho-sim", "--seeds", "3",
                            "--jobs", "1", "--trace", "--season", SeasonFile()},
                           dir.File("out"), dir.File("err"));
  const testing::RunResult other = program.Wait();
  ASSERT_EQ(other.code, 0) << other.story;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    EXPECT_THAT(other.out, HasSubstr(absl::StrFormat("seed %d, hash %016x\n", seed, RunSeed(seed).hash)));
  }
}

TEST(SimulationTest, AnotherSeedGivesAnotherHash) { EXPECT_NE(RunSeed(1).hash, RunSeed(2).hash); }

TEST(SimulationTest, AStoryDoesNotChangeTheRun) {
  const RunReport told = TheSimulation().Run({.seed = 3, .story = 1000});
  EXPECT_EQ(told.hash, RunSeed(3).hash);
  EXPECT_THAT(told.story, Not(IsEmpty()));
}

TEST(SimulationTest, SeedsBringFaultsAndNoViolation) {
  int64_t crashes = 0, power_losses = 0, dropped = 0, doubled = 0, delayed = 0, mischief = 0, accepted = 0,
          refused = 0, failed = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const RunReport report = RunSeed(seed);
    EXPECT_THAT(report.violations, IsEmpty()) << "seed " << seed;
    crashes += report.world.crashes;
    power_losses += report.world.power_losses;
    dropped += report.world.dropped;
    doubled += report.world.duplicated;
    delayed += report.world.delayed;
    failed += report.disk.failed;
    mischief += report.mischief;
    accepted += report.accepted;
    refused += report.wandered - report.accepted;
  }
  EXPECT_GT(crashes, 0);
  EXPECT_GT(power_losses, 0);
  EXPECT_GT(dropped, 0);
  EXPECT_GT(doubled, 0);
  EXPECT_GT(delayed, 0);
  EXPECT_GT(failed, 0);
  EXPECT_GT(mischief, 0);
  EXPECT_GT(accepted, 0);
  EXPECT_GT(refused, 0);
}

// In a child, as always where a run may stop the whole program.
TEST(SimulationTest, APlantedBugIsFound) {
  TheSimulation();
  std::string answer;
  ShareOut(
      1, 1,
      [](int) -> std::string {
        testing::Plant(Bug::kCommandNotRecorded);
        for (uint64_t seed = 1; seed <= 100; ++seed) {
          const RunReport report = RunSeed(seed);
          if (!report.violations.empty()) return report.violations.front();
        }
        return "";
      },
      [&answer](int, const Outcome& outcome) { answer = outcome.answer; });
  EXPECT_THAT(answer, Not(IsEmpty()));
}

}  // namespace
}  // namespace jissho::simulation
