// What expressions mean.
#include "workflow/expression/expression.h"

#include <gtest/gtest.h>

#include <limits>

#include "absl/strings/str_cat.h"
#include "workflow/expression/reasons.h"

namespace jissho::expression {
namespace {

class ExpressionTest : public ::testing::Test {
 protected:
  ExpressionTest() {
    data_["amount"] = Value(Json(1500000));
    data_["limit"] = Value(Json(2000000));
    data_["nothing"] = Value(Json(nullptr));
    data_["unset"] = Value();
    data_["doc"] = Value(Json::parse(R"({"a":{"b":[10,20]},"toString":1,"constructor":1})"));
    data_["rows"] = Value(Json::parse(R"([{"n":1},{"n":2},"x"])"));
    data_["city"] = Value(Json("実証🎌都市"));
    data_["xml"] = Value::Xml("<a/>");
    event_ = Value(Json::parse(R"({"name":"decide","data":{"ok":true}})"));
    scope_.data = &data_;
    scope_.event = &event_;
    scope_.session_id = "s-1";
    scope_.name = "grant";
    scope_.in = [](const std::string& state) { return state == "open"; };
  }

  absl::StatusOr<Value> Run(absl::string_view text) {
    auto compiled = Compile(text);
    if (!compiled.ok()) return compiled.status();
    return Evaluate(**compiled, scope_);
  }
  // Undefined and XML are no JSON and never equal to an expected one.
  Json Get(absl::string_view text) {
    auto value = Run(text);
    if (!value.ok()) return absl::StrCat("refused: ", value.status().ToString());
    return value->is_json() ? value->json() : Json("not JSON");
  }
  bool IsTrue(absl::string_view text) {
    auto compiled = Compile(text);
    if (!compiled.ok()) return false;
    auto result = EvaluateCondition(**compiled, scope_);
    return result.ok() && *result;
  }
  bool Refuses(absl::string_view text, const Reason& reason) { return HasReason(Run(text).status(), reason); }

