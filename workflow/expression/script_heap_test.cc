#include "workflow/expression/script_heap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "workflow/expression/reasons.h"

namespace jissho::expression {
namespace {

class ScriptHeapTest : public ::testing::Test {
 protected:
  ScriptHeapTest() {
    auto heap = ScriptHeap::Create();
    EXPECT_TRUE(heap.ok()) << heap.status();
    heap_ = *std::move(heap);
    Begin();
  }

  void Begin() {
    const absl::Status status =
        heap_->SetSystem("s-1", "chart", [](const std::string& state) { return state == "open"; });
    EXPECT_TRUE(status.ok()) << status;
  }
  Value Eval(const std::string& text) {
    auto value = heap_->Evaluate(text);
    EXPECT_TRUE(value.ok()) << value.status() << " " << text;
    return value.value_or(Value());
  }
  void Run(const std::string& text) {
    const absl::Status status = heap_->Run(text);
    EXPECT_TRUE(status.ok()) << status << " " << text;
  }
  bool Fails(const std::string& text) { return HasReason(heap_->Evaluate(text).status(), kScriptError); }

  std::unique_ptr<ScriptHeap> heap_;
};

TEST_F(ScriptHeapTest, EvaluatesExpressionsHoweverTheyAreWritten) {
  EXPECT_EQ(Eval("1 + 2").json(), 3);
  EXPECT_EQ(Eval("{a: 1}").json(), (Json{{"a", 1}}));
  EXPECT_EQ(Eval("'x';").json(), "x");
  EXPECT_EQ(Eval("3 // three").json(), 3);
  EXPECT_EQ(Eval("[1, undefined, 'a']").json(), (Json{1, nullptr, "a"}));
  EXPECT_TRUE(Eval("undefined").is_undefined());
  EXPECT_TRUE(Fails("return"));
  EXPECT_TRUE(Fails("ghost"));
}

TEST_F(ScriptHeapTest, KeepsTextsOfAllOfUnicode) {
  ASSERT_TRUE(heap_->Declare("s", Value(Json("実証𠮷😀"))).ok());
  EXPECT_EQ(Eval("s").json(), "実証𠮷😀");
  EXPECT_EQ(Eval("s.length").json(), 6);
  EXPECT_EQ(Eval("'\\uD842\\uDFB7'").json(), "𠮷");
  EXPECT_EQ(Eval("'\\uD842'").json(), "\xEF\xBF\xBD");
}

TEST_F(ScriptHeapTest, KeepsWholeNumbersWhole) {
  EXPECT_EQ(Eval("9007199254740991").json().dump(), "9007199254740991");
  EXPECT_EQ(Eval("0.5").json().dump(), "0.5");
  EXPECT_EQ(Eval("1e21").json().get<double>(), 1e21);
}

TEST_F(ScriptHeapTest, RefusesValuesThatCannotBeStored) {
  for (const char* text : {"function () {}", "0/0", "1/0", "new Date(0)", "[function () {}]", "/x/",
                           "(function () { var a = {}; a.a = a; return a; })()"}) {
    EXPECT_TRUE(HasReason(heap_->Evaluate(text).status(), kUnstorable)) << text;
  }
}

TEST_F(ScriptHeapTest, FindsVariablesHoweverTheyWereMade) {
  ASSERT_TRUE(heap_->Declare("a", Value()).ok());
  Run("var b = 1; c = {d: [2]};");
  auto globals = heap_->Globals({}, false);
  ASSERT_TRUE(globals.ok()) << globals.status();
  EXPECT_EQ(globals->size(), 3u);
  EXPECT_TRUE(globals->at("a").is_undefined());
  EXPECT_EQ(globals->at("c").json(), (Json{{"d", {2}}}));
}

TEST_F(ScriptHeapTest, NamesTheVariableThatCannotBeKept) {
  Run("var f = function () {};");
  const auto globals = heap_->Globals({}, false);
  EXPECT_TRUE(HasReason(globals.status(), kUnstorable));
  EXPECT_EQ(GetErrorDetail(globals.status())->metadata.at("what"), "f");
  EXPECT_TRUE(heap_->Globals({"f"}, false).ok());
  EXPECT_TRUE(heap_->Globals({}, true)->empty());
}

TEST_F(ScriptHeapTest, KeepsWhatASessionMayNotChange) {
  ASSERT_TRUE(heap_->SetEvent({{"name", "e"}}, Value(Json{{"n", 1}})).ok());
  for (const char* location : {"_event", "_event.name", "_sessionid", "_name", "_ioprocessors", "_x.y",
                               "ghost", "_ioprocessors.scxml", "Math", "1"}) {
    EXPECT_FALSE(heap_->Assign(location, Value(Json(7))).ok()) << location;
  }
  EXPECT_EQ(Eval("_sessionid").json(), "s-1");
  EXPECT_EQ(Eval("_event.data.n").json(), 1);
  EXPECT_EQ(Eval("_ioprocessors.scxml.location").json(), "#_scxml_s-1");
}

TEST_F(ScriptHeapTest, HasNoEventBeforeTheFirst) {
  EXPECT_EQ(Eval("typeof _event").json(), "undefined");
  ASSERT_TRUE(heap_->SetEvent({{"name", "e"}}, Value()).ok());
  EXPECT_EQ(Eval("'sendid' in _event && _event.sendid === undefined").json(), true);
}

TEST_F(ScriptHeapTest, AssignsToAnyLeftHandSide) {
  ASSERT_TRUE(heap_->Declare("a", Value(Json{{"b", {1, 2}}})).ok());
  ASSERT_TRUE(heap_->Assign("a.b[1]", Value(Json("x"))).ok());
  ASSERT_TRUE(heap_->AssignFrom("a['c']", "a.b.length").ok());
  EXPECT_EQ(Eval("a").json(), (Json{{"b", {1, "x"}}, {"c", 2}}));
}

TEST_F(ScriptHeapTest, RefusesNamesThatEcmascriptCannotUse) {
  for (const char* name : {"continue", "a b", "1a", "a.b", "Math", "_event", "x; var y", "eval", ""}) {
    EXPECT_FALSE(heap_->Declare(name, Value(Json(1))).ok()) << name;
  }
  EXPECT_TRUE(heap_->Declare("件数", Value(Json(1))).ok());
}

TEST_F(ScriptHeapTest, ShowsXmlAsADocument) {
  ASSERT_TRUE(
      heap_->Declare("x", Value::Xml("<books><book title='t1'>a<b/>c</book><book title='t2'/></books>"))
          .ok());
  EXPECT_EQ(Eval("x.getElementsByTagName('book')[1].getAttribute('title')").json(), "t2");
  EXPECT_EQ(Eval("x.documentElement.firstChild.textContent").json(), "ac");
  EXPECT_EQ(Eval("x.documentElement.tagName").json(), "books");
  EXPECT_EQ(Eval("x.documentElement.getAttribute('none')").json(), nullptr);
  EXPECT_EQ(Eval("x").xml(), "<books><book title='t1'>a<b/>c</book><book title='t2'/></books>");
}

TEST_F(ScriptHeapTest, AsksWhetherAStateIsActive) {
  EXPECT_EQ(Eval("In('open')").json(), true);
  EXPECT_EQ(Eval("In('shut')").json(), false);
}

TEST_F(ScriptHeapTest, SurvivesErrorsThatCannotBeDescribed) {
  EXPECT_FALSE(heap_->Run("throw {toString: function () { throw 1; }}").ok());
  EXPECT_FALSE(heap_->Run("throw Object.create(null)").ok());
  EXPECT_EQ(Eval("1").json(), 1);
}

TEST_F(ScriptHeapTest, StopsAtItsBoundOfMemoryAndDepth) {
  EXPECT_FALSE(heap_->Run("var a = 'x'; while (true) a += a;").ok());
  EXPECT_FALSE(heap_->Run("(function f() { f(); })()").ok());
  EXPECT_FALSE(heap_->Reset());
}

// Attempts to leave something behind, and the question whether it is there.
struct Leak {
  const char* leave;
  const char* find;
};

class LeakTest : public ScriptHeapTest, public ::testing::WithParamInterface<Leak> {};

INSTANTIATE_TEST_SUITE_P(
    Attempts, LeakTest,
    ::testing::Values(
        Leak{"Object.prototype.leak = 1", "({}).leak"}, Leak{"leak = 1", "typeof leak !== 'undefined'"},
        Leak{"var leak = 1", "typeof leak !== 'undefined'"},
        Leak{"function leak() {}", "typeof leak !== 'undefined'"},
        Leak{"Array.prototype.push = function () { return 'leak'; }", "[].push(1) === 'leak'"},
        Leak{"Date.prototype.setTime(42)", "Date.prototype.getTime() === 42"},
        Leak{"Array.prototype.length = 4", "Array.prototype.length === 4"},
        Leak{"Math.leak = 1", "Math.leak"},
        Leak{"Math.floor = function () { return 7; }", "Math.floor(1) === 7"},
        Leak{"JSON = {leak: 1}", "JSON.leak"}, Leak{"JSON.stringify = null", "JSON.stringify === null"},
        Leak{"String.prototype.leak = 1", "'x'.leak"},
        Leak{"(function () {}).constructor.prototype.leak = 1", "(function () {}).leak"},
        Leak{"Object.defineProperty(Object.prototype, 'leak', {get: function () { return 1; }})",
             "({}).leak"},
        Leak{"Object.defineProperty(this, 'leak', {value: 1, configurable: false})",
             "typeof leak !== 'undefined'"},
        Leak{"Object.setPrototypeOf(this, {leak: 1})", "this.leak"},
        Leak{"this.__proto__ = {leak: 1}", "this.leak"}, Leak{"delete Math", "typeof Math === 'undefined'"},
        Leak{"Object.preventExtensions(this)", "!Object.isExtensible(this)"}, Leak{"In.leak = 1", "In.leak"},
        Leak{"Error.prototype.leak = 1", "new Error('x').leak"},
        Leak{"RegExp.prototype.leak = 1", "/x/.leak"},
        Leak{"_leak = 1; Object.freeze(this)", "typeof _leak !== 'undefined'"},
        Leak{"Object.getOwnPropertyDescriptor(function () { 'use strict'; }, 'caller').get.leak = 1",
             "Object.getOwnPropertyDescriptor(function () { 'use strict'; }, 'caller').get.leak"}));

TEST_P(LeakTest, NothingOfOneInstanceIsSeenInAnother) {
  heap_->Run(GetParam().leave).IgnoreError();
  // What a compiled text remembers of its own last run would be a leak too.
  heap_
      ->Evaluate(
          "typeof arguments === 'undefined' ? 0 : (arguments.callee.n = (arguments.callee.n || 0) + 1)")
      .IgnoreError();
  if (!heap_->Reset()) return;  // such a heap is thrown away
  Begin();
  const auto found = heap_->Condition(GetParam().find);
  EXPECT_TRUE(!found.ok() || !*found) << GetParam().leave;
  EXPECT_EQ(Eval("Math.floor(1.5) + [].push(1) + JSON.stringify({})").json(), "2{}");
}

}  // namespace
}  // namespace jissho::expression
