// What the language accepts and refuses, and where.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/expression/expression.h"
#include "workflow/expression/reasons.h"

namespace jissho::expression {
namespace {

std::string Repeat(absl::string_view part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) absl::StrAppend(&text, part);
  return text;
}

std::string OffsetOf(const absl::Status& status) {
  auto detail = GetErrorDetail(status);
  return detail.has_value() ? detail->metadata["offset"] : "none";
}

struct Refusal {
  std::string text;
  std::string offset;
};

void ExpectRefused(const Reason& reason, const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    absl::Status status = Compile(refusal.text).status();
    EXPECT_TRUE(HasReason(status, reason)) << refusal.text << " -> " << status;
    EXPECT_EQ(OffsetOf(status), refusal.offset) << refusal.text;
  }
}

TEST(GrammarTest, AcceptsTheWhitelistedLanguage) {
  const char* const kAccepted[] = {"null",
                                   "true",
                                   "undefined",
                                   "0x1F",
                                   "0b11",
                                   "0o17",
                                   "1.5e-3",
                                   ".5",
                                   "5.",
                                   "'it\\'s'",
                                   "\"\\u{1F600}\"",
                                   "[]",
                                   "[1,]",
                                   "{}",
                                   "{a:1, 'b':2, 3:4, if:5,}",
                                   "a.b.c",
                                   "a['b'][0]",
                                   "a.length",
                                   "- -1",
                                   "!+-typeof a",
                                   "a?b:c?d:e",
                                   "(a)",
                                   "In('s')",
                                   "min(1)",
                                   "max(1,2,3)",
                                   "_event.data.x",
                                   "a.if",
                                   "\t\n\u3000a\u00A0"};
  for (const char* text : kAccepted) EXPECT_TRUE(Compile(text).ok()) << text << Compile(text).status();
}

TEST(GrammarTest, RefusesTheWaysOutOfTheLanguage) {
  ExpectRefused(kNotAllowed, {{"[].constructor.constructor('return 1')()", "3"},
                              {"a['constructor']", "2"},
                              {"a['con\\u0073tructor']", "2"},
                              {"a.__proto__", "2"},
                              {"a.prototype", "2"},
                              {"{__proto__: a}", "1"},
                              {"eval('1')", "0"},
                              {"this", "0"},
                              {"arguments", "0"},
                              {"Function('1')", "0"},
                              {"a.b()", "3"},
                              {"'a'.repeat(9)", "10"},
                              {"(a)()", "3"},
                              {"In('s')()", "7"},
                              {"new Date", "0"},
                              {"function(){}", "0"},
                              {"{f(){}}", "2"}});
}

TEST(GrammarTest, RefusesAssignmentAndOtherOperators) {
  ExpectRefused(
      kNotAllowed,
      {{"a = 1", "2"},     {"a += 1", "2"},     {"a++", "1"},     {"--a", "0"},      {"a => 1", "2"},
       {"a ?? 1", "2"},    {"a?.b", "1"},       {"a | 1", "2"},   {"a & 1", "2"},    {"~a", "0"},
       {"a ** 2", "2"},    {"a << 1", "2"},     {"a >>> 1", "2"}, {"a, b", "1"},     {"(a, b)", "2"},
       {"a; b", "1"},      {"[...a]", "1"},     {"`x`", "0"},     {"/x/", "0"},      {"a // x", "2"},
       {"a /* x */", "2"}, {"delete a.b", "0"}, {"void 0", "0"},  {"'x' in a", "4"}, {"a instanceof b", "2"},
       {"NaN", "0"},       {"Infinity", "0"},   {"[1,,2]", "3"}});
}

TEST(GrammarTest, SaysWhereTheSyntaxBreaks) {
  ExpectRefused(
      kSyntax, {{"", "0"},          {"a +", "3"},      {"(a", "2"},           {"a)", "1"},       {"a b", "2"},
                {"'abc", "0"},      {"'a\nb'", "0"},   {"1.2.3", "3"},        {"010", "0"},      {"1a", "0"},
                {"0x", "0"},        {"1e", "0"},       {"a ? b", "5"},        {"{a}", "2"},      {"a.1", "1"},
                {"'\\uD800'", "1"}, {"'\\08'", "1"},   {"'\\x4'", "1"},       {"\xE5\xAE", "0"}, {"実", "0"},
                {"a.", "2"},        {"min(1 2)", "6"}, {"'\\u{110000}'", "1"}});
}

TEST(GrammarTest, TakesOnlyLiteralStatesAndKnownArities) {
  ExpectRefused(kNotAllowed, {{"In(a)", "3"},
                              {"In()", "3"},
                              {"In('a'+'b')", "6"},
                              {"In('a','b')", "6"},
                              {"min()", "0"},
                              {"abs(1,2)", "0"},
                              {"contains(a)", "0"},
                              {"round(1)", "0"}});
}

TEST(GrammarTest, BoundsTextDepthAndNodes) {
  EXPECT_TRUE(Compile(absl::StrCat("'", std::string(4094, 'x'), "'")).ok());
  EXPECT_TRUE(HasReason(Compile(absl::StrCat("'", std::string(4095, 'x'), "'")).status(), kTooLarge));
  EXPECT_TRUE(Compile(Repeat("(", 63) + "1" + Repeat(")", 63)).ok());
  EXPECT_TRUE(HasReason(Compile(Repeat("(", 64) + "1" + Repeat(")", 64)).status(), kTooLarge));
  EXPECT_TRUE(HasReason(Compile(Repeat("!", 64) + "1").status(), kTooLarge));
  EXPECT_TRUE(HasReason(Compile(Repeat("1?1:", 64) + "1").status(), kTooLarge));
  EXPECT_TRUE(Compile("1" + Repeat("+1", 511)).ok());
  EXPECT_TRUE(HasReason(Compile("1" + Repeat("+1", 512)).status(), kTooLarge));
  EXPECT_TRUE(HasReason(Compile("1+1", Limits{.nodes = 2}).status(), kTooLarge));
}

TEST(GrammarTest, ListsTheNamesAndStatesItMentions) {
  auto compiled = Compile("b + a.b + typeof c && In('s') && In('r') || a && _event.data && {d: 1}");
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  EXPECT_EQ((*compiled)->data_names(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ((*compiled)->states(), (std::vector<std::string>{"r", "s"}));
}

}  // namespace
}  // namespace jissho::expression