  std::map<std::string, Value> data_;
  Value event_;
  Scope scope_;
};

TEST_F(ExpressionTest, ReadsDataEventAndSystemVariables) {
  EXPECT_EQ(Get("amount <= limit && In('open')"), true);
  EXPECT_EQ(Get("In('closed')"), false);
  EXPECT_EQ(Get("doc.a.b[1] + doc['a'].b.length"), 22);
  EXPECT_EQ(Get("_event.name + ' ' + _sessionid + ' ' + _name"), "decide s-1 grant");
  EXPECT_EQ(Get("_event.data.ok ? 'yes' : 'no'"), "yes");
}

TEST_F(ExpressionTest, HasAnUndefinedEventBeforeTheFirst) {
  scope_.event = nullptr;
  EXPECT_EQ(Get("typeof _event"), "undefined");
  EXPECT_TRUE(Refuses("_event.name", kTypeError));
}

TEST_F(ExpressionTest, PrintsMoneyExactly) {
  EXPECT_EQ(Get("amount * 2").dump(), "3000000");
  EXPECT_EQ(Get("0.5 + 0.5").dump(), "1");
  EXPECT_EQ(Get("9007199254740991 + 1").dump(), "9007199254740992");
  EXPECT_EQ(Get("0.5").dump(), "0.5");
  EXPECT_EQ(Get("-amount").dump(), "-1500000");
}

TEST_F(ExpressionTest, FollowsThePrecedenceOfTheOperators) {
  EXPECT_EQ(Get("1 + 2 * 3 - 4 % 3"), 6);
  EXPECT_EQ(Get("10 - 3 - 2"), 5);
  EXPECT_EQ(Get("1 + 2 + '3' + 4 * 5"), "3320");
  EXPECT_EQ(Get("1 < 2 == true && !false || x"), true);
  EXPECT_EQ(Get("false ? 1 : true ? 2 : 3"), 2);
}

TEST_F(ExpressionTest, ShortcutsWithoutEvaluatingTheRest) {
  EXPECT_EQ(Get("0 && unknown"), 0);
  EXPECT_EQ(Get("'a' || unknown"), "a");
  EXPECT_EQ(Get("true ? 1 : unknown"), 1);
  EXPECT_EQ(Get("nothing && nothing.x"), nullptr);
}

TEST_F(ExpressionTest, ComparesWithTheCoercionsOfTheStandard) {
  for (const char* text :
       {"1 == '1'", "null == undefined", "'' == 0", "true == '1'", "[1] == 1", "[[]] == ''",
        "nothing == unset", "'b' > 'a'", "'10' < '9'", "'10' > 9", "null >= 0", "rows == rows",
        "rows[0] === rows[0]", "' \\n12 ' == 12", "'0x10' == 16", "[1,[2,null]] == '1,2,'", "!('a' < 1)",
        "xml === xml", "{} != 1"}) {
    EXPECT_TRUE(IsTrue(text)) << text;
  }
  for (const char* text :
       {"null == 0", "undefined == 0", "1 === '1'", "[] == []", "rows[0] === rows[1]", "0/0 == 0/0",
        "null > 0", "undefined >= undefined", "'a' == 0", "{a: 1} == {a: 1}"}) {
    EXPECT_FALSE(IsTrue(text)) << text;
    EXPECT_TRUE(IsTrue(absl::StrCat("!(", text, ")"))) << text;
  }
}

TEST_F(ExpressionTest, WritesNumbersAsTheStandardDoes) {
  EXPECT_EQ(Get("'' + 1e21"), "1e+21");
  EXPECT_EQ(Get("'' + 123456789012345680000"), "123456789012345680000");
  EXPECT_EQ(Get("'' + 0.000001"), "0.000001");
  EXPECT_EQ(Get("'' + 1.5e-7"), "1.5e-7");
  EXPECT_EQ(Get("'' + 0.1 + (0.1 + 0.2) + -0 + 1/0 + (0/0)"), "0.10.300000000000000040InfinityNaN");
}

TEST_F(ExpressionTest, CountsTextsInUtf16Units) {
  EXPECT_EQ(Get("city.length"), 6);
  EXPECT_EQ(Get("city[1] + city[4]"), "証都");
  EXPECT_TRUE(Refuses("city[2]", kTypeError));
  EXPECT_TRUE(IsTrue("'\\u{1F600}' < '\\uFF21'"));
}

TEST_F(ExpressionTest, GivesUndefinedForMissingMembersAndRefusesMembersOfNothing) {
  EXPECT_EQ(Get("typeof doc.missing"), "undefined");
  EXPECT_EQ(Get("typeof rows.push"), "undefined");
  EXPECT_EQ(Get("typeof rows[9]"), "undefined");
  EXPECT_EQ(Get("typeof rows['01']"), "undefined");
  EXPECT_TRUE(Run("amount.x")->is_undefined());
  EXPECT_TRUE(Refuses("doc.missing.x", kTypeError));
  EXPECT_TRUE(Refuses("nothing.x", kTypeError));
  EXPECT_TRUE(Refuses("nothing[0]", kTypeError));
  EXPECT_TRUE(Refuses("unset['x']", kTypeError));
}

TEST_F(ExpressionTest, RefusesUnknownNamesExceptUnderTypeof) {
  EXPECT_TRUE(Refuses("unknown", kReferenceError));
  EXPECT_TRUE(Refuses("typeof unknown.x", kReferenceError));
  EXPECT_EQ(Get("typeof unknown"), "undefined");
  EXPECT_EQ(Get("typeof (unknown)"), "undefined");
  EXPECT_EQ(Get("typeof unset"), "undefined");
  EXPECT_EQ(Get("typeof nothing + typeof amount + typeof rows + typeof xml"), "objectnumberobjectobject");
}

TEST_F(ExpressionTest, RefusesComputedWaysOutOfTheLanguage) {
  EXPECT_TRUE(Refuses("doc['con' + 'structor']", kNotAllowed));
  EXPECT_TRUE(Refuses("doc[['__proto__']]", kNotAllowed));
}

TEST_F(ExpressionTest, RefusesObjectsThatHideTheirText) {
  EXPECT_TRUE(Refuses("doc + ''", kTypeError));
  EXPECT_EQ(Get("{} + ''"), "[object Object]");
  EXPECT_TRUE(Refuses("xml + ''", kTypeError));
  EXPECT_TRUE(Refuses("xml.a", kTypeError));
}

TEST_F(ExpressionTest, StoresOnlyWhatJsonCanHold) {
  for (const char* text : {"0/0", "1/0", "-0", "[undefined]", "{a: 0/0}", "[xml]", "0 * -1"}) {
    EXPECT_TRUE(Refuses(text, kNotStorable)) << text;
  }
  EXPECT_TRUE(IsTrue("1/0"));
  EXPECT_FALSE(IsTrue("0/0"));
  EXPECT_EQ(Get("1/(1/0)"), 0);
  EXPECT_TRUE(Run("undefined")->is_undefined());
  EXPECT_EQ(Run("xml")->xml(), "<a/>");
}

TEST_F(ExpressionTest, BuildsListsAndObjects) {
  EXPECT_EQ(Get("[1, 'a', [rows[0]], {b: doc.a.b, 'c': null, 2: true}]").dump(),
            R"([1,"a",[{"n":1}],{"2":true,"b":[10,20],"c":null}])");
  EXPECT_EQ(Get("{a: 1, a: 2}").dump(), R"({"a":2})");
  EXPECT_EQ(Get("{a: [5, 6]}.a[1]"), 6);
  EXPECT_TRUE(IsTrue("[rows][0] === rows"));
}

TEST_F(ExpressionTest, CallsTheNamedFunctions) {
  EXPECT_EQ(Get("min(3, '2', 5)"), 2);
  EXPECT_EQ(Get("max(3, null, limit)"), 2000000);
  EXPECT_TRUE(IsTrue("max(1, undefined) != max(1, undefined)"));
  EXPECT_TRUE(IsTrue("1 / min(0, -0) < 0 && 1 / max(-0, 0) > 0"));
  EXPECT_EQ(Get("floor(-1.5)"), -2);
  EXPECT_EQ(Get("abs(-2.5)"), 2.5);
  EXPECT_EQ(Get("contains(rows, 'x')"), true);
  EXPECT_EQ(Get("contains(rows, rows[1])"), true);
  EXPECT_EQ(Get("contains([1, 2], '1')"), false);
  EXPECT_EQ(Get("contains([0/0], 0/0)"), true);
  EXPECT_EQ(Get("contains(city, '都市')"), true);
  EXPECT_EQ(Get("contains(nothing, 1)"), false);
  EXPECT_EQ(Get("[size(city), size(rows), size(doc), size({a: 1})]").dump(), "[6,3,3,1]");
  EXPECT_TRUE(Run("size(nothing)")->is_undefined());
  EXPECT_EQ(Get("lower('AbC実')"), "abc実");
  EXPECT_TRUE(Run("lower(1)")->is_undefined());
  EXPECT_EQ(Get("startsWith(city, '実証') && !startsWith(city, '都') && !startsWith(1, '1')"), true);
}

TEST_F(ExpressionTest, RefusesInWithoutStates) {
  scope_.in = nullptr;
  EXPECT_TRUE(Refuses("In('open')", kReferenceError));
}

TEST_F(ExpressionTest, BoundsTheResult) {
  data_["long"] = Value(Json(std::string(kMaxResultText, 'x')));
  data_["many"] = Value(Json(std::vector<int>(kMaxResultElements, 1)));
  Json deep = 1;
  for (size_t i = 0; i < kMaxResultDepth; ++i) deep = Json::array({deep});
  data_["deep"] = Value(deep);
  EXPECT_TRUE(Run("long").ok());
  EXPECT_TRUE(Refuses("long + 'x'", kResultTooLarge));
  EXPECT_TRUE(Refuses("[long, 'x']", kResultTooLarge));
  EXPECT_TRUE(Run("many").ok());
  EXPECT_TRUE(Refuses("[many]", kResultTooLarge));
  EXPECT_TRUE(Run("deep").ok());
  EXPECT_TRUE(Refuses("[deep]", kResultTooLarge));
  EXPECT_TRUE(Refuses("[long] + [long]", kResultTooLarge));
}

TEST_F(ExpressionTest, BoundsTheWorkOfOneEvaluation) {
  data_["long"] = Value(Json(std::string(kMaxResultText - 1, 'x')));
  std::string text = "1";
  for (int i = 0; i < 20; ++i) text = absl::StrCat("(long + 'x') && ", text);
  EXPECT_TRUE(Refuses(text, kResultTooLarge));
}

TEST_F(ExpressionTest, EvaluatesLongListsOutsideTheLocalStack) {
  std::string text = "[0";
  for (int i = 1; i < 500; ++i) absl::StrAppend(&text, ",", i);
  EXPECT_EQ(Get(absl::StrCat(text, "][499]")), 499);
}

}  // namespace
}  // namespace jissho::expression
