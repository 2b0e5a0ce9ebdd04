// The real server and its real database, killed at every named point and at random, in the middle of a
// season: the same end as undisturbed. `./dev fault` does more of the same.
//
// JISSHO_TEST_SEED repeats a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "tests/fault/campaign.h"

namespace jissho::fault {
namespace {

namespace fs = std::filesystem;

using ::testing::AnyOf;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Key;

constexpr int kKills = 20;

std::string SeasonFile() { return testing::SourceFile("seasons/tsukuba-093-fy2022.yaml"); }

SmallDisk* small_disk = nullptr;

uint64_t Seed() {
  static const uint64_t seed = [] {
    const char* given = std::getenv("JISSHO_TEST_SEED");
    uint64_t drawn = 0;
    if (given == nullptr || !absl::SimpleAtoi(given, &drawn)) drawn = std::random_device()();
    std::cerr << "JISSHO_TEST_SEED=" << drawn << std::endl;
    return drawn;
  }();
  return seed;
}

// The undisturbed season is played once for all tests of a database.
Campaign& CampaignOn(const std::string& database) {
  static auto& campaigns = *new std::map<std::string, std::unique_ptr<Campaign>>;
  auto& campaign = campaigns[database];
  if (!campaign) campaign = std::make_unique<Campaign>(SeasonFile(), database, small_disk, &std::cout);
  return *campaign;
}

std::vector<Point> PointsOfServers() {
  std::vector<Point> points = PointsOf(PassedBy::kStart);
  for (const Point& point : PointsOf(PassedBy::kSeason)) points.push_back(point);
  return points;
}

std::vector<std::string> Names(const std::vector<Point>& points) {
  std::vector<std::string> names;
  for (const Point& point : points) names.push_back(point.name);
  return names;
}

void ExpectGood(const Figures& figures) {
  PrintTable({figures}, std::cout);
  EXPECT_THAT(figures.violations, IsEmpty());
  EXPECT_EQ(figures.lost, 0);
  EXPECT_EQ(figures.doubled, 0);
}

TEST(PointsTest, AreAllThatTheSourcesPass) {
  static const auto& reach = *new std::regex(R"re(\bReach\("([a-z.]+)"\))re");
  std::set<std::string> passed;
  for (const char* folder : {"workflow", "services"}) {
    for (const auto& entry : fs::recursive_directory_iterator(testing::SourceFile(folder))) {
      const std::string name = entry.path().filename().string();
      if (!absl::EndsWith(name, ".cc") || absl::EndsWith(name, "_test.cc")) continue;
      const std::string text = testing::ReadText(entry.path().string());
      for (std::sregex_iterator match(text.begin(), text.end(), reach), end; match != end; ++match)
        passed.insert((*match)[1]);
    }
  }
  const std::vector<std::string> names = Names(Points());
  EXPECT_THAT(passed, ElementsAreArray(std::set<std::string>(names.begin(), names.end())));
}

TEST(ProductTest, HoldsNoSwitchForFaults) {
  const std::string product = testing::ReadText(BuildDir() + "/bin/jisshod");
  const std::string faulty = testing::ReadText(BuildDir() + "/tests/jissho-faulty");
  ASSERT_FALSE(product.empty());
  EXPECT_FALSE(absl::StrContains(product, "JISSHO_FAULT"));
  EXPECT_TRUE(absl::StrContains(faulty, "JISSHO_FAULT"));
}

class SwitchTest : public ::testing::Test {
 protected:
  // Starts the program with an order to die at its start; true when it is up all the same.
  bool Survives(const std::string& program) {
    testing::TempDir dir;
    FaultyServer server({dir.path(), "sqlite", absl::FromUnixSeconds(1654848000), program});
    server.Start("schema.verified:1");
    while (!server.IsUp() && !server.HasEnded()) absl::SleepFor(absl::Milliseconds(10));
    const bool up = server.IsUp();
    server.Stop();
    EXPECT_EQ(server.End().signal, up ? 0 : SIGKILL);
    return up;
  }
};

TEST_F(SwitchTest, TheProductHearsNoOrderToDie) { EXPECT_TRUE(Survives("jisshod")); }

TEST_F(SwitchTest, TheProgramOfTheTestsObeysIt) { EXPECT_FALSE(Survives("jissho-faulty")); }

class ProcessFaultTest : public ::testing::TestWithParam<const char*> {
 protected:
  Campaign& campaign() { return CampaignOn(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Databases, ProcessFaultTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(ProcessFaultTest, ASeasonPassesEveryPoint) {
  for (const std::string& name : Names(PointsOfServers()))
    EXPECT_THAT(campaign().calm().passed, ::testing::Contains(Key(name)));
}

// The judge must see what is missing and what is there twice.
TEST_P(ProcessFaultTest, ALostRowAndADoubledOneAreSeen) {
  SeasonRun worse = campaign().calm();
  auto& rows = worse.facts.at("subsidy").at("subsidy_entry");
  ASSERT_GT(rows.size(), 2u);
  rows.front() = rows.back();
  std::sort(rows.begin(), rows.end());
  const Verdict verdict = Judge(campaign().calm(), worse);
  EXPECT_EQ(verdict.lost, 1);
  EXPECT_EQ(verdict.doubled, 1);
  EXPECT_FALSE(verdict.good());
  EXPECT_TRUE(Judge(campaign().calm(), campaign().calm()).good());
}

TEST_P(ProcessFaultTest, DeathAtANamedPointLosesAndDoublesNothing) {
  std::vector<Point> points = PointsOfServers();
  if (std::string(GetParam()) == "mariadb") {
    std::mt19937_64 random(Seed());
    std::shuffle(points.begin(), points.end(), random);
    points.resize(points.size() / 3);
  }
  const Figures figures = campaign().DieAtPoints(points, 1, Seed());
  ExpectGood(figures);
  EXPECT_EQ(figures.faults, points.size());
}

TEST_P(ProcessFaultTest, DeathAtAnyInstructionLosesAndDoublesNothing) {
  const Figures figures = campaign().KillAtRandom(kKills, Seed());
  ExpectGood(figures);
  EXPECT_EQ(figures.faults, kKills);
}

TEST(DatabaseFaultTest, ADatabaseServerInTroubleLosesAndDoublesNothing) {
  if (small_disk == nullptr) std::cout << "not root: the disk is not filled up\n";
  const Figures figures = CampaignOn("mariadb").TroubleDatabase(1, Seed());
  ExpectGood(figures);
  EXPECT_EQ(figures.restarts, 0);
  EXPECT_GT(figures.faults, 0);
  // The callers were told what to do: the same again. Without a reason only while the server waits for its
  // database at the start and nobody listens yet.
  for (const auto& [answer, times] : figures.answers) {
    EXPECT_THAT(answer, AnyOf("UNAVAILABLE ", "ABORTED STORAGE_RETRY", "UNKNOWN COMMIT_UNKNOWN",
                              "UNAVAILABLE STORAGE_FULL", "RESOURCE_EXHAUSTED STORAGE_POOL_EXHAUSTED"));
  }
}

}  // namespace
}  // namespace jissho::fault

int main(int argc, char** argv) {
  // First of all, while there is one thread.
  const auto disk = jissho::fault::SmallDisk::Make();
  jissho::fault::small_disk = disk.get();
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
