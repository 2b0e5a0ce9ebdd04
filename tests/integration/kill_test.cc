// kill -9 in the middle of a season, and the same end.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/programs.h"

namespace jissho::testing {
namespace {

const std::string& Season() {
  static const std::string file = SourceFile("seasons/tsukuba-093-fy2022.yaml");
  return file;
}

const nlohmann::json& Undisturbed() {
  static const nlohmann::json facts = [] {
    const DemoRun run = RunDemo({"--season", Season()});
    EXPECT_EQ(run.code, 0) << run.story;
    return LastingFacts(run.facts);
  }();
  return facts;
}

// JISSHO_TEST_SEED repeats a run.
uint64_t Seed() {
  const char* given = std::getenv("JISSHO_TEST_SEED");
  uint64_t seed = 0;
  if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
  std::cerr << "JISSHO_TEST_SEED=" << seed << std::endl;
  return seed;
}

// Number of the last step that the story tells, and of all.
std::pair<int, int> Progress(const std::string& story) {
  const size_t line = story.rfind("\n[");
  int done = 0, all = 0;
  if (line == std::string::npos) return {0, 0};
  const size_t slash = story.find('/', line), end = story.find(']', line);
  if (slash == std::string::npos || end == std::string::npos) return {0, 0};
  if (!absl::SimpleAtoi(story.substr(line + 2, slash - line - 2), &done)) return {0, 0};
  if (!absl::SimpleAtoi(story.substr(slash + 1, end - slash - 1), &all)) return {0, 0};
  return {done, all};
}

// False when it ended before.
bool WaitForStep(Running& running, int step) {
  while (!running.Ended()) {
    if (Progress(running.Story()).first >= step) return true;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return false;
}

int StepsOfSeason() {
  static const int steps = [] {
    TempDir dir;
    Running check({Program("jissho-season"), "check", Season()}, dir.File("out"), dir.File("err"));
    const std::string out = check.Wait().out;
    int count = 0;
    // "FILE: …（258手順 / steps）"
    const size_t end = out.find("手順");
    const size_t begin = out.rfind("（", end) + std::string("（").size();
    EXPECT_TRUE(absl::SimpleAtoi(out.substr(begin, end - begin), &count)) << out;
    return count;
  }();
  return steps;
}

// Ascending, and far enough apart that each needs a server which lives again; the end keeps some steps for
// itself.
std::vector<int> RandomSteps(std::mt19937_64& random, int count) {
  const int room = (StepsOfSeason() - 20) / count;
  std::vector<int> steps;
  for (int i = 0; i < count; ++i) steps.push_back(1 + i * room + static_cast<int>(random() % (room - 4)));
  return steps;
}

TEST(KilledServerTest, TheSeasonComesToTheSameEndAfterTenKills) {
  std::mt19937_64 random(Seed());
  TempDir data, output;
  Running running(
      {Program("jissho-season"), "demo", "--json", "--season", Season(), "--data-dir", data.path()},
      output.File("out"), output.File("err"));
  int kills = 0;
  for (int step : RandomSteps(random, 10)) {
    ASSERT_TRUE(WaitForStep(running, step)) << running.Story();
    // Anywhere within the step: in a call, in a commit, between two.
    absl::SleepFor(absl::Milliseconds(static_cast<int64_t>(random() % 40)));
    int pid = 0;
    ASSERT_TRUE(absl::SimpleAtoi(ReadText(data.File("jisshod.pid")), &pid));
    kills += kill(pid, SIGKILL) == 0 ? 1 : 0;
  }
  const RunResult ended = running.Wait();
  ASSERT_EQ(ended.code, 0) << ended.story;
  const auto facts = nlohmann::json::parse(ended.out);
  EXPECT_EQ(kills, 10);
  EXPECT_GE(facts.at("restarts"), 10);
  EXPECT_EQ(LastingFacts(facts), Undisturbed());
}

TEST(KilledPlayerTest, TheSeasonGoesOnWhereItWas) {
  std::mt19937_64 random(Seed());
  TempDir data, output;
  for (int step : RandomSteps(random, 3)) {
    Running running(
        {Program("jissho-season"), "demo", "--json", "--season", Season(), "--data-dir", data.path()},
        output.File("out"), output.File("err"));
    ASSERT_TRUE(WaitForStep(running, step)) << running.Story();
    running.Kill9();
  }
  const DemoRun run = RunDemo({"--season", Season(), "--data-dir", data.path()});
  ASSERT_EQ(run.code, 0) << run.story;
  EXPECT_EQ(run.facts.at("resumed"), true);
  EXPECT_EQ(LastingFacts(run.facts), Undisturbed());
}

}  // namespace
}  // namespace jissho::testing
