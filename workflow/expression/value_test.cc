#include "workflow/expression/value.h"

#include <gtest/gtest.h>

#include "workflow/expression/reasons.h"

namespace jissho::expression {
namespace {

TEST(ValueTest, KeepsUndefinedNullAndTextsApart) {
  EXPECT_NE(Value(), Value(Json(nullptr)));
  EXPECT_NE(Value(Json("<a/>")), Value::Xml("<a/>"));
  EXPECT_EQ(Value(Json(1)), Value(Json(1.0)));
}

TEST(ValueTest, SurvivesTheTaggedRoundTrip) {
  const Value values[] = {Value(),
                          Value(Json(nullptr)),
                          Value(Json("<a/>")),
                          Value::Xml("<a/>"),
                          Value(Json(true)),
                          Value(Json(9007199254740992)),
                          Value(Json(0.5)),
                          Value(Json{{"t", "undefined"}}),
                          Value(Json::array({1, "二", nullptr}))};
  for (const Value& value : values) {
    Json stored = Json::parse(ToTagged(value).dump());
    auto back = FromTagged(stored);
    ASSERT_TRUE(back.ok()) << stored;
    EXPECT_EQ(*back, value) << stored;
  }
}

TEST(ValueTest, RefusesWhatNoTaggingMade) {
  const char* const kBroken[] = {"1",
                                 "{}",
                                 R"({"t":"json"})",
                                 R"({"t":"xml","v":1})",
                                 R"({"v":1})",
                                 R"({"t":null})",
                                 R"({"t":"json","v":1,"w":2})",
                                 R"({"t":"undefined","v":1})"};
  for (const char* text : kBroken) {
    EXPECT_TRUE(HasReason(FromTagged(Json::parse(text)).status(), kBadEncoding)) << text;
  }
}

}  // namespace
}  // namespace jissho::expression
