#include "clients/season/season_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "absl/strings/str_replace.h"
#include "clients/season/play.h"

namespace jissho::season {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;

std::string PublishedText() {
  std::ifstream in(std::string(std::getenv("JISSHO_SOURCE_DIR")) + "/seasons/tsukuba-093-fy2022.yaml");
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

std::string Replaced(const std::string& from, const std::string& to) {
  std::string text = PublishedText();
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

int LineOfText(const std::string& text, const std::string& what) {
  const std::string before = text.substr(0, text.find(what));
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

TEST(SeasonFileTest, ThePublishedSeasonHasNoFaults) {
  for (const Fault& fault : ParseSeason(PublishedText()).faults)
    ADD_FAILURE() << fault.line << fault.path << fault.en;
}

TEST(SeasonFileTest, ReadsMoneyMomentsAndLists) {
  const Season season = ParseSeason(PublishedText()).season;
  EXPECT_EQ(season.fiscal_year, 2022);
  EXPECT_EQ(season.programme.allotment_yen, 6'456'000);
  EXPECT_EQ(absl::FormatTime(season.call.close, absl::UTCTimeZone()), "2022-06-10T08:15:00+00:00");
  EXPECT_EQ(season.grants.size(), 5);
  EXPECT_EQ(season.grants[3].returned->amount_yen, 100'420);
  EXPECT_EQ(season.proposals[0].first->Of("reviewer-2").size(), season.call.criteria.size());
}

TEST(SeasonFileTest, SaysAllFaultsAtOnceWithTheirLines) {
  std::string text = Replaced("  quota: 5", "  quota: five");
  text = absl::StrReplaceAll(
      text, {{"rate: 2/3", "rate: 0.66"}, {"close: 2022-06-10 17:15", "close: 2022-06-31 17:15"}});
  const auto faults = ParseSeason(text).faults;
  for (const auto& [path, what] : std::map<std::string, std::string>{{"call.quota", "  quota: five"},
                                                                     {"call.rate", "rate: 0.66"},
                                                                     {"call.close", "close: 2022-06-31"}}) {
    EXPECT_THAT(faults,
                Contains(AllOf(Field(&Fault::path, path), Field(&Fault::line, LineOfText(text, what)))));
  }
}

TEST(SeasonFileTest, RefusesAnUnknownKeyAndNamesTheNearest) {
  const auto faults = ParseSeason(Replaced("  quorum: 3", "  quorun: 3")).faults;
  EXPECT_THAT(faults, Contains(AllOf(Field(&Fault::path, "call.quorun"),
                                     Field(&Fault::en, testing::HasSubstr("quorum")))));
  EXPECT_THAT(faults, Contains(Field(&Fault::path, "call.quorum")));
}

TEST(SeasonFileTest, RefusesAKeyThatStandsTwice) {
  const auto faults = ParseSeason(Replaced("  quorum: 3", "  quorum: 3\n  quorum: 4")).faults;
  EXPECT_THAT(faults, Contains(Field(&Fault::path, "call.quorum")));
}

TEST(SeasonFileTest, RefusesACheckerWhoPays) {
  const auto faults = ParseSeason(Replaced("payer: accounting-2", "payer: accounting-1")).faults;
  EXPECT_THAT(faults, Contains(Field(&Fault::path, "duties.payer")));
}

TEST(SeasonFileTest, RefusesASubmissionAfterTheCloseUnlessItsRefusalIsForeseen) {
  const auto faults = ParseSeason(Replaced("submit_refused: TOO_LATE", "submit_twice: false")).faults;
  EXPECT_THAT(faults, Contains(Field(&Fault::path, "proposals[15].submit")));
}

TEST(SeasonFileTest, RefusesABudgetThatDoesNotAddUp) {
  const auto faults = ParseSeason(Replaced("requested_yen: 992_300", "requested_yen: 992_301")).faults;
  EXPECT_THAT(faults, Contains(Field(&Fault::path, "proposals[0].budget")));
}

TEST(SeasonFileTest, RefusesAStepBeforeTheOneThatItFollows) {
  const auto faults = ParseSeason(Replaced("decide: 2022-07-29 15:00", "decide: 2022-07-01 15:00")).faults;
  EXPECT_THAT(faults, Contains(Field(&Fault::path, "grants[0].decide")));
}

TEST(SeasonFileTest, RefusesACorporateNumberWithAWrongCheckDigit) {
  const auto faults = ParseSeason(Replaced("999999000001\"", "999999000002\"")).faults;
  EXPECT_THAT(faults, Contains(Field(&Fault::path, "organisations[0].corporate_number")));
}

TEST(SeasonFileTest, RefusesTextThatIsNoYaml) {
  EXPECT_THAT(ParseSeason("a: [1, 2\nb: 3").faults, testing::Not(IsEmpty()));
}

TEST(SeasonFileTest, AnotherTextIsAnotherSeason) {
  EXPECT_NE(ParseSeason(PublishedText()).season.hash8, ParseSeason(PublishedText() + "\n").season.hash8);
}

TEST(PlanTest, PutsTheStepsInTheOrderOfTheCalendar) {
  const Season season = ParseSeason(PublishedText()).season;
  const std::vector<Step> steps = PlanSeason(season);
  for (size_t i = 1; i < steps.size(); ++i) EXPECT_LE(steps[i - 1].at, steps[i].at) << steps[i].ja;
}

}  // namespace
}  // namespace jissho::season
