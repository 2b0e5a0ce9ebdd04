// jissho-sim: plays a season under every disaster, seed by seed. docs/reliability.md says how to read it.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "tests/simulation/require.h"
#include "tests/simulation/simulation.h"
#include "tests/simulation/workers.h"
#include "tests/support/test_hooks.h"
#include "workflow/base/clock.h"

namespace jissho::simulation {
namespace {

using Json = nlohmann::json;

constexpr int kFailuresShown = 5;
constexpr size_t kStory = 60;
constexpr size_t kMissingShown = 20;
constexpr uint64_t kSeedsOfAHunt = 1000;  // of one planted bug

struct Options {
  std::string season;
  uint64_t from = 1;
  uint64_t seeds = 100;
  double seconds = 0;  // 0: as long as the seeds take
  int jobs = 1;
  bool trace = false;
  bool mutants = false;
  std::string mutant;
  bool json = false;
};

// The figures of many runs, by name, so that children can hand theirs over.
class Sum {
 public:
  void Add(const RunReport& report) {
    const auto count = [this](const char* name, int64_t value) { figures_[name] += value; };
    count("schedules", 1);
    count("steps", report.steps);
    count("calls", report.world.calls);
    count("faults", report.faults());
    count("crashes", report.world.crashes);
    count("power_losses", report.world.power_losses);
    count("operations_failed",
          std::accumulate(report.disk.faults.begin(), report.disk.faults.end(), report.disk.failed));
    count("disk_full", report.disk.faults[static_cast<size_t>(Fault::kFull)]);
    count("writes_lost", report.disk.lost);
    count("writes_torn", report.disk.torn);
    count("messages_dropped", report.world.dropped);
    count("messages_doubled", report.world.duplicated);
    count("messages_delayed", report.world.delayed);
    count("restarts", report.world.restarts);
    count("mischief", report.mischief);
    count("wandered", report.wandered);
    count("accepted", report.accepted);
    count("switches", report.switches);
    count("failed", report.violations.empty() ? 0 : 1);
    coverage_.insert(report.coverage.begin(), report.coverage.end());
  }

  void Add(const Json& other) {
    for (const auto& [name, value] : other["figures"].items()) figures_[name] += value.get<int64_t>();
    for (const auto& place : other["coverage"]) coverage_.insert(place.get<std::string>());
  }

  Json ToJson() const { return {{"figures", figures_}, {"coverage", coverage_}}; }
  int64_t Of(const std::string& name) const {
    const auto found = figures_.find(name);
    return found == figures_.end() ? 0 : found->second;
  }
  const Coverage& coverage() const { return coverage_; }

