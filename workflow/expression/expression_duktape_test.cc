// Random expressions of the whole grammar mean the same here and in another ECMAScript interpreter.
//
// JISSHO_SEED and JISSHO_RUNS choose the run; the seed is printed, and a difference names its expression.
#include <duktape.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/expression/expression.h"
#include "workflow/expression/reasons.h"

namespace jissho::expression {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  uint64_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

// The data avoid where Duktape 2.7 leaves ECMA-262: literals halfway between two doubles (and shortest texts
// halfway between two digits) are not rounded to even, and '0x1f0.5' is read as a number (hence '0x1f ' ends
// in a space).
constexpr char kData[] = R"({
  "i": 3, "neg": -7, "half": 0.5, "big": 9007199254740991, "huge": 1e300, "zero": 0,
  "s": "10", "t": "実証 abc", "e": "", "yes": true, "no": false, "nil": null,
  "arr": [1, "2", null, [3, [4]], {"a": 1}, -0.25], "none": [], "obj": {"a": {"b": [5, 6]}, "0": "zero", "length": 9},
  "hidden": {"toString": 1}, "valued": {"valueOf": 2, "a": 1}, "one": [42]})";
constexpr char kEvent[] = R"({"name": "ev", "data": {"a": [1, {"b": "x"}], "b": null}})";

constexpr char kPrelude[] = R"(
var min = Math.min, max = Math.max, floor = Math.floor, abs = Math.abs, u;
var _sessionid = 's-1', _name = 'm';
function In(state) { return state === 'open'; }
function contains(whole, part) {
  if (typeof whole === 'string') return typeof part === 'string' && whole.indexOf(part) >= 0;
  if (!Array.isArray(whole)) return false;
  return whole.some(function (each) { return each === part || (each !== each && part !== part); });
}
function size(x) {
  if (typeof x === 'string' || Array.isArray(x)) return x.length;
  return typeof x === 'object' && x !== null ? Object.keys(x).length : undefined;
}
function lower(x) { return typeof x === 'string' ? x.replace(/[A-Z]/g, function (c) { return c.toLowerCase(); }) : undefined; }
function startsWith(a, b) { return typeof a === 'string' && typeof b === 'string' && a.substring(0, b.length) === b; }
function storable(v) {
  if (typeof v === 'number') return isFinite(v) && !(v === 0 && 1 / v < 0);
  if (v === undefined) return false;
  if (typeof v !== 'object' || v === null) return true;
  return Object.keys(v).every(function (key) { return storable(v[key]); });
}
function describe(f) {
  var v;
  try { v = f(); } catch (error) { return 'throws ' + error.name; }
  if (v === undefined) return 'undefined';
  return storable(v) ? 'json ' + JSON.stringify(v) : 'not storable';
}
)";

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Next() {
    std::string inner = Any(5);
    switch (Below(5)) {
      case 0:
        return absl::StrCat("'' + (", inner, ")");
      case 1:
        return absl::StrCat("1 / (", inner, ")");
      case 2:
        return absl::StrCat("!(", inner, ")");
      default:
        return inner;
    }
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }
  template <size_t n>
  std::string Pick(const char* const (&choices)[n]) {
    return choices[Below(n)];
  }

  std::string Leaf() {
    static const char* const kLiterals[] = {"null",
                                            "true",
                                            "false",
                                            "undefined",
                                            "0",
                                            "1",
                                            "2",
                                            "10",
                                            "0.1",
                                            "1e21",
                                            "1.5e-7",
                                            "0x1F",
                                            "9007199254740991",
                                            "1e-400",
                                            "1e400",
                                            "123456789.125",
                                            "5e-324",
                                            "''",
                                            "'a'",
                                            "'b'",
                                            "'0'",
                                            "'10'",
                                            "' 12 '",
                                            "'0x1f '",
                                            "'1e3'",
                                            "'-0'",
                                            "'.5'",
                                            "'5.'",
                                            "'.'",
                                            "'+1'",
                                            "'-Infinity'",
                                            "'1e400'",
                                            "'実証'",
                                            "'length'",
                                            "'A\\tb\\u3042'",
                                            "'\\u3000 7\\uFEFF'",
                                            "[]",
                                            "{}",
                                            "{a: 1}",
                                            "{valueOf: 1}",
                                            "{toString: 1}"};
    static const char* const kNames[] = {"i",   "neg",    "half",  "big",        "huge",       "zero",
                                         "s",   "t",      "e",     "yes",        "no",         "nil",
                                         "arr", "none",   "obj",   "hidden",     "valued",     "one",
                                         "u",   "_event", "_name", "_sessionid", "In('open')", "In('shut')"};
    if (Below(60) == 0) return Below(2) == 0 ? "unknown" : "typeof unknown";
    return Below(2) == 0 ? Pick(kLiterals) : Pick(kNames);
  }

  std::string Any(int depth) {
    static const char* const kOperators[] = {
        "*", "/", "%", "+", "+", "+", "-", "<", "<=", ">", ">=", "==", "==", "!=", "===", "!==", "&&", "||"};
    static const char* const kUnary[] = {"!", "- ", "+ ", "typeof "};
    if (depth == 0 || Below(6) == 0) return Leaf();
    switch (Below(10)) {
      case 0:
      case 1:
      case 2:
        return absl::StrCat("(", Any(depth - 1), " ", Pick(kOperators), " ", Any(depth - 1), ")");
      case 3:  // without parentheses: precedence
        return absl::StrCat("(", Leaf(), " ", Pick(kOperators), " ", Leaf(), " ", Pick(kOperators), " ",
                            Leaf(), " ", Pick(kOperators), " ", Any(depth - 1), ")");
      case 4:
        return absl::StrCat(Pick(kUnary), Any(depth - 1));
      case 5:
        return absl::StrCat("(", Any(depth - 1), " ? ", Any(depth - 1), " : ", Any(depth - 1), ")");
      case 6:
      case 7:
        return Access(depth);
      case 8:
        return Below(2) == 0
                   ? absl::StrCat("[", Any(depth - 1), ", ", Any(depth - 1), "]")
                   : absl::StrCat("({a: ", Any(depth - 1), ", 'b': ", Any(depth - 1), ", a: ", Leaf(), "})");
      default:
        return Call(depth);
    }
  }

  std::string Access(int depth) {
    static const char* const kMembers[] = {".a",     ".b",    ".length",      "[0]",         "[1]",
                                           "[3][1]", "['a']", "['0']",        ".a.b",        "['01']",
                                           "[-1]",   "[0.5]", "[4294967295]", ".data.a[1].b"};
    static const char* const kBases[] = {"arr", "obj", "_event", "t", "valued", "s", "one", "nil", "i"};
    std::string base = Below(2) == 0 ? Pick(kBases) : absl::StrCat("(", Any(depth - 1), ")");
    return Below(3) == 0 ? absl::StrCat(base, "[", Any(depth - 1), "]") : absl::StrCat(base, Pick(kMembers));
  }

  std::string Call(int depth) {
    static const char* const kOne[] = {"floor", "abs", "size", "lower", "min", "max"};
    static const char* const kTwo[] = {"contains", "startsWith", "min", "max"};
    if (Below(2) == 0) return absl::StrCat(Pick(kOne), "(", Any(depth - 1), ")");
    return absl::StrCat(Pick(kTwo), "(", Any(depth - 1), ", ", Any(depth - 1), ")");
  }

  std::mt19937_64 random_;
};

