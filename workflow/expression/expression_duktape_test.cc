// Random expressions of the whole grammar mean the same here and in another ECMAScript interpreter.
//
// A million of them, or 20,000 under a sanitizer, which makes each about fifteen times slower. JISSHO_SEED
// and JISSHO_RUNS choose another run; the seed is printed, and a difference names its expression.
#include <duktape.h>
#include <gtest/gtest.h>

#include <cmath>
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

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kRuns = 20'000;
#else
constexpr uint64_t kRuns = 1'000'000;
#endif

// Where Duktape 2.7 leaves ECMA-262 we do not follow it. Of a number halfway between two shortest texts it
// does not take the even one: see HalfwayDigit. The data avoid the others: literals halfway between two
// doubles are not rounded to even, and '0x1f0.5' is read as a number (hence '0x1f ' ends in a space).
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
                                            "123456789.125",
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
                                            "'実証'",
                                            "'length'",
                                            "'A\\tb\\u3042'",
                                            "'\\u3000 7\\uFEFF'",
                                            "[]",
                                            "{}",
                                            "{a: 1}",
                                            "{valueOf: 1}",
                                            "{toString: 1}"};
    static const char* const kNames[] = {"i",      "neg",   "half",       "big",        "zero",      "s",
                                         "t",      "e",     "yes",        "no",         "nil",       "arr",
                                         "none",   "obj",   "hidden",     "valued",     "one",       "u",
                                         "_event", "_name", "_sessionid", "In('open')", "In('shut')"};
    // Rare, because the other interpreter reads them with numbers of a thousand bits.
    static const char* const kFarLiterals[] = {"1e-400", "1e400", "5e-324", "'1e400'", "huge"};
    if (Below(60) == 0) return Below(2) == 0 ? "unknown" : "typeof unknown";
    if (Below(60) == 0) return Pick(kFarLiterals);
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

// What came of an expression: a value, or the name of what it threw.
struct Outcome {
  std::string what;  // "json", "undefined", "not storable", "throws …"
  Json json = nullptr;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << outcome.what << (outcome.what == "json" ? " " + outcome.json.dump() : "");
}

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

  // The text runs as it is, not inside a function: a function made at run time is a cycle with its own
  // prototype, which only a full collection of garbage takes away.
  Outcome Evaluate(const std::string& text) {
    const std::string source = absl::StrCat("(", text, ")");
    duk_push_lstring(context_, source.data(), source.size());
    Outcome outcome;
    if (duk_peval(context_) != 0) {
      duk_get_prop_string(context_, -1, "name");
      outcome.what = absl::StrCat("throws ", duk_safe_to_string(context_, -1));
    } else if (duk_is_undefined(context_, -1)) {
      outcome.what = "undefined";
    } else {
      outcome.what = Store(duk_get_top_index(context_), &outcome.json) ? "json" : "not storable";
    }
    duk_set_top(context_, 0);
    if (outcome.what != "json") outcome.json = nullptr;
    return outcome;
  }

 private:
  void Run(const std::string& source) {
    duk_push_lstring(context_, source.data(), source.size());
    ASSERT_EQ(duk_peval(context_), 0) << source << "\n" << duk_safe_to_string(context_, -1);
    duk_pop(context_);
  }

  // False where the value, or one inside it, is nothing that JSON has.
  bool Store(duk_idx_t at, Json* json) {
    switch (duk_get_type(context_, at)) {
      case DUK_TYPE_NULL:
        *json = nullptr;
        return true;
      case DUK_TYPE_BOOLEAN:
        *json = duk_get_boolean(context_, at) != 0;
        return true;
      case DUK_TYPE_NUMBER: {
        const double number = duk_get_number(context_, at);
        *json = number;
        return std::isfinite(number) && !(number == 0 && std::signbit(number));
      }
      case DUK_TYPE_STRING:
        *json = TextAt(at);
        return true;
      case DUK_TYPE_OBJECT:
        return duk_is_function(context_, at) == 0 && StoreMembers(at, json);
      default:
        return false;
    }
  }

  bool StoreMembers(duk_idx_t at, Json* json) {
    const bool is_array = duk_is_array(context_, at) != 0;
    *json = is_array ? Json::array() : Json::object();
    duk_require_stack(context_, 4);
    duk_enum(context_, at, DUK_ENUM_OWN_PROPERTIES_ONLY);
    const duk_idx_t members = duk_get_top_index(context_);
    bool storable = true;
    while (storable && duk_next(context_, members, 1) != 0) {
      const duk_idx_t member = duk_get_top_index(context_);
      Json value;
      storable = Store(member, &value);
      if (is_array) {
        json->push_back(std::move(value));
      } else {
        (*json)[TextAt(member - 1)] = std::move(value);
      }
      duk_pop_2(context_);
    }
    duk_set_top(context_, members);
    return storable;
  }

  std::string TextAt(duk_idx_t at) {
    duk_size_t size = 0;
    const char* text = duk_get_lstring(context_, at, &size);
    return std::string(text, size);
  }

  duk_context* context_;
};

