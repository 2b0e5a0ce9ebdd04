#include "services/cases/domain/search_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace jissho::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool Finds(const std::string& text, const std::string& word) {
  const auto have = GramsOf(NormaliseForSearch(text));
  const auto need = GramsToFind(word);
  return std::includes(have.begin(), have.end(), need.begin(), need.end());
}

TEST(SearchTextTest, TakesWidthAndCaseForTheSame) {
  EXPECT_EQ(NormaliseForSearch("ＡＩロボット"), NormaliseForSearch("aiﾛﾎﾞｯﾄ"));
}

TEST(SearchTextTest, KeepsVoicedAndUnvoicedKanaApart) {
  EXPECT_NE(NormaliseForSearch("カラス"), NormaliseForSearch("ガラス"));
}

TEST(SearchTextTest, SplitsAQueryAtIdeographicSpaces) {
  EXPECT_THAT(WordsOf("　自動運転　バス "), ElementsAre("自動運転", "バス"));
}

TEST(SearchTextTest, ABlankQueryHasNoWords) { EXPECT_THAT(WordsOf(" 　\t"), IsEmpty()); }

TEST(SearchTextTest, FindsAWordOfTwoCharactersInside) {
  EXPECT_TRUE(Finds("高齢者見守りセンサーの実証", "守り"));
  EXPECT_FALSE(Finds("高齢者見守りセンサーの実証", "実験"));
}

TEST(SearchTextTest, FindsASingleCharacter) { EXPECT_TRUE(Finds("虫の検知", "虫")); }

TEST(SearchTextTest, FindsAcrossWhiteSpaceOfTheTitle) { EXPECT_TRUE(Finds("自動 運転", "動運")); }

TEST(SearchTextTest, KeepsCharactersOutsideTheBasicPlaneWhole) {
  EXPECT_TRUE(Finds("𠮷野実証", "𠮷"));
  EXPECT_EQ(GramsOf("𠮷").size(), 1u);
}

TEST(SearchTextTest, GramsAreAsciiAndFitAKey) {
  for (const std::string& gram : GramsOf(NormaliseForSearch("𠮷野の自動運転バス"))) {
    EXPECT_LE(gram.size(), 16u);
    EXPECT_EQ(gram.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

}  // namespace
}  // namespace jissho::cases
