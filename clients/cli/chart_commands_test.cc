#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "clients/cli/chart_source.h"
#include "clients/cli/chart_way.h"
#include "clients/cli/graphviz.h"
#include "clients/cli/output.h"
#include "clients/cli/run.h"
#include "nlohmann/json.hpp"
#include "workflow/base/id.h"
#include "workflow/chart/picture.h"

namespace jissho::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;

constexpr char kSound[] = R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" datamodel="ecmascript" name="n">
  <state id="a"><transition event="e" target="b"/></state>
  <final id="b"/>
</scxml>)";

class ChartCommandsTest : public ::testing::Test {
 protected:
  ChartCommandsTest() {
    directory_ = std::filesystem::temp_directory_path() / ("jissho-chart-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
  }
  ~ChartCommandsTest() override { std::filesystem::remove_all(directory_); }

  std::string File(const std::string& name, const std::string& text) {
    const std::filesystem::path path = directory_ / name;
    std::ofstream(path) << text;
    return path;
  }

  std::string Read(const std::string& name) {
    std::stringstream text;
    text << std::ifstream(directory_ / name).rdbuf();
    return text.str();
  }

  int Go(std::vector<std::string> arguments) {
    out_.str("");
    error_.str("");
    arguments.insert(arguments.begin(), "chart");
    return cli::Run(arguments, {out_, error_, in_, RandomIds(),
                                [](const Connection&, const std::string&, const google::protobuf::Message&,
                                   google::protobuf::Message*) {
                                  ADD_FAILURE() << "asked a server";
                                  return absl::OkStatus();
                                }});
  }

  std::filesystem::path directory_;
  std::ostringstream out_, error_;
  std::istringstream in_;
};

TEST_F(ChartCommandsTest, SoundChartIsValid) {
  EXPECT_EQ(Go({"validate", File("a.scxml", kSound)}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("errors: 0, 注意 / warnings: 0"));
}

TEST_F(ChartCommandsTest, EveryChartOfTheProductIsValidByItsName) {
  EXPECT_EQ(Go({"list", "-o", "json"}), 0);
  std::vector<std::string> arguments{"validate", "-o", "json"};
  for (const Json& chart : Json::parse(out_.str())) arguments.push_back(chart.at("name"));
  ASSERT_GT(arguments.size(), 10u);
  EXPECT_EQ(Go(arguments), 0);
  EXPECT_EQ(Json::parse(out_.str()), Json::array());
}

TEST_F(ChartCommandsTest, FaultsOfAllFilesAreListedWithTheirPlaces) {
  const std::string broken =
      File("broken.scxml", "<scxml xmlns='http://www.w3.org/2005/07/scxml'>\n  <state></scxml>");
  const std::string lost = File("lost.scxml",
                                "<scxml xmlns='http://www.w3.org/2005/07/scxml'>\n<state id='a'>\n"
                                "  <transition event='e' target='nowhere'/></state></scxml>");
  EXPECT_EQ(Go({"validate", broken, lost, "-o", "json"}), 1);
  const Json faults = Json::parse(out_.str());
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].at("file"), broken);
  EXPECT_EQ(faults[0].at("code"), "CHART_MALFORMED");
  EXPECT_EQ(faults[0].at("line"), 2);
  EXPECT_EQ(faults[1].at("file"), lost);
  EXPECT_EQ(faults[1].at("code"), "UNKNOWN_TARGET");
  EXPECT_EQ(faults[1].at("line"), 3);
  EXPECT_EQ(faults[1].at("column"), 3);
  EXPECT_EQ(faults[1].at("severity"), "error");
  EXPECT_THAT(faults[1].at("ja").get<std::string>(), HasSubstr("nowhere"));
  EXPECT_THAT(faults[1].at("en").get<std::string>(), HasSubstr("nowhere"));
}

