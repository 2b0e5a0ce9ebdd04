// A single thing gone wrong turns a named cell red.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/integration/programs.h"

namespace jissho::testing {
namespace {

struct Case {
  const char* perturbation;
  const char* cell;
};

void PrintTo(const Case& value, std::ostream* out) { *out << value.perturbation; }

bool IsRed(const DemoRun& run, const std::string& cell) {
  const auto& red = run.facts.at("differing");
  return std::find(red.begin(), red.end(), cell) != red.end();
}

std::string Name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = info.param.perturbation;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

const std::string& Season() {
  static const std::string file = SourceFile("seasons/tsukuba-093-fy2022.yaml");
  return file;
}

class SeasonGoneWrongTest : public ::testing::TestWithParam<Case> {};

TEST_P(SeasonGoneWrongTest, TurnsTheNamedCellRed) {
  const DemoRun run = RunDemo({"--season", Season(), "--perturb", GetParam().perturbation});
  ASSERT_EQ(run.code, 1) << run.story;
  EXPECT_TRUE(IsRed(run, GetParam().cell)) << run.facts.at("differing");
  EXPECT_NE(run.story.find(std::string("✗ ") + GetParam().cell), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Seasons, SeasonGoneWrongTest,
                         ::testing::Values(Case{"late-accepted", "count.received.2022"},
                                           Case{"double-receipt", "count.received.2022"},
                                           Case{"adoption-declined", "count.trials_run.2022"},
                                           Case{"declined-imported-as-run", "indicator.1.actual.2019"},
                                           Case{"return-forgotten", "cost.settlement.2022"},
                                           Case{"reversal-forgotten", "cost.settlement.2022"},
                                           Case{"cost-booked-elsewhere", "cost.settlement.2022"},
                                           Case{"neighbour-booked-here", "cost.settlement.2022"},
                                           Case{"inspection-differs", "cost.settlement.2022"},
                                           Case{"share-differs", "cost.state_share.2022"},
                                           Case{"rate-differs", "cost.personnel.2022"}),
                         Name);

// The season itself is right and is played once; each wrong way of counting goes on from there.
class CountedWrongTest : public ::testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() {
    dir_ = new TempDir;
    ASSERT_EQ(RunDemo({"--season", Season(), "--data-dir", dir_->path()}).code, 0);
  }
  static void TearDownTestSuite() { delete dir_; }
  static TempDir* dir_;
};

TempDir* CountedWrongTest::dir_ = nullptr;

TEST_P(CountedWrongTest, TurnsTheNamedCellRed) {
  const DemoRun run =
      RunDemo({"--season", Season(), "--data-dir", dir_->path(), "--perturb", GetParam().perturbation});
  ASSERT_EQ(run.code, 1) << run.story;
  EXPECT_TRUE(IsRed(run, GetParam().cell)) << run.facts.at("differing");
}

INSTANTIATE_TEST_SUITE_P(Counting, CountedWrongTest,
                         ::testing::Values(Case{"count-late", "count.received.2022"},
                                           Case{"count-receipt-twice", "count.received.2022"},
                                           Case{"count-declined", "indicator.1.actual.2019"},
                                           Case{"ignore-return", "cost.settlement.2022"},
                                           Case{"count-reversed", "cost.settlement.2022"},
                                           Case{"count-neighbour", "cost.settlement.2022"},
                                           Case{"count-grants-only", "cost.settlement.2022"},
                                           Case{"count-rejected-twice", "cost.settlement.2022"},
                                           Case{"split-per-payment", "cost.state_share.2022"},
                                           Case{"share-of-budget", "cost.state_share.2022"},
                                           Case{"floor-personnel", "cost.personnel.2022"}),
                         Name);

}  // namespace
}  // namespace jissho::testing
