#include "workflow/engine/ensemble.h"

#include <gmock/gmock.h>

#include "workflow/engine/testing.h"

namespace jissho::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A root session and what it invokes; the parameter is whether sessions forget.
class EnsembleTest : public ::testing::TestWithParam<bool> {
 protected:
  EnsembleTest() : ensemble_(Options()) {}

  EnsembleOptions Options() {
    EnsembleOptions options;
    options.amnesia = GetParam();
    options.load = [this](const std::string& src) -> absl::StatusOr<std::string> {
      const auto found = documents_.find(src);
      if (found == documents_.end()) return absl::NotFoundError(src);
      return found->second;
    };
    options.host = [this](const std::string& session, const Effect& effect) {
      if (effect.kind == Effect::Kind::kLog) said_.push_back(session + " " + effect.text);
    };
    return options;
  }

  static std::string Child(absl::string_view inside) {
    return absl::StrCat("<scxml xmlns='", chart::kScxmlNamespace, "' datamodel='ecmascript'>", inside,
                        "</scxml>");
  }

  void Start(absl::string_view inside) {
    auto machine = TryBuild(inside);
    ASSERT_TRUE(machine.ok()) << machine.status();
    auto id = ensemble_.Start(*machine);
    ASSERT_TRUE(id.ok()) << id.status();
    root_ = *id;
    Settle();
  }
  void Settle() {
    const absl::Status status = ensemble_.Settle();
    ASSERT_TRUE(status.ok()) << status;
  }
  void Fire(const std::string& name) {
    Event event;
    event.name = name;
    ensemble_.Post(root_, event);
    Settle();
  }
  void Advance(absl::Duration by) {
    const absl::Status status = ensemble_.Advance(by);
    ASSERT_TRUE(status.ok()) << status;
  }
  const std::vector<std::string>& states() const { return ensemble_.snapshot(root_).configuration; }

  std::map<std::string, std::string> documents_;
  std::vector<std::string> said_;
  Ensemble ensemble_;
  std::string root_;
};

INSTANTIATE_TEST_SUITE_P(Memory, EnsembleTest, ::testing::Bool(), [](const auto& info) {
  return std::string(info.param ? "Forgetful" : "Remembering");
});

TEST_P(EnsembleTest, TellsTheInvokerWhenTheInvokedSessionIsDone) {
  documents_["child"] = Child(
      "<datamodel><data id='n' expr='1'/></datamodel><final id='end'><donedata>"
      "<param name='got' expr='n + 1'/></donedata></final>");
  Start(
      "<datamodel><data id='answer'/><data id='from'/></datamodel><state id='asking'>"
      "<invoke type='scxml' src='child' id='c'><param name='n' expr='41'/></invoke>"
      "<transition event='done.invoke.c' target='told'><assign location='answer' expr='_event.data.got'/>"
      "<assign location='from' expr='_event.invokeid'/></transition></state><state id='told'/>");
  EXPECT_THAT(states(), ElementsAre("told"));
  EXPECT_EQ(ensemble_.snapshot(root_).data.at("answer").json(), 42);
  EXPECT_EQ(ensemble_.snapshot(root_).data.at("from").json(), "c");
}

TEST_P(EnsembleTest, LetsInvokerAndInvokedTalk) {
  documents_["child"] = Child(
      "<state id='waiting'><transition event='question' target='answered'>"
      "<send target='#_parent' event='answer'/></transition></state><state id='answered'/>");
  Start(
      "<state id='a'><invoke src='child' id='c'/><transition event='go'><send target='#_c' "
      "event='question'/></transition><transition event='answer' target='b'/></state><state id='b'/>");
  EXPECT_THAT(states(), ElementsAre("a"));
  Fire("go");
  EXPECT_THAT(states(), ElementsAre("b"));
}

TEST_P(EnsembleTest, ForwardsAllExternalEventsWhereTheChartAsksForIt) {
  documents_["child"] = Child(
      "<state id='s'><transition event='news'><log label='heard' expr='_event.name'/></transition></state>");
  Start("<state id='a'><invoke src='child' autoforward='true'/></state>");
  Fire("news");
  EXPECT_THAT(said_, ElementsAre("session-2 heard: \"news\""));
}

TEST_P(EnsembleTest, LeavesTheInvokedSessionsStatesWhenTheInvokerLeaves) {
  documents_["child"] = Child(
      "<state id='s'><onexit><log label='leaving'/><send target='#_parent' event='late'/></onexit></state>");
  Start(
      "<state id='a'><invoke src='child'/><transition event='go' target='b'/></state>"
      "<state id='b'><transition event='late done.invoke' target='wrong'/></state><state id='wrong'/>");
  Fire("go");
  EXPECT_THAT(said_, ElementsAre("session-2 leaving"));
  EXPECT_THAT(states(), ElementsAre("b"));
  EXPECT_TRUE(ensemble_.finished("session-2"));
}