TEST_F(ChartCommandsTest, TableOfFaultsNamesFileLineAndColumn) {
  const std::string file = File("a.scxml", "<scxml xmlns='http://www.w3.org/2005/07/scxml'/>");
  EXPECT_EQ(Go({"validate", file}), 1);
  EXPECT_THAT(out_.str(), HasSubstr(file + ":1:1"));
  EXPECT_THAT(out_.str(), HasSubstr("BAD_INITIAL"));
  EXPECT_EQ(Go({"validate", file, "--lang", "en"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("There is no child state"));
}

TEST_F(ChartCommandsTest, WarningsAloneAreNoFailure) {
  const std::string file = File(
      "a.scxml", "<scxml xmlns='http://www.w3.org/2005/07/scxml'><state id='a'/><state id='b'/></scxml>");
  EXPECT_EQ(Go({"validate", file}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("UNREACHABLE_STATE"));
}

TEST_F(ChartCommandsTest, ProfileIsLeftOutOnlyOnRequest) {
  const std::string file = File("a.scxml",
                                "<scxml xmlns='http://www.w3.org/2005/07/scxml' datamodel='ecmascript'>"
                                "<script>var x = new Date();</script><state><transition event='e' "
                                "cond='new Date() &lt; x'/></state></scxml>");
  EXPECT_EQ(Go({"validate", file}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("REFUSED_ELEMENT"));
  EXPECT_THAT(out_.str(), HasSubstr("MISSING_ID"));
  EXPECT_THAT(out_.str(), HasSubstr("BAD_EXPRESSION"));
  EXPECT_EQ(Go({"validate", "--no-profile", file}), 0);
}

TEST_F(ChartCommandsTest, MissingFileHasAnExitCodeOfItsOwnAndHidesNoFaults) {
  EXPECT_EQ(Go({"validate", "/no/such.scxml", File("a.scxml", "<x/>")}), 3);
  EXPECT_THAT(error_.str(), HasSubstr("/no/such.scxml"));
  EXPECT_THAT(out_.str(), HasSubstr("CHART_NOT_SCXML"));
  EXPECT_EQ(Go({"show", "no/chart"}), 3);
  EXPECT_EQ(Go({"render", "no/chart"}), 3);
}

TEST_F(ChartCommandsTest, NoFileIsAUsageError) {
  EXPECT_EQ(Go({"validate"}), 2);
  EXPECT_EQ(Go({"show"}), 2);
  EXPECT_EQ(Go({"render"}), 2);
}

TEST_F(ChartCommandsTest, ReadsStandardInput) {
  in_.str(kSound);
  EXPECT_EQ(Go({"validate", "-"}), 0);
}

TEST_F(ChartCommandsTest, ShowsAChartAsATable) {
  EXPECT_EQ(Go({"show", "subsidy/grant"}), 0);
  for (const char* text : {"補助金の交付", "元の状態", "交付決定をする", "Decide the grant", "市長",
                           "をした人以外", "支払う額が0より大きい", "確保した予算を戻す"}) {
    EXPECT_THAT(out_.str(), HasSubstr(text));
  }
  EXPECT_EQ(Go({"show", "subsidy/grant", "--lang", "ja"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("Decide the grant")));
}

TEST_F(ChartCommandsTest, TableLinesUpWhateverTheWidthOfItsCharacters) {
  EXPECT_EQ(Go({"show", "review/meeting"}), 0);
  std::istringstream lines(out_.str());
  std::string line;
  size_t columns = 0;
  while (std::getline(lines, line)) {
    const size_t who = line.find("事務局");
    if (who == std::string::npos) continue;
    const size_t width = DisplayWidth(line.substr(0, who));
    EXPECT_TRUE(columns == 0 || columns == width) << line;
    columns = width;
  }
  EXPECT_GT(columns, 0u);
}

TEST_F(ChartCommandsTest, ShowsAChartAsJson) {
  EXPECT_EQ(Go({"show", File("a.scxml", kSound), "-o", "json"}), 0);
  const Json json = Json::parse(out_.str());
  EXPECT_EQ(json.at("name"), "n");
  ASSERT_THAT(json.at("states"), SizeIs(2));
  EXPECT_EQ(json.at("states")[1].at("kind"), "final");
  ASSERT_THAT(json.at("transitions"), SizeIs(1));
  EXPECT_EQ(json.at("transitions")[0].at("from").at("id"), "a");
  EXPECT_EQ(json.at("transitions")[0].at("to")[0].at("id"), "b");
  EXPECT_EQ(json.at("transitions")[0].at("events")[0], "e");
}

TEST_F(ChartCommandsTest, DrawsAChartWithItsIds) {
  EXPECT_EQ(Go({"render", File("a.scxml", kSound), "--out", directory_ / "a.svg", "--active", "b"}), 0)
      << error_.str();
  const std::string svg = Read("a.svg");
  EXPECT_THAT(svg, HasSubstr("<svg"));
  EXPECT_THAT(svg, HasSubstr("<style>"));
  EXPECT_THAT(svg, HasSubstr("id=\"state:a\" class=\"node state a atomic\""));
  EXPECT_THAT(svg, HasSubstr("id=\"state:b\" class=\"node state b final active\""));
  EXPECT_THAT(
      svg, HasSubstr("final active\">\n<title>b</title>\n<ellipse"));  // where the style sheet looks for it
  EXPECT_THAT(svg, HasSubstr("id=\"transition:0\" class=\"edge transition transition&#45;0\""));
}

TEST_F(ChartCommandsTest, DrawsEveryChartOfTheProduct) {
  EXPECT_EQ(Go({"list", "-o", "json"}), 0);
  for (const Json& chart : Json::parse(out_.str())) {
    EXPECT_EQ(Go({"render", chart.at("name")}), 0) << error_.str();
    EXPECT_THAT(out_.str(), HasSubstr("</svg>")) << chart;
  }
}

TEST_F(ChartCommandsTest, WritesGraphvizInputForAFileOfThatKind) {
  EXPECT_EQ(Go({"render", "review/meeting", "--out", directory_ / "a.dot"}), 0);
  EXPECT_THAT(Read("a.dot"), HasSubstr("digraph"));
}

TEST_F(ChartCommandsTest, ColoursTheWayOfACase) {
  const std::string way =
      File("way.jsonl",
           "{\"event\":\"\",\"entered\":[\"a\"],\"exited\":[],\"outcome\":\"done\"}\n"
           "{\"event\":\"e\",\"outcome\":\"refused\"}\n"
           "{\"event\":\"e\",\"entered\":[\"b\"],\"exited\":[\"a\"],\"outcome\":\"done\"}\n");
  EXPECT_EQ(Go({"render", File("a.scxml", kSound), "--way", way, "--out", directory_ / "a.dot"}), 0);
  const std::string dot = Read("a.dot");
  EXPECT_THAT(dot, HasSubstr("class=\"state a atomic visited\""));
  EXPECT_THAT(dot, HasSubstr("class=\"state b final visited active\""));
  EXPECT_THAT(dot, HasSubstr("class=\"transition transition-0 visited\""));
}

TEST_F(ChartCommandsTest, UnknownActiveStateIsAUsageError) {
  EXPECT_EQ(Go({"render", File("a.scxml", kSound), "--active", "a,nowhere"}), 2);
  EXPECT_THAT(error_.str(), HasSubstr("nowhere"));
}

TEST_F(ChartCommandsTest, UnreadableWayIsAUsageErrorAndAMissingOneIsMissing) {
  EXPECT_EQ(Go({"render", "subsidy/grant", "--way", File("way", "{\"event\":1}")}), 2);
  EXPECT_EQ(Go({"render", "subsidy/grant", "--way", "/no/way"}), 3);
}

TEST(WayFileTest, ReadsTheAnswerOfTheJournalAndTheOutputOfARun) {
  const auto journal = ParseWay(R"({"entries":[{"event":"e","entered":["a"],"exited":[],"outcome":"done"}],
                                    "next_page_token":""})");
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_THAT(*journal, SizeIs(1));
  EXPECT_EQ((*journal)[0].entered[0], "a");
  const auto run =
      ParseWay("{\"event\":null,\"configuration\":[\"a\"]}\n{\"event\":\"}{\",\"configuration\":[]}");
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_THAT(*run, SizeIs(2));
  EXPECT_EQ((*run)[1].event, "}{");
  EXPECT_TRUE((*run)[1].configuration->empty());
}

TEST(WayFileTest, RefusesWhatIsNoWay) {
  for (const char* text : {"", "nothing", "{", "[1]", "{\"event\":\"e\"}", "{\"entries\":1}", "}{\"a\":1}"}) {
    EXPECT_FALSE(ParseWay(text).ok()) << text;
  }
}

TEST(GraphvizTest, TellsWhatDotSaid) {
  const auto svg = DrawSvg("digraph {");
  ASSERT_FALSE(svg.ok());
  EXPECT_THAT(std::string(svg.status().message()), HasSubstr("syntax error"));
}

TEST(GraphvizTest, DrawsLabelsThatHoldMarkup) {
  const auto checked = CheckChart(
      "<scxml xmlns='http://www.w3.org/2005/07/scxml'><state id='a'>"
      "<transition event='x&amp;y' cond='\"&lt;/TABLE&gt;\" + \"|\\N\"' target='a'/></state></scxml>",
      false);
  ASSERT_TRUE(checked.chart);
  const auto svg = DrawSvg(chart::ToDot(*checked.chart, {}));
  ASSERT_TRUE(svg.ok()) << svg.status();
  EXPECT_THAT(*svg, HasSubstr("&lt;/TABLE&gt;"));
  EXPECT_THAT(*svg, HasSubstr("|\\N"));
}

TEST(GraphvizTest, DrawsAChartWithoutAnyName) {
  const auto checked = CheckChart(
      "<scxml xmlns='http://www.w3.org/2005/07/scxml'><state><transition/></state></scxml>", false);
  ASSERT_TRUE(checked.chart);
  EXPECT_TRUE(DrawSvg(chart::ToDot(*checked.chart, {})).ok());
}

TEST(OutputTest, WrappedTableBreaksCellsAndPartsRows) {
  EXPECT_EQ(WrappedTable({"a", "b"}, {{"one two", "1"}, {"x", "実証実験"}}, {4, 4}),
            "a     b\n----  ----\none   1\ntwo\n\nx     実証\n      実験\n");
}

}  // namespace
}  // namespace jissho::cli
