#include "clients/cli/chart_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "nlohmann/json.hpp"

namespace jissho::cli {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kLoan[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" datamodel="ecmascript" name="loan">
  <datamodel><data id="yen" expr="0"/></datamodel>
  <state id="asked">
    <transition event="approve" cond="_event.data.yen &lt; 1000" target="lent">
      <assign location="yen" expr="_event.data.yen"/><send id="due" event="overdue" delay="14d"/>
    </transition>
  </state>
  <parallel id="lent">
    <state id="out"/><state id="fine"/>
    <transition event="overdue" target="late"/>
  </parallel>
  <state id="late"><transition event="return" target="back"/></state>
  <final id="back"/>
</scxml>)";

class NoIds : public IdSource {
 public:
  std::string NewId() override { return "id"; }
};

class ChartRunTest : public ::testing::Test {
 protected:
  ChartRunTest() : directory_(std::filesystem::temp_directory_path() / absl::StrCat("chart-run-", getpid())) {
    std::filesystem::create_directories(directory_);
  }
  ~ChartRunTest() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }

  int Go(const std::string& chart, const std::string& events, std::vector<std::string> flags = {}) {
    std::ostringstream out;
    std::istringstream in(events);
    error_.str("");
    std::vector<std::string> arguments{"chart", "run", Write("chart.scxml", chart)};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const int code = cli::Run(arguments, {out, error_, in, ids_, nullptr});
    lines_.clear();
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) lines_.push_back(Json::parse(line));
    return code;
  }

  std::filesystem::path directory_;
  std::ostringstream error_;
  NoIds ids_;
  std::vector<Json> lines_;
};

TEST_F(ChartRunTest, PrintsALineAtTheStartAndAfterEveryMacrostep) {
  ASSERT_EQ(Go(kLoan, R"({"name":"approve","data":{"yen":500}})"), 0) << error_.str();
  ASSERT_THAT(lines_, SizeIs(2));
  EXPECT_EQ(lines_[0]["configuration"], Json({"asked"}));
  EXPECT_EQ(lines_[0]["event"], Json());
  EXPECT_EQ(lines_[1]["configuration"], Json({"fine", "out"}));
  EXPECT_EQ(lines_[1]["data"], (Json{{"yen", 500}}));
  EXPECT_EQ(lines_[1]["sent"][0]["event"], "overdue");
  EXPECT_EQ(lines_[1]["timers"][0]["due"], "2000-01-15T00:00:00+09:00");
}

TEST_F(ChartRunTest, FiresTimersWhenTheClockIsAdvanced) {
  ASSERT_EQ(Go(kLoan,
               "{\"name\":\"approve\",\"data\":{\"yen\":5}}\n{\"advance\":\"P14D\"}\n{\"name\":\"return\"}\n",
               {"--amnesia"}),
            0);
  ASSERT_THAT(lines_, SizeIs(4));
  EXPECT_EQ(lines_[2]["event"], "overdue");
  EXPECT_EQ(lines_[2]["configuration"], Json({"late"}));
  EXPECT_EQ(lines_[3]["finished"], true);
}

TEST_F(ChartRunTest, CountsBusinessDaysByTheCityOfficesCalendar) {
  constexpr char kAnswer[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:jissho="https://jissho.dev/ns/scxml/1" datamodel="ecmascript" name="answer">
  <state id="open"><onentry><send event="late" jissho:business-days="2" jissho:time="17:15"/></onentry>
    <transition event="late" target="over"/></state>
  <final id="over"/>
</scxml>)";
  ASSERT_EQ(Go(kAnswer, "{\"advance\":\"P20D\"}\n", {"--now", "2022-12-27T10:00:00+09:00"}), 0)
      << error_.str();
  EXPECT_EQ(lines_[0]["sent"][0]["business_days"], 2);
  EXPECT_EQ(lines_[0]["timers"][0]["due"], "2023-01-04T17:15:00+09:00");
  EXPECT_EQ(lines_.back()["finished"], true);
}

TEST_F(ChartRunTest, StaysWhereItIsWhenNothingTakesTheEvent) {
  ASSERT_EQ(Go(kLoan, R"({"name":"approve","data":{"yen":5000}})"), 0);
  ASSERT_THAT(lines_, SizeIs(2));
  EXPECT_EQ(lines_[1]["configuration"], Json({"asked"}));
}

TEST_F(ChartRunTest, ReadsEventsFromAFile) {
  const std::string events = Write("events.jsonl", R"({"name":"approve","data":{"yen":1}})");
  ASSERT_EQ(Go(kLoan, "", {"--events", events}), 0);
  EXPECT_THAT(lines_, SizeIs(2));
}

