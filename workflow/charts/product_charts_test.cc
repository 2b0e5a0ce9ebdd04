#include "workflow/charts/product_charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/runtime/auth/token.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/table.h"
#include "workflow/engine/check.h"

namespace jissho::charts {
namespace {

class ProductChartTest : public ::testing::TestWithParam<ProductChart> {
 protected:
  ProductChartTest() : chart_(chart::Parse(GetParam().text).value()) {}
  const chart::Chart chart_;
};

TEST_P(ProductChartTest, HasNoFaultInService) {
  chart::Profile profile = chart::ServiceProfile();
  for (const auto& [role, words] : ProductVocabulary().roles) profile.roles.insert(role);
  for (const auto& [action, words] : ProductVocabulary().actions) profile.actions.insert(action);
  for (const chart::Fault& fault : engine::Check(GetParam().text, profile).faults) {
    ADD_FAILURE() << GetParam().name << ".scxml:" << fault.line << ": " << fault.code << " " << fault.en;
  }
}

TEST_P(ProductChartTest, LabelsEveryStateInBothLanguages) {
  for (const chart::State& state : chart_.states) {
    if (state.index == 0 || state.IsHistory()) continue;
    EXPECT_FALSE(state.label.empty()) << state.id;
    EXPECT_FALSE(state.label_en.empty()) << state.id;
  }
}

TEST_P(ProductChartTest, LabelsEveryTransitionInBothLanguages) {
  for (const chart::State& state : chart_.states) {
    for (const chart::Transition& transition : state.transitions) {
      EXPECT_FALSE(transition.task.label.empty()) << "line " << transition.position.line;
      EXPECT_FALSE(transition.task.label_en.empty()) << "line " << transition.position.line;
    }
  }
}

TEST_P(ProductChartTest, SaysItsConditionsInWords) {
  for (const chart::TransitionRow& row : chart::MakeTable(chart_, ProductVocabulary()).transitions) {
    if (row.condition.empty()) continue;
    EXPECT_NE(row.condition_words.ja, row.condition) << "line " << row.line;
    EXPECT_NE(row.condition_words.en, row.condition_words.ja) << "line " << row.line;
  }
}

TEST_P(ProductChartTest, HasWordsForItsData) {
  for (const chart::State& state : chart_.states) {
    for (const chart::Data& data : state.data)
      EXPECT_TRUE(ProductVocabulary().data.contains(data.id)) << data.id;
  }
}

std::string NameOfTest(const ::testing::TestParamInfo<ProductChart>& info) {
  std::string name = info.param.name;
  name[name.find('/')] = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ProductChartTest, ::testing::ValuesIn(ProductCharts()), NameOfTest);

TEST(ProductChartsTest, AreFoundByServiceAndName) {
  ASSERT_NE(FindProductChart("subsidy/grant"), nullptr);
  EXPECT_EQ(chart::Parse(FindProductChart("subsidy/grant")->text)->name, "grant");
  EXPECT_EQ(FindProductChart("subsidy/nothing"), nullptr);
}

TEST(ProductVocabularyTest, KnowsExactlyTheRolesThatTokensMayCarry) {
  std::vector<std::string> roles;
  for (const auto& [role, words] : ProductVocabulary().roles) roles.push_back(role);
  EXPECT_THAT(roles, ::testing::UnorderedElementsAreArray(runtime::KnownRoles()));
}

TEST(ProductTableTest, SaysWhoMayDecideAGrantAndWhoMayNot) {
  const chart::Chart grant = chart::Parse(FindProductChart("subsidy/grant")->text).value();
  for (const chart::TransitionRow& row : chart::MakeTable(grant, ProductVocabulary()).transitions) {
    if (row.events != std::vector<std::string>{"grant.decide"}) continue;
    EXPECT_EQ(row.from.name.ja, "交付決定起案中");
    EXPECT_EQ(row.event.ja, "交付決定をする");
    ASSERT_EQ(row.to.size(), 1u);
    EXPECT_EQ(row.to[0].name.en, "Decided");
    EXPECT_THAT(row.who.ja, ::testing::HasSubstr("市長"));
    EXPECT_THAT(row.who.ja, ::testing::HasSubstr("「交付決定を起案する」をした人以外"));
    EXPECT_THAT(row.who.en, ::testing::HasSubstr("not whoever did 'Draft the grant decision'"));
    return;
  }
  FAIL() << "no transition grant.decide";
}

}  // namespace
}  // namespace jissho::charts
