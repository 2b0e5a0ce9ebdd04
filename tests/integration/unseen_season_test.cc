// Seasons that the repository has never seen give the figures that follow from them.
#include "tests/integration/unseen_season.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/integration/programs.h"

namespace jissho::testing {
namespace {

class UnseenSeasonTest : public ::testing::TestWithParam<const char*> {};

TEST_P(UnseenSeasonTest, GivesTheFiguresThatFollowFromIt) {
  const char* given = std::getenv("JISSHO_TEST_SEED");
  uint64_t seed = 0;
  if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
  std::cerr << "JISSHO_TEST_SEED=" << seed << std::endl;
  const UnseenSeason season = MakeUnseenSeason(seed);
  TempDir dir;
  std::ofstream(dir.File("unseen.yaml")) << season.yaml;
  const DemoRun run = RunDemo({"--season", dir.File("unseen.yaml"), "--db", GetParam()});
  ASSERT_EQ(run.code, 0) << run.story << season.yaml;
  const auto& facts = run.facts;
  EXPECT_EQ(facts.at("published"), false);
  EXPECT_EQ(facts.at("proposals"), season.received);
  EXPECT_EQ(facts.at("adopted"), season.quota);
  EXPECT_EQ(facts.at("trials"), season.quota);
  EXPECT_EQ(facts.at("granted_yen"), season.granted_yen);
  EXPECT_EQ(facts.at("direct_yen"), season.direct_yen);
  EXPECT_EQ(facts.at("settled_yen"), season.granted_yen + season.direct_yen);
  EXPECT_EQ(facts.at("settled_thousand_yen"), season.settled_thousand);
  EXPECT_EQ(facts.at("state_share_thousand_yen"), season.share_thousand);
  EXPECT_EQ(facts.at("general_funds_thousand_yen"), season.settled_thousand - season.share_thousand);
  EXPECT_EQ(facts.at("personnel_thousand_yen"), season.personnel_thousand);
  EXPECT_EQ(facts.at("surveys_sent"), season.past_run);
  EXPECT_EQ(facts.at("survey_responses"), season.answers);
  EXPECT_GT(facts.at("cells_compared"), 0);
}

INSTANTIATE_TEST_SUITE_P(BothDatabases, UnseenSeasonTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace jissho::testing
