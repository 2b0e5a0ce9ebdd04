// jissho-sim: plays a season under every disaster, seed by seed. docs/reliability.md says how to read it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/simulation/simulation.h"
#include "workflow/base/clock.h"

namespace jissho::simulation {
namespace {

struct Options {
  std::string season;
  uint64_t from = 1;
  uint64_t seeds = 100;
  double seconds = 0;  // 0: as long as the seeds take
  bool trace = false;
};

struct Sum {
  uint64_t runs = 0;
  int64_t steps = 0, calls = 0, faults = 0, crashes = 0, power_losses = 0, restarts = 0, mischief = 0,
          lost = 0, torn = 0, dropped = 0, duplicated = 0, switches = 0;
  Coverage coverage;

  void Add(const RunReport& report) {
    ++runs;
    steps += report.steps;
    calls += report.world.calls;
    faults += report.faults();
    crashes += report.disk.crashes;
    power_losses += report.disk.power_losses;
    restarts += report.world.restarts;
    mischief += report.mischief;
    lost += report.disk.lost;
    torn += report.disk.torn;
    dropped += report.world.dropped;
    duplicated += report.world.duplicated;
    switches += report.switches;
    coverage.insert(report.coverage.begin(), report.coverage.end());
  }
};

void Tell(const RunReport& report) {
  for (const std::string& line : report.story) std::cout << "  " << line << "\n";
  for (const std::string& violation : report.violations) std::cout << "  ✗ " << violation << "\n";
}

void Print(const Simulation& simulation, const Sum& sum, double seconds) {
  const auto row = [](const char* label, const std::string& value) {
    std::cout << absl::StrFormat("  %-52s %s\n", label, value);
  };
  const auto reached = [&](char mark) {
    int64_t of = 0, got = 0;
    for (const std::string& place : simulation.possible()) {
      if (place.find(mark) == std::string::npos) continue;
      ++of;
      got += sum.coverage.count(place);
    }
    return absl::StrCat(got, " / ", of);
  };
  const double runs = static_cast<double>(std::max<uint64_t>(1, sum.runs));
  row("schedules", absl::StrCat(sum.runs));
  row("schedules a second", absl::StrFormat("%.1f", runs / std::max(0.001, seconds)));
  row("steps, calls", absl::StrCat(sum.steps, ", ", sum.calls));
  row("faults", absl::StrCat(sum.faults));
  row("  crashes of a process, with loss of power", absl::StrCat(sum.crashes, ", ", sum.power_losses));
  row("  crashes a schedule", absl::StrFormat("%.1f", static_cast<double>(sum.crashes) / runs));
  row("  writes lost, torn", absl::StrCat(sum.lost, ", ", sum.torn));
  row("  messages dropped, doubled", absl::StrCat(sum.dropped, ", ", sum.duplicated));
  row("restarts", absl::StrCat(sum.restarts));
  row("acts tried that must fail or do nothing", absl::StrCat(sum.mischief));
  row("switches of fibers", absl::StrCat(sum.switches));
  row("states reached", reached('/'));
  row("events reached", reached(':'));
}

int Run(const Options& options) {
  const absl::Duration begin = SystemMonotonic().Elapsed();
  auto simulation = Simulation::Rehearse(options.season);
  if (!simulation.ok()) {
    std::cerr << simulation.status().ToString() << "\n";
    return 2;
  }
  std::cout << "calm season: " << (*simulation)->steps() << " steps, "
            << absl::FormatDuration(SystemMonotonic().Elapsed() - begin) << "\n";
  Sum sum;
  int failed = 0;
  const absl::Duration started = SystemMonotonic().Elapsed();
  for (uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
    if (options.seconds > 0 && absl::ToDoubleSeconds(SystemMonotonic().Elapsed() - started) > options.seconds)
      break;
    RunReport report = (*simulation)->Run({.seed = seed, .story = options.trace ? size_t{100'000} : 0});
    sum.Add(report);
    if (options.trace) {
      std::cout << "seed " << seed << ", hash " << absl::StrFormat("%016x", report.hash) << "\n";
      Tell(report);
    }
    if (report.violations.empty()) continue;
    ++failed;
    if (!options.trace) {
      std::cout << "seed " << seed << " FAILS; its story (the last events):\n";
      Tell((*simulation)->Run({.seed = seed, .story = 60}));
    }
    if (failed >= 5) break;
  }
  Print(**simulation, sum, absl::ToDoubleSeconds(SystemMonotonic().Elapsed() - started));
  std::cout << (failed == 0 ? "no violation\n" : absl::StrCat(failed, " seeds with violations\n"));
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace jissho::simulation

int main(int argc, char** argv) {
  jissho::simulation::Options options;
  CLI::App app(
      "一つの乱数の種から、停電・異常終了・ディスク障害・通信障害のもとで一年を再生し、守られるべきことを検査"
      "する\n"
      "Plays a season under crashes, loss of power, failing disks and networks, all from a seed, and checks "
      "what must "
      "hold");
  options.season =
      (std::filesystem::path(argv[0]).parent_path() / "../../../seasons/tsukuba-093-fy2022.yaml").string();
  app.add_option("--season", options.season, "シーズンのファイル / the season's file");
  app.add_option("--from", options.from, "最初の種 / the first seed");
  app.add_option("--seeds", options.seeds, "種の数 / how many seeds");
  app.add_option("--seconds", options.seconds, "この秒数で打ち切る / stop after so many seconds");
  app.add_flag("--trace", options.trace, "各回の経過を表示 / tell each run's story");
  CLI11_PARSE(app, argc, argv);
  return jissho::simulation::Run(options);
}