class Script {
 public:
  Script() : context_(duk_create_heap_default()) {
    Run(kPrelude);
    const Json data = Json::parse(kData);
    for (const auto& [name, value] : data.items()) Run(absl::StrCat("var ", name, " = ", value.dump()));
    Run(absl::StrCat("var _event = ", kEvent));
  }
  ~Script() { duk_destroy_heap(context_); }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  std::string Describe(const std::string& text) {
    return Run(absl::StrCat("describe(function () { return (", text, "); })"));
  }

 private:
  std::string Run(const std::string& source) {
    duk_push_lstring(context_, source.data(), source.size());
    duk_int_t failed = duk_peval(context_);
    std::string result = absl::StrCat(failed != 0 ? "malformed " : "", duk_safe_to_string(context_, -1));
    duk_pop(context_);
    return result;
  }
  duk_context* context_;
};

std::string Describe(const absl::StatusOr<Value>& value) {
  if (HasReason(value.status(), kTypeError)) return "throws TypeError";
  if (HasReason(value.status(), kReferenceError)) return "throws ReferenceError";
  if (HasReason(value.status(), kNotStorable)) return "not storable";
  if (!value.ok()) return value.status().ToString();
  return value->is_undefined() ? "undefined" : absl::StrCat("json ", value->json().dump());
}

bool Agree(const std::string& ours, const std::string& theirs) {
  if (ours == theirs) return true;
  if (ours.rfind("json ", 0) != 0 || theirs.rfind("json ", 0) != 0) return false;
  return Json::parse(ours.substr(5)) == Json::parse(theirs.substr(5));
}

TEST(ExpressionDuktapeTest, AgreesOnRandomExpressions) {
  uint64_t seed = FromEnvironment("JISSHO_SEED", 20220401);
  uint64_t runs = FromEnvironment("JISSHO_RUNS", 20000);
  std::cout << "JISSHO_SEED=" << seed << " JISSHO_RUNS=" << runs << std::endl;
  std::map<std::string, Value> data;
  data["u"] = Value();
  const Json variables = Json::parse(kData);
  for (const auto& [name, value] : variables.items()) data[name] = Value(value);
  Value event(Json::parse(kEvent));
  Scope scope{&data, &event, "s-1", "m", [](const std::string& state) { return state == "open"; }};
  Generator generator(seed);
  Script script;
  std::map<std::string, uint64_t> outcomes;
  int differences = 0;
  for (uint64_t run = 0; run < runs && differences < 10; ++run) {
    std::string text = generator.Next();
    auto compiled = Compile(text);
    if (!compiled.ok() && HasReason(compiled.status(), kTooLarge)) {
      ++outcomes["too large"];
      continue;
    }
    ASSERT_TRUE(compiled.ok()) << text << "\n" << compiled.status();
    std::string ours = Describe(Evaluate(**compiled, scope));
    std::string theirs = script.Describe(text);
    if (theirs == "throws RangeError") {
      // Duktape refuses exponents of many digits; ECMA-262 makes them Infinity.
      ++outcomes["skipped"];
      continue;
    }
    bool agree = Agree(ours, theirs);
    EXPECT_TRUE(agree) << text << "\n  ours:   " << ours << "\n  theirs: " << theirs;
    differences += !agree;
    ++outcomes[ours.substr(0, ours.find(' '))];
  }
  for (const auto& [outcome, count] : outcomes) std::cout << outcome << ": " << count << std::endl;
  // A generator that mostly throws or overflows would prove nothing.
  EXPECT_GE(outcomes["json"] * 3, runs);
  EXPECT_LE((outcomes["too large"] + outcomes["skipped"]) * 20, runs);
}

}  // namespace
}  // namespace jissho::expression
