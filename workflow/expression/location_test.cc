#include <gtest/gtest.h>

#include "workflow/expression/expression.h"
#include "workflow/expression/reasons.h"

namespace jissho::expression {
namespace {

class LocationTest : public ::testing::Test {
 protected:
  LocationTest() {
    data_["doc"] = Value(Json::parse(R"({"a":{"b":[1,2]},"i":1})"));
    data_["flat"] = Value(Json(1));
    data_["unset"] = Value();
    scope_.data = &data_;
  }
  absl::Status Set(absl::string_view text, Value value) {
    auto location = CompileLocation(text);
    if (!location.ok()) return location.status();
    return Assign(**location, scope_, data_, std::move(value));
  }
  bool Refuses(absl::string_view text, Value value, const Reason& reason) {
    auto before = data_;
    absl::Status status = Set(text, std::move(value));
    EXPECT_EQ(before, data_) << text;
    return HasReason(status, reason);
  }
  std::map<std::string, Value> data_;
  Scope scope_;
};

TEST_F(LocationTest, ReplacesAVariableByAnyValue) {
  ASSERT_TRUE(Set("flat", Value::Xml("<a/>")).ok());
  EXPECT_EQ(data_["flat"], Value::Xml("<a/>"));
  ASSERT_TRUE(Set("flat", Value()).ok());
  EXPECT_TRUE(data_["flat"].is_undefined());
}

TEST_F(LocationTest, SetsMembersAndElements) {
  ASSERT_TRUE(Set("doc.a.b[0]", Value(Json("x"))).ok());
  ASSERT_TRUE(Set("doc['a'].b[doc.i]", Value(Json("y"))).ok());
  ASSERT_TRUE(Set("doc.a.b['2']", Value(Json("z"))).ok());
  ASSERT_TRUE(Set("doc.fresh", Value(Json(nullptr))).ok());
  ASSERT_TRUE(Set("doc[doc.i + 1]", Value(Json(true))).ok());
  EXPECT_EQ(data_["doc"].json().dump(), R"({"2":true,"a":{"b":["x","y","z"]},"fresh":null,"i":1})");
}

TEST_F(LocationTest, RefusesUndeclaredVariables) {
  EXPECT_TRUE(Refuses("unknown", Value(Json(1)), kReferenceError));
  EXPECT_TRUE(Refuses("unknown.a", Value(Json(1)), kReferenceError));
  EXPECT_TRUE(Refuses("doc[unknown]", Value(Json(1)), kReferenceError));
}

TEST_F(LocationTest, RefusesPathsThatDoNotExistBeforeTheLastStep) {
  EXPECT_TRUE(Refuses("doc.missing.x", Value(Json(1)), kTypeError));
  EXPECT_TRUE(Refuses("doc.a.b[7].x", Value(Json(1)), kTypeError));
  EXPECT_TRUE(Refuses("flat.x", Value(Json(1)), kTypeError));
  EXPECT_TRUE(Refuses("doc.i.x", Value(Json(1)), kTypeError));
  EXPECT_TRUE(Refuses("unset.x", Value(Json(1)), kTypeError));
}

TEST_F(LocationTest, KeepsListsWithoutHolesAndNames) {
  EXPECT_TRUE(Refuses("doc.a.b[3]", Value(Json(1)), kNotStorable));
  EXPECT_TRUE(Refuses("doc.a.b[-1]", Value(Json(1)), kTypeError));
  EXPECT_TRUE(Refuses("doc.a.b.length", Value(Json(0)), kTypeError));
}

TEST_F(LocationTest, PutsOnlyJsonInsideADocument) {
  EXPECT_TRUE(Refuses("doc.a", Value(), kNotStorable));
  EXPECT_TRUE(Refuses("doc.a", Value::Xml("<a/>"), kNotStorable));
}

TEST_F(LocationTest, BoundsListsAndObjects) {
  data_["many"] = Value(Json(std::vector<int>(kMaxResultElements, 1)));
  EXPECT_TRUE(Refuses("many[4096]", Value(Json(1)), kResultTooLarge));
  EXPECT_TRUE(Set("many[4095]", Value(Json(2))).ok());
}

TEST_F(LocationTest, RefusesSystemVariablesAndWhatIsNoLocation) {
  for (const char* text :
       {"_event", "_event.data", "_sessionid", "_name", "_ioprocessors.x", "_x", "1", "(doc)", "doc + 1",
        "doc.a()", "In('s')", "this", "doc.__proto__", "doc['constructor']", "doc.a = 1"}) {
    EXPECT_TRUE(HasReason(CompileLocation(text).status(), kNotAllowed))
        << text << CompileLocation(text).status();
  }
  for (const char* text : {"", "doc.", "doc[", "doc[1", "doc a", "doc.1"}) {
    EXPECT_TRUE(HasReason(CompileLocation(text).status(), kSyntax)) << text << CompileLocation(text).status();
  }
}

TEST_F(LocationTest, RefusesComputedWaysOutOfTheLanguage) {
  EXPECT_TRUE(Refuses("doc['__pro' + 'to__']", Value(Json(1)), kNotAllowed));
}

}  // namespace
}  // namespace jissho::expression