 private:
  std::map<std::string, int64_t> figures_;
  Coverage coverage_;
};

std::string Story(const RunReport& report) {
  std::string text;
  for (const std::string& line : report.story) absl::StrAppend(&text, "  ", line, "\n");
  for (const std::string& violation : report.violations) absl::StrAppend(&text, "  ✗ ", violation, "\n");
  return text;
}

// States or transitions, by the mark that stands in them: how many were reached, of how many, and which were
// not, if that is worth telling.
std::string Reached(const Simulation& simulation, const Sum& sum, char mark) {
  int64_t all = 0;
  std::vector<std::string> missing;
  for (const std::string& place : simulation.places().all()) {
    if (place.find(mark) == std::string::npos) continue;
    ++all;
    if (sum.coverage().count(place) == 0) missing.push_back(place);
  }
  std::string text = absl::StrCat(all - static_cast<int64_t>(missing.size()), " / ", all);
  if (!missing.empty() && missing.size() <= kMissingShown)
    absl::StrAppend(&text, "; never ", absl::StrJoin(missing, "; "));
  return text;
}

void Print(const Simulation& simulation, const Sum& sum, double seconds) {
  const double runs = std::max<double>(1, static_cast<double>(sum.Of("schedules")));
  const auto row = [](const char* label, const std::string& value) {
    std::cout << absl::StrFormat("  %-44s %s\n", label, value);
  };
  row("schedules", absl::StrCat(sum.Of("schedules")));
  row("schedules a second", absl::StrFormat("%.1f", runs / std::max(0.001, seconds)));
  row("steps of the season, calls", absl::StrCat(sum.Of("steps"), ", ", sum.Of("calls")));
  row("faults, a schedule",
      absl::StrFormat("%d, %.1f", sum.Of("faults"), static_cast<double>(sum.Of("faults")) / runs));
  row("  crashes, of them with loss of power",
      absl::StrFormat("%d, %d", sum.Of("crashes"), sum.Of("power_losses")));
  row("  crashes a schedule", absl::StrFormat("%.1f", static_cast<double>(sum.Of("crashes")) / runs));
  row("  writes lost, torn", absl::StrCat(sum.Of("writes_lost"), ", ", sum.Of("writes_torn")));
  row("  disk operations failed, of them a full disk",
      absl::StrCat(sum.Of("operations_failed"), ", ", sum.Of("disk_full")));
  row("  messages dropped, doubled, delayed",
      absl::StrCat(sum.Of("messages_dropped"), ", ", sum.Of("messages_doubled"), ", ",
                   sum.Of("messages_delayed")));
  row("restarts", absl::StrCat(sum.Of("restarts")));
  row("acts that must fail or do nothing", absl::StrCat(sum.Of("mischief")));
  row("acts of wanderers, of them accepted", absl::StrCat(sum.Of("wandered"), ", ", sum.Of("accepted")));
  row("switches between fibers", absl::StrCat(sum.Of("switches")));
  row("states reached", Reached(simulation, sum, '/'));
  row("transitions taken", Reached(simulation, sum, '#'));
}

// The run that is on. What stops the process in the midst of it is told of by LastWords: its seed, and its
// story if one is kept.
uint64_t running_seed = 0;
const Trace* running_trace = nullptr;

constexpr char kStoppedIn[] = "stopped in seed ";

void LastWords(int signal) {
  std::fprintf(stderr, "%s%llu\n", kStoppedIn, static_cast<unsigned long long>(running_seed));
  if (running_trace != nullptr) {
    for (const std::string& line : running_trace->lines()) std::fprintf(stderr, "  %s\n", line.c_str());
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void TellOfWhatStopsIt() {
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, LastWords);
}

// The seed that LastWords named, or 0.
uint64_t SeedIn(const std::string& errors) {
  const size_t at = errors.find(kStoppedIn);
  return at == std::string::npos ? 0
                                 : std::strtoull(errors.c_str() + at + sizeof kStoppedIn - 1, nullptr, 10);
}

RunReport RunOne(Simulation& simulation, uint64_t seed, size_t story) {
  running_seed = seed;
  testing::ForgetTransitions();
  RunReport report = simulation.Run({.seed = seed, .story = story, .watch = &running_trace});
  running_trace = nullptr;
  simulation.places().AddTransitions(testing::TransitionsTaken(), report.coverage);
  return report;
}

// The seeds of one child: every `jobs`-th.
std::string RunShare(Simulation& simulation, const Options& options, int share) {
  const absl::Duration started = SystemMonotonic().Elapsed();
  Sum sum;
  std::string told;
  for (uint64_t i = static_cast<uint64_t>(share); i < options.seeds;
       i += static_cast<uint64_t>(options.jobs)) {
    if (options.seconds > 0 && SystemMonotonic().Elapsed() - started > absl::Seconds(options.seconds)) break;
    const uint64_t seed = options.from + i;
    const RunReport report = RunOne(simulation, seed, options.trace ? size_t{1'000'000} : 0);
    sum.Add(report);
    if (options.trace)
      absl::StrAppendFormat(&told, "seed %d, hash %016x\n%s", seed, report.hash, Story(report));
    if (report.violations.empty()) continue;
    if (!options.trace) {
      absl::StrAppend(&told, "seed ", seed, " FAILS; the end of its story:\n",
                      Story(RunOne(simulation, seed, kStory)));
    }
    if (sum.Of("failed") >= kFailuresShown) break;
  }
  Json json = sum.ToJson();
  json["told"] = told;
  return json.dump();
}

// What stopped a child: what it said, and the end of the story of the seed that it was at.
void TellOfStop(Simulation& simulation, const Outcome& stopped) {
  std::cout << "a run was stopped by signal " << stopped.signal << ":\n" << stopped.errors;
  const uint64_t seed = SeedIn(stopped.errors);
  if (seed == 0) return;
  ShareOut(
      1, 1,
      [&](int) {
        RunOne(simulation, seed, kStory);
        return std::string("not again");
      },
      [&](int, const Outcome& again) {
        std::cout << "the end of its story:\n" << (again.signal == 0 ? again.answer : again.errors) << "\n";
      });
}

int RunSeeds(Simulation& simulation, const Options& options) {
  const absl::Duration started = SystemMonotonic().Elapsed();
  Sum sum;
  bool stopped = false;
  const auto take = [&](int, const Outcome& outcome) {
    const Json json = Json::parse(outcome.answer, nullptr, false);
    if (outcome.signal != 0 || json.is_discarded()) {
      TellOfStop(simulation, outcome);
      stopped = true;
      return;
    }
    std::cout << json["told"].get<std::string>();
    sum.Add(json);
  };
  if (options.jobs == 1) {
    // In this very process, for debuggers.
    take(0, {RunShare(simulation, options, 0), 0, ""});
  } else {
    ShareOut(
        options.jobs, options.jobs, [&](int share) { return RunShare(simulation, options, share); }, take);
  }
  const double seconds = absl::ToDoubleSeconds(SystemMonotonic().Elapsed() - started);
  Print(simulation, sum, seconds);
  if (options.json) {
    Json json = sum.ToJson();
    json["seconds"] = seconds;
    json["possible"] = simulation.places().all();
    std::cout << json.dump() << "\n";
  }
  const bool sound = sum.Of("failed") == 0 && !stopped;
  std::cout << (sound ? "no violation" : absl::StrCat(sum.Of("failed"), " seeds with violations")) << "\n";
  return sound ? 0 : 1;
}

std::string Caught(const testing::PlantedBug& bug, uint64_t seeds, const std::string& how) {
  return absl::StrCat("caught ", bug.name, " after ", seeds, " seeds (", how.substr(0, 160), ")");
}

// "caught NAME after N seeds (…)" or "MISSED NAME".
std::string HuntBug(Simulation& simulation, const Options& options, const testing::PlantedBug& bug) {
  testing::Plant(bug.bug);
  for (uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
    const RunReport report = RunOne(simulation, seed, 0);
    if (!report.violations.empty()) return Caught(bug, seed - options.from + 1, report.violations.front());
  }
  return absl::StrCat("MISSED ", bug.name);
}

// A run that never ends, or a database that cannot be read any more, stops the simulator: found as well. What
// else may stop a process (memory, a fault of the simulator's) is no find.
std::string HuntStopped(const Options& options, const testing::PlantedBug& bug, const Outcome& outcome) {
  const uint64_t seed = SeedIn(outcome.errors);
  const size_t said = outcome.errors.find(kBroken);
  if (outcome.signal != SIGABRT || said == std::string::npos || seed == 0)
    return absl::StrCat("MISSED ", bug.name, " (stopped by signal ", outcome.signal, ")");
  return Caught(bug, seed - options.from + 1,
                outcome.errors.substr(said, outcome.errors.find('\n', said) - said));
}

int RunMutants(Simulation& simulation, const Options& options) {
  std::vector<testing::PlantedBug> bugs;
  for (const testing::PlantedBug& bug : testing::PlantedBugs()) {
    if (!options.mutant.empty() && options.mutant != bug.name) continue;
    if (bug.layer == testing::Layer::kSimulation) {
      bugs.push_back(bug);
    } else {
      std::cout << "not for the simulation: " << bug.name << ", see "
                << (bug.layer == testing::Layer::kMariaDb ? "many_writers_test" : "act_timer_pump_test")
                << std::endl;
    }
  }
  int caught = 0;
  ShareOut(
      static_cast<int>(bugs.size()), options.jobs,
      [&](int at) { return HuntBug(simulation, options, bugs[static_cast<size_t>(at)]); },
      [&](int at, const Outcome& outcome) {
        const testing::PlantedBug& bug = bugs[static_cast<size_t>(at)];
        const std::string line = outcome.signal == 0 ? outcome.answer : HuntStopped(options, bug, outcome);
        caught += line.rfind("caught", 0) == 0 ? 1 : 0;
        std::cout << line << std::endl;
      });
  std::cout << caught << " of " << bugs.size() << " planted bugs caught\n";
  return caught == static_cast<int>(bugs.size()) && !bugs.empty() ? 0 : 1;
}

int Main(int argc, char** argv) {
  Options options;
  options.jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  options.season =
      (std::filesystem::path(argv[0]).parent_path() / "../../../seasons/tsukuba-093-fy2022.yaml").string();
  CLI::App app(
      "乱数の種ひとつから、異常終了・停電・ディスクや通信の障害のもとで一年の一部を再生し、守られるべきことを"
      "検査します\n"
      "Plays stretches of a season under crashes, loss of power and failing disks and networks, all from a "
      "seed, and "
      "checks what must hold.\n"
      "終了コード / exit codes: 0 no violation (all planted bugs caught), 1 otherwise, 2 the season does not "
      "play");
  app.add_option("--season", options.season, "シーズンのファイル / the season's file");
  app.add_option("--from", options.from, "最初の種 / the first seed");
  auto* seeds =
      app.add_option("--seeds", options.seeds,
                     "種の数（既定100、--mutantsでは誤り一つあたりの上限で1000） / how many (100; of a "
                     "planted bug at most, 1000)");
  app.add_option("--seconds", options.seconds, "この秒数で打ち切る / stop after so many seconds");
  app.add_option("--jobs", options.jobs, "並行して動かす数 / processes at a time")
      ->check(CLI::PositiveNumber);
  app.add_flag("--trace", options.trace, "各回の経過を表示 / tell each run's story");
  app.add_flag("--mutants", options.mutants,
               "わざと入れた誤りを一つずつ探す / hunt for planted bugs, one by one");
  app.add_option("--mutant", options.mutant, "この名の誤りだけ / only the planted bug of this name");
  app.add_flag("--json", options.json, "数値をJSONでも表示 / the figures as JSON too");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const bool hunt = options.mutants || !options.mutant.empty();
  if (hunt && seeds->count() == 0) options.seeds = kSeedsOfAHunt;
  TellOfWhatStopsIt();
  // Runs take and give back the same megabytes again and again: better kept than fetched from the system
  // anew.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  const absl::Duration begin = SystemMonotonic().Elapsed();
  auto simulation = Simulation::Rehearse(options.season);
  if (!simulation.ok()) {
    std::cerr << simulation.status().ToString() << "\n";
    return 2;
  }
  std::cout << "the season in calm weather: " << (*simulation)->steps() << " steps, "
            << absl::FormatDuration(absl::Trunc(SystemMonotonic().Elapsed() - begin, absl::Milliseconds(1)))
            << "\n";
  if (hunt) return RunMutants(**simulation, options);
  return RunSeeds(**simulation, options);
}

}  // namespace
}  // namespace jissho::simulation

int main(int argc, char** argv) { return jissho::simulation::Main(argc, argv); }
