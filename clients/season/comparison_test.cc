#include "clients/season/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/season/perturb.h"

namespace jissho::season {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SheetCell Cell(const std::string& id, const std::string& kind, std::optional<int64_t> value) {
  SheetCell cell;
  cell.id = id;
  cell.kind = kind;
  cell.value = value;
  return cell;
}

std::vector<std::string> Red(const std::vector<ComparedCell>& cells) {
  std::vector<std::string> out;
  for (const ComparedCell& cell : cells) {
    if (cell.differs()) out.push_back(cell.id);
  }
  return out;
}

TEST(ComparisonTest, FindsNothingWhereSheetPublishedAndCountedAgree) {
  Findings findings;
  findings.cells = {Cell("a", "summed", 5)};
  EXPECT_THAT(Red(Compare(findings, {{"a", 5, ""}}, {{"a", 5}})), IsEmpty());
}

TEST(ComparisonTest, NamesTheCellThatDiffersFromThePublishedFigure) {
  Findings findings;
  findings.cells = {Cell("a", "summed", 5), Cell("b", "counted", 6)};
  EXPECT_THAT(Red(Compare(findings, {{"a", 5, ""}, {"b", 7, ""}}, {})), ElementsAre("b"));
}

TEST(ComparisonTest, NamesTheCellThatDiffersFromTheCrossCount) {
  Findings findings;
  findings.cells = {Cell("a", "derived", 5)};
  EXPECT_THAT(Red(Compare(findings, {}, {{"a", 4}})), ElementsAre("a"));
}

TEST(ComparisonTest, APublishedFigureThatTheSheetDoesNotComputeDiffers) {
  Findings findings;
  findings.cells = {Cell("typed", "typed", 5), Cell("unset", "not_set", std::nullopt)};
  EXPECT_THAT(Red(Compare(findings, {{"typed", 5, ""}, {"unset", 0, ""}, {"absent", 0, ""}}, {})),
              ElementsAre("typed", "unset", "absent"));
}

TEST(ComparisonTest, NothingIsNotZero) {
  Findings findings;
  findings.cells = {Cell("a", "summed", std::nullopt)};
  EXPECT_THAT(Red(Compare(findings, {{"a", 0, ""}}, {})), ElementsAre("a"));
}

TEST(ComparisonTest, ComparesNoTypedCellWithTheCrossCount) {
  Findings findings;
  findings.cells = {Cell("a", "typed", 5)};
  EXPECT_THAT(Compare(findings, {}, {{"a", 4}}), IsEmpty());
}

Season SmallSeason() {
  Season season;
  season.fiscal_year = 2022;
  season.programme.id = "x";
  season.programme.allotment_yen = 9'000'000;
  season.budget.revenue_share = "1/2";
  return season;
}

Tally SmallTally() {
  Tally tally;
  tally.payments = {{"1", "x", "PAID", 1'001'999, 1, false},
                    {"2", "x", "PAID", 500'999, 2, true},
                    {"3", "x", "REVERSED", 70'000, 1, true},
                    {"4", "y", "PAID", 900'000, 1, true}};
  tally.returned_yen = 1'000;
  return tally;
}

TEST(CrossCountTest, SumsWhatStandsLessWhatCameBackAndSplitsItOnce) {
  const auto cells = CrossCount(SmallSeason(), SmallTally(), {});
  // 1,501,998 yen.
  EXPECT_EQ(cells.at("cost.settlement.2022"), 1502);
  EXPECT_EQ(cells.at("cost.state_share.2022"), 750);
  EXPECT_EQ(cells.at("cost.general_funds.2022"), 752);
}

TEST(CrossCountTest, EveryWrongWayOfCountingMoneyChangesAFigure) {
  const auto right = CrossCount(SmallSeason(), SmallTally(), {});
  for (const char* wrong : {"ignore-return", "count-reversed", "count-neighbour", "count-grants-only",
                            "count-rejected-twice", "share-of-budget"}) {
    EXPECT_NE(CrossCount(SmallSeason(), SmallTally(), {wrong}), right) << wrong;
  }
}

TEST(PerturbationTest, ASeasonThatCannotGoWrongInThatWaySaysSo) {
  Season season;
  EXPECT_EQ(Perturb("return-forgotten", season).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(PerturbationTest, AChangedSeasonMakesOtherRequests) {
  Season season = SmallSeason();
  season.hash8 = "01234567";
  ASSERT_TRUE(Perturb("share-differs", season).ok());
  EXPECT_NE(season.hash8, "01234567");
}

}  // namespace
}  // namespace jissho::season