TEST_F(ChartRunTest, NamesTheLineThatSaysNothingKnown) {
  EXPECT_EQ(Go(kLoan, "{\"name\":\"x\"}\n{\"advance\":\"1 day\"}\n"), 2);
  EXPECT_THAT(error_.str(), HasSubstr("line 2"));
  EXPECT_EQ(Go(kLoan, "no json"), 2);
  EXPECT_EQ(Go(kLoan, R"({"name":"x","date":1})"), 2);
}

TEST_F(ChartRunTest, ShowsTheErrorThatNoTransitionTakes) {
  ASSERT_EQ(Go(kLoan, R"({"name":"approve"})"), 0);
  EXPECT_THAT(lines_[1]["error"].get<std::string>(), HasSubstr("error.execution"));
}

TEST_F(ChartRunTest, RefusesScriptsUnlessAskedToRunAllOfScxml) {
  const std::string chart =
      "<scxml xmlns='http://www.w3.org/2005/07/scxml' datamodel='ecmascript'><script>var n = 40 + 2;</script>"
      "<state id='a'/></scxml>";
  EXPECT_EQ(Go(chart, ""), 1);
  EXPECT_THAT(error_.str(), HasSubstr("--no-profile"));
  ASSERT_EQ(Go(chart, "", {"--no-profile"}), 0) << error_.str();
  EXPECT_EQ(lines_[0]["data"]["n"], 42);
}

TEST_F(ChartRunTest, TellsAllFaultsAtOnceExpressionsIncluded) {
  EXPECT_EQ(Go("<scxml xmlns='http://www.w3.org/2005/07/scxml' datamodel='ecmascript'><state id='a'>"
               "<transition event='e' cond='1 +' target='nowhere'/></state></scxml>",
               ""),
            1);
  EXPECT_THAT(error_.str(), HasSubstr("BAD_EXPRESSION"));
  EXPECT_THAT(error_.str(), HasSubstr("UNKNOWN_TARGET"));
  EXPECT_EQ(Go("no chart", ""), 1);
  EXPECT_THAT(error_.str(), HasSubstr("CHART_MALFORMED"));
}

TEST_F(ChartRunTest, ShowsInvokedChartsWhenAsked) {
  Write("child.scxml",
        "<scxml xmlns='http://www.w3.org/2005/07/scxml' datamodel='ecmascript'><final id='end'/></scxml>");
  const std::string chart =
      "<scxml xmlns='http://www.w3.org/2005/07/scxml' datamodel='ecmascript'><state id='a'>"
      "<invoke src='file:child.scxml'/><transition event='done.invoke' target='b'/></state><state id='b'/>"
      "</scxml>";
  ASSERT_EQ(Go(chart, "", {"--no-profile"}), 0);
  EXPECT_THAT(lines_, SizeIs(2));
  ASSERT_EQ(Go(chart, "", {"--no-profile", "--all-sessions"}), 0);
  EXPECT_THAT(lines_, SizeIs(3));
}

TEST_F(ChartRunTest, FindsTheChartThatIsInvokedByNameBesideIt) {
  Write(
      "part.scxml",
      "<scxml xmlns='http://www.w3.org/2005/07/scxml' datamodel='ecmascript'><datamodel><data id='n'/>"
      "</datamodel><final id='end'><donedata><param name='twice' expr='n * 2'/></donedata></final></scxml>");
  const std::string chart =
      "<scxml xmlns='http://www.w3.org/2005/07/scxml' datamodel='ecmascript'><datamodel><data id='got'/>"
      "</datamodel><state id='a'><invoke src='chart:part'><param name='n' expr='21'/></invoke>"
      "<transition event='done.invoke' target='b'><assign location='got' expr='_event.data.twice'/>"
      "</transition></state><state id='b'/></scxml>";
  ASSERT_EQ(Go(chart, ""), 0) << error_.str();
  EXPECT_EQ(lines_.back()["data"]["got"], 42);
}

TEST_F(ChartRunTest, SaysThatThereIsNoFile) {
  std::ostringstream out;
  std::istringstream in;
  EXPECT_EQ(cli::Run({"chart", "run", "/nowhere.scxml"}, {out, error_, in, ids_, nullptr}), 3);
}

TEST(IsoDurationTest, ReadsFixedSpansOnly) {
  EXPECT_EQ(ParseIsoDuration("PT36H"), absl::Hours(36));
  EXPECT_EQ(ParseIsoDuration("P1DT2H30M"), absl::Hours(26) + absl::Minutes(30));
  EXPECT_EQ(ParseIsoDuration("P2W"), absl::Hours(24 * 14));
  EXPECT_EQ(ParseIsoDuration("PT0.5S"), absl::Milliseconds(500));
  for (const char* bad :
       {"", "P", "PT", "36h", "P1M", "P1Y", "PT1D", "P1H", "PT1H1D", "PTH", "-PT1H", "P999999999999D"}) {
    EXPECT_EQ(ParseIsoDuration(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace jissho::cli
