#include "services/programme/domain/programme_rules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "workflow/base/error.h"

namespace jissho::programme {
namespace {

TEST(ProgrammeIdTest, TakesShortLowerCaseIds) {
  EXPECT_TRUE(IsProgrammeId("093"));
  EXPECT_TRUE(IsProgrammeId("trial-support-2"));
  for (const char* id : {"", "-093", "093-", "A1", "a b", "a/b", "09３"})
    EXPECT_FALSE(IsProgrammeId(id)) << id;
  EXPECT_TRUE(IsProgrammeId(std::string(40, 'a')));
  EXPECT_FALSE(IsProgrammeId(std::string(41, 'a')));
}

TEST(ProgrammeRulesTest, AcceptsDistinctEntries) {
  EXPECT_TRUE(
      CheckProgramme("093", false, {{1, "a", "件"}, {2, "b", "件"}}, {8, 9, 11}, {{2021}, {2022}}).ok());
  EXPECT_TRUE(CheckProgramme("", true, {}, {}, {}).ok());
}

TEST(ProgrammeRulesTest, NamesAllFaultsAtOnce) {
  const auto detail = GetErrorDetail(CheckProgramme(
      "", false, {{1, "a", "件"}, {1, "b", "件"}, {6, "c", "件"}}, {9, 9, 18}, {{2022}, {2022}}));
  ASSERT_TRUE(detail.has_value());
  std::vector<std::string> fields;
  for (const FieldFault& fault : detail->faults) fields.push_back(fault.field);
  EXPECT_THAT(fields,
              ::testing::ElementsAre("programme.id", "programme.indicators[1].no",
                                     "programme.indicators[2].no", "programme.sdgs[1]", "programme.sdgs[2]",
                                     "programme.personnel_rates[1].fiscal_year"));
}

}  // namespace
}  // namespace jissho::programme
