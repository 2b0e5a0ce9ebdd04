#include "tests/simulation/simulation.h"

#include <cstdlib>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/workers.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_hooks.h"

namespace jissho::simulation {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

// Rehearsed once for all tests.
Simulation& TheSimulation() {
  static const auto simulation = [] {
    const char* const source = std::getenv("JISSHO_SOURCE_DIR");
    auto rehearsed = Simulation::Rehearse(std::string(source == nullptr ? "." : source) +
                                          "/seasons/tsukuba-093-fy2022.yaml");
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

TEST(SimulationTest, AnotherSeedGivesAnotherHash) { EXPECT_NE(RunSeed(1).hash, RunSeed(2).hash); }

TEST(SimulationTest, AStoryDoesNotChangeTheRun) {
  const RunReport told = TheSimulation().Run({.seed = 3, .story = 1000});
  EXPECT_EQ(told.hash, RunSeed(3).hash);
  EXPECT_THAT(told.story, Not(IsEmpty()));
}

TEST(SimulationTest, SeedsBringFaultsAndNoViolation) {
  int64_t crashes = 0, power_losses = 0, dropped = 0, doubled = 0, mischief = 0, accepted = 0, refused = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const RunReport report = RunSeed(seed);
    EXPECT_THAT(report.violations, IsEmpty()) << "seed " << seed;
    crashes += report.world.crashes;
    power_losses += report.world.power_losses;
    dropped += report.world.dropped;
    doubled += report.world.duplicated;
    mischief += report.mischief;
    accepted += report.accepted;
    refused += report.wandered - report.accepted;
  }
  EXPECT_GT(crashes, 0);
  EXPECT_GT(power_losses, 0);
  EXPECT_GT(dropped, 0);
  EXPECT_GT(doubled, 0);
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