Outcome OutcomeOf(const absl::StatusOr<Value>& value) {
  if (value.ok()) return value->is_undefined() ? Outcome{"undefined"} : Outcome{"json", value->json()};
  const auto detail = GetErrorDetail(value.status());
  const std::string reason = detail ? detail->reason : "";
  if (reason == kTypeError.name) return {"throws TypeError"};
  if (reason == kReferenceError.name) return {"throws ReferenceError"};
  return {reason == kNotStorable.name ? "not storable" : value.status().ToString()};
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether two texts are the same but for last digits of numbers that lie halfway between two shortest texts
// (7.1.12.1 of ECMA-262, Number to String), of which ours has the even ones.
bool HalfwayDigit(const std::string& ours, const std::string& theirs) {
  if (ours.size() != theirs.size()) return false;
  for (size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] == theirs[i]) continue;
    if (!IsDigit(ours[i]) || !IsDigit(theirs[i]) || std::abs(ours[i] - theirs[i]) != 1) return false;
    if (ours[i] % 2 != 0) return false;
    size_t begin = i;
    while (begin > 0 && (IsDigit(ours[begin - 1]) || ours[begin - 1] == '.')) --begin;
    if (std::strtod(ours.c_str() + begin, nullptr) != std::strtod(theirs.c_str() + begin, nullptr))
      return false;
  }
  return true;
}

bool Agree(const Json& ours, const Json& theirs) {
  if (ours.is_string() && theirs.is_string()) {
    return HalfwayDigit(ours.get_ref<const std::string&>(), theirs.get_ref<const std::string&>());
  }
  if (!ours.is_structured() || ours.type() != theirs.type() || ours.size() != theirs.size())
    return ours == theirs;
  return std::equal(
      ours.items().begin(), ours.items().end(), theirs.items().begin(),
      [](const auto& a, const auto& b) { return a.key() == b.key() && Agree(a.value(), b.value()); });
}

TEST(ExpressionDuktapeTest, AgreesOnRandomExpressions) {
  uint64_t seed = FromEnvironment("JISSHO_SEED", 20220401);
  uint64_t runs = FromEnvironment("JISSHO_RUNS", kRuns);
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
  uint64_t halfway = 0;
  for (uint64_t run = 0; run < runs && differences < 10; ++run) {
    std::string text = generator.Next();
    auto compiled = Compile(text);
    if (!compiled.ok() && HasReason(compiled.status(), kTooLarge)) {
      ++outcomes["too large"];
      continue;
    }
    ASSERT_TRUE(compiled.ok()) << text << "\n" << compiled.status();
    const Outcome ours = OutcomeOf(Evaluate(**compiled, scope));
    const Outcome theirs = script.Evaluate(text);
    if (theirs.what == "throws RangeError") {
      // Duktape refuses exponents of many digits; ECMA-262 makes them Infinity.
      ++outcomes["skipped"];
      continue;
    }
    const bool agree = ours == theirs || (ours.what == theirs.what && Agree(ours.json, theirs.json));
    EXPECT_TRUE(agree) << text << "\n  ours:   " << ours << "\n  theirs: " << theirs;
    differences += !agree;
    halfway += agree && ours != theirs;
    ++outcomes[ours.what];
  }
  for (const auto& [outcome, count] : outcomes) std::cout << outcome << ": " << count << std::endl;
  std::cout << "halfway between two texts: " << halfway << std::endl;
  EXPECT_LE(halfway * 1000, runs);
  // A generator that mostly throws or overflows would prove nothing.
  EXPECT_GE(outcomes["json"] * 3, runs);
  EXPECT_LE((outcomes["too large"] + outcomes["skipped"]) * 20, runs);
}

}  // namespace
}  // namespace jissho::expression
