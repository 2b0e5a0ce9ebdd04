// The published year on both databases: every figure that the README names.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/integration/programs.h"

namespace jissho::testing {
namespace {

class DemoTest : public ::testing::TestWithParam<const char*> {};

TEST_P(DemoTest, GivesThePublishedFigures) {
  const DemoRun run =
      RunDemo({"--db", GetParam(), "--season", SourceFile("seasons/tsukuba-093-fy2022.yaml")});
  ASSERT_EQ(run.code, 0) << run.story;
  const auto& facts = run.facts;
  EXPECT_EQ(facts.at("proposals"), 15);
  EXPECT_EQ(facts.at("adopted"), 5);
  EXPECT_EQ(facts.at("trials"), 5);
  EXPECT_EQ(facts.at("settled_yen"), 5'875'412);
  EXPECT_EQ(facts.at("granted_yen"), 4'569'247);
  EXPECT_EQ(facts.at("direct_yen"), 1'306'165);
  EXPECT_EQ(facts.at("state_share_thousand_yen"), 2937);
  EXPECT_EQ(facts.at("general_funds_thousand_yen"), 2938);
  EXPECT_EQ(facts.at("personnel_thousand_yen"), 4963);
  EXPECT_EQ(facts.at("surveys_sent"), 15);
  EXPECT_EQ(facts.at("survey_responses"), 12);
  EXPECT_EQ(facts.at("survey_late"), 1);
  EXPECT_GT(facts.at("survey_reminders"), 0);
  EXPECT_GE(facts.at("cells_compared"), 18);
  EXPECT_EQ(facts.at("cells_differing"), 0);
  EXPECT_EQ(facts.at("ledger_violations"), 0);
  EXPECT_EQ(facts.at("cases_broken"), 0);
  EXPECT_EQ(facts.at("virtual_days"), 518);
  EXPECT_GT(facts.at("wall_seconds"), 0);
  EXPECT_EQ(facts.at("database"), GetParam());
  // The late proposal, the reviewer with an interest, the order after 31 May.
  EXPECT_EQ(facts.at("foreseen_refusals"), 4);
}

INSTANTIATE_TEST_SUITE_P(BothDatabases, DemoTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return std::string(info.param); });

TEST(DemoOptionsTest, RefusesASeasonWithFaultsBeforeAnythingIsStarted) {
  TempDir dir;
  std::ofstream(dir.File("bad.yaml")) << "format: jissho-season/1\ntitle: x\n";
  const DemoRun run = RunDemo({"--season", dir.File("bad.yaml")});
  EXPECT_EQ(run.code, 2);
  EXPECT_TRUE(run.facts.is_null());
}

}  // namespace
}  // namespace jissho::testing