TEST_P(EnsembleTest, FinalizesAnAnswerBeforeAnyTransitionSeesIt) {
  documents_["child"] = Child(
      "<state id='s'><onentry><send target='#_parent' event='answer'><param name='n' expr='7'/></send>"
      "</onentry></state>");
  Start(
      "<datamodel><data id='n' expr='0'/></datamodel><state id='a'><invoke src='child'><finalize>"
      "<assign location='n' expr='_event.data.n'/></finalize></invoke>"
      "<transition event='answer' cond='n === 7' target='b'/></state><state id='b'/>");
  EXPECT_THAT(states(), ElementsAre("b"));
}

TEST_P(EnsembleTest, TakesTheAnswersDataOverWhenFinalizeIsEmpty) {
  documents_["child"] = Child(
      "<state id='s'><onentry><send target='#_parent' event='answer'><param name='n' expr='7'/></send>"
      "</onentry></state>");
  Start(
      "<datamodel><data id='n' expr='0'/></datamodel><state id='a'><invoke src='child' namelist='n'>"
      "<finalize/></invoke><transition event='answer' cond='n === 7' target='b'/></state><state id='b'/>");
  EXPECT_THAT(states(), ElementsAre("b"));
}

TEST_P(EnsembleTest, InvokesNothingThatTheMacrostepHasLeftAgain) {
  documents_["child"] = Child("<state id='s'><onentry><log label='started'/></onentry></state>");
  Start(
      "<state id='a'><invoke src='child'/><transition target='b'/></state>"
      "<state id='b'/>");
  EXPECT_THAT(said_, IsEmpty());
}

TEST_P(EnsembleTest, RaisesAnErrorForADocumentThatCannotBeRead) {
  Start(
      "<state id='a'><invoke src='nothing'/><transition event='error.communication' target='b'/></state>"
      "<state id='b'/>");
  EXPECT_THAT(states(), ElementsAre("b"));
}

TEST_P(EnsembleTest, RaisesAnErrorForASessionThatIsNotThere) {
  Start(
      "<state id='a'><onentry><send event='x' target='#_scxml_nobody'/></onentry>"
      "<transition event='error.communication' target='b'/></state><state id='b'/>");
  EXPECT_THAT(states(), ElementsAre("b"));
}

TEST_P(EnsembleTest, DeliversWhatWasDelayedWhenTheClockGetsThere) {
  Start(
      "<state id='a'><onentry><send event='late' delay='2h'/><send event='soon' delay='1h'/></onentry>"
      "<transition event='soon' target='b'/></state><state id='b'><transition event='late' target='c'/>"
      "</state><state id='c'/>");
  Advance(absl::Minutes(59));
  EXPECT_THAT(states(), ElementsAre("a"));
  Advance(absl::Minutes(1));
  EXPECT_THAT(states(), ElementsAre("b"));
  EXPECT_EQ(ensemble_.Timers().size(), 1u);
  Advance(absl::Hours(10));
  EXPECT_THAT(states(), ElementsAre("c"));
}

TEST_P(EnsembleTest, TheClockMayGoBeyondAllTimers) {
  Start(
      "<state id='a'><onentry><send event='late' delay='2h'/></onentry>"
      "<transition event='late' target='b'/></state><state id='b'/>");
  Advance(absl::InfiniteDuration());
  EXPECT_THAT(states(), ElementsAre("b"));
}

TEST_P(EnsembleTest, DropsTheTimersOfASessionThatHasEnded) {
  documents_["child"] = Child(
      "<state id='s'><onentry><send target='#_parent' event='late' delay='1s'/></onentry>"
      "<transition target='end'/></state><final id='end'/>");
  Start(
      "<state id='a'><invoke src='child'/><transition event='late' target='wrong'/></state>"
      "<state id='wrong'/>");
  Advance(absl::Seconds(5));
  EXPECT_THAT(states(), ElementsAre("a"));
}

TEST_P(EnsembleTest, StopsAConversationThatNeverEnds) {
  auto machine = TryBuild(
      "<state id='a'><onentry><send event='again'/></onentry>"
      "<transition event='again' target='a'/></state>");
  ASSERT_TRUE(machine.ok());
  ASSERT_TRUE(ensemble_.Start(*machine).ok());
  EXPECT_FALSE(ensemble_.Settle(100).ok());
}

}  // namespace
}  // namespace jissho::engine
