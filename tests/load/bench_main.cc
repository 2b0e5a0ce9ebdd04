// jissho-bench: how fast, as ratios against the raw limit of the database on the same machine in the same
// run.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"
#include "tests/load/act_cost.h"
#include "tests/load/chart_steps.h"
#include "tests/load/cores.h"
#include "tests/load/durable_act.h"
#include "tests/load/idle_memory.h"
#include "tests/load/instance_cost.h"
#include "tests/load/load_driver.h"
#include "tests/load/migration_cost.h"
#include "tests/load/overload.h"
#include "tests/load/qt_steps.h"
#include "tests/load/raw_limit.h"
#include "tests/load/slow_disk.h"
#include "tests/load/timer_cost.h"
#include "tests/support/private_mariadb.h"
#include "workflow/act/timer_pump.h"
#include "workflow/base/error.h"

namespace jissho::bench {
namespace {

struct Options {
  bool quick = false;
  bool json = false;
  int rounds = 5;
  int cases = 2000;
  int lanes = 2;
  int instances = 100000;
  std::string databases = "both";
  std::vector<std::string> sections = {"acts",      "statements", "chart",   "memory",
                                       "migration", "timers",     "overload"};
  std::string drive;  // a job, in the driver's own process
  absl::Duration stretch = absl::Milliseconds(1500);
};

constexpr int kBatch = 64;
constexpr absl::Duration kSlowSync = absl::Milliseconds(10);

// All samples of one line of the table, over the rounds.
struct Line {
  std::vector<double> rate, p50, p99, to_single, to_batch;
  int64_t errors = 0;
  void Add(const Sample& sample, const Sample& single, const Sample& batch) {
    rate.push_back(sample.per_second);
    p50.push_back(sample.p50_ms);
    p99.push_back(sample.p99_ms);
    to_single.push_back(sample.per_second / single.per_second);
    to_batch.push_back(sample.per_second / batch.per_second);
    errors += sample.errors;
  }
  nlohmann::json Json(const std::string& database, const std::string& what, int in_flight) const {
    return {{"database", database},
            {"what", what},
            {"in_flight", in_flight},
            {"per_second", Median(rate)},
            {"p50_ms", Median(p50)},
            {"p99_ms", Median(p99)},
            {"to_raw_single", Median(to_single)},
            {"to_raw_batch", Median(to_batch)},
            {"errors", errors},
            {"rounds", rate.size()}};
  }
};

void Print(const nlohmann::json& line) {
  std::cout << absl::StrFormat(
      "%-8s %-18s %5d %10.0f %9.2f %9.2f %8.2f %8.2f %7d\n", line["database"].get<std::string>(),
      line["what"].get<std::string>(), line["in_flight"].get<int>(), line["per_second"].get<double>(),
      line["p50_ms"].get<double>(), line["p99_ms"].get<double>(), line["to_raw_single"].get<double>(),
      line["to_raw_batch"].get<double>(), line["errors"].get<int64_t>());
}

// The raw limit has a database of its own with the same tables: it leaves no state that a chart could read.
absl::Status MeasureDatabase(const std::string& name, const std::string& dsn, const std::string& raw_dsn,
                             const Options& options, nlohmann::json& lines) {
  const bool sqlite = name == "sqlite";
  JISSHO_RETURN_IF_ERROR(PrepareDatabase(raw_dsn, options.cases));
  JISSHO_RETURN_IF_ERROR(PrepareDatabase(dsn, options.cases));
  const auto raw = sqlite ? RunRawSqlite : RunRawMysql;
  const std::vector<int> flights =
      options.quick ? std::vector<int>{1, 64} : std::vector<int>{1, 8, 32, 64, 256};
  // Here everybody waits as long as it takes.
  const act::ExecutorOptions patient{.queue_max = 4096, .wait_max = absl::Hours(1)};
  JISSHO_ASSIGN_OR_RETURN(auto alone, BenchServer::Start({dsn, sqlite ? 1 : 16, 1, options.cases, patient}));
  JISSHO_ASSIGN_OR_RETURN(
      auto batched, BenchServer::Start({dsn, sqlite ? 1 : options.lanes, kBatch, options.cases, patient}));
  std::map<std::pair<int, std::string>, Line> table;
  for (int round = 0; round < options.rounds; ++round) {
    std::cerr << "  " << name << ": 回 / round " << round + 1 << "/" << options.rounds << "\n";
    for (int in_flight : flights) {
      JISSHO_ASSIGN_OR_RETURN(Sample single,
                              raw({raw_dsn, std::min(in_flight, 64), 1, options.cases, options.stretch}));
      JISSHO_ASSIGN_OR_RETURN(Sample batch,
                              raw({raw_dsn, sqlite ? 1 : 2, kBatch, options.cases, options.stretch}));
      const Sample off = alone->Measure(in_flight, options.stretch);
      const Sample on = batched->Measure(in_flight, options.stretch);
      table[{in_flight, "1 raw single"}].Add(single, single, batch);
      table[{in_flight, "2 raw 64 a commit"}].Add(batch, single, batch);
      table[{in_flight, "3 batches off"}].Add(off, single, batch);
      table[{in_flight, "4 batches on"}].Add(on, single, batch);
    }
  }
  for (const auto& [key, line] : table) lines.push_back(line.Json(name, key.second.substr(2), key.first));
  return absl::OkStatus();
}

bool Wants(const Options& options, const std::string& section) {
  return std::find(options.sections.begin(), options.sections.end(), section) != options.sections.end();
}

using FreshDsn = std::function<std::string()>;  // of a database of its own each time

// On SQLite, and on a MariaDB server that lives as long as `measure` takes; or on the one that was asked for.
absl::Status OnEach(const Options& options,
                    const std::function<absl::Status(const std::string& name, const FreshDsn&)>& measure) {
  if (options.databases != "mariadb") JISSHO_RETURN_IF_ERROR(measure("sqlite", testing::FreshSqliteDsn));
  if (options.databases == "sqlite") return absl::OkStatus();
  testing::PrivateMariadb server(testing::PrivateMariadb::Size::kLarge);
  return measure("mariadb", [&server] { return server.FreshDsn(); });
}

absl::Status MeasureActs(const Options& options, nlohmann::json& result) {
  result["acts"] = nlohmann::json::array();
  return OnEach(options, [&](const std::string& name, const FreshDsn& fresh_dsn) {
    return MeasureDatabase(name, fresh_dsn(), fresh_dsn(), options, result["acts"]);
  });
}

absl::Status MeasureOneMigration(const std::string& name, const std::string& dsn, const Options& options,
                                 nlohmann::json& lines) {
  std::cerr << "  " << name << ": 移行 / migration\n";
  JISSHO_ASSIGN_OR_RETURN(const MigrationCost cost, MeasureMigration(dsn, options.instances));
  lines.push_back({{"database", name},
                   {"instances", options.instances},
                   {"migrated_per_second", cost.migrated_per_second},
                   {"tried_per_second", cost.trial_per_second},
                   {"updated_per_second", cost.updated_per_second},
                   {"to_update", cost.migrated_per_second / cost.updated_per_second},
                   {"to_update_and_journal", cost.migrated_per_second / cost.raw_rows_per_second}});
  return absl::OkStatus();
}

absl::Status MeasureMigrations(const Options& options, nlohmann::json& result) {
  result["migration"] = nlohmann::json::array();
  return OnEach(options, [&](const std::string& name, const FreshDsn& fresh_dsn) {
    return MeasureOneMigration(name, fresh_dsn(), options, result["migration"]);
  });
}

// Each number of timers has a database of its own.
absl::Status MeasureTimersOn(const std::string& name, const FreshDsn& fresh_dsn, nlohmann::json& lines) {
  double claim_of_few = 0;
  for (const int pending : {1000, 10000, 100000}) {
    std::cerr << "  " << name << ": タイマー / timers " << pending << "\n";
    JISSHO_ASSIGN_OR_RETURN(const TimerCost cost, MeasureTimers(fresh_dsn(), pending));
    if (claim_of_few == 0) claim_of_few = cost.claim_us;
    lines.push_back({{"database", name},
                     {"pending", pending},
                     {"look_us", cost.look_us},
                     {"claim_us", cost.claim_us},
                     {"claim_to_1000_pending", cost.claim_us / claim_of_few},
                     {"fire_us", cost.fire_us}});
  }
  return absl::OkStatus();
}

absl::Status MeasureTimersEverywhere(const Options& options, nlohmann::json& result) {
  result["timers"] = nlohmann::json::array();
  return OnEach(options, [&](const std::string& name, const FreshDsn& fresh_dsn) {
    return MeasureTimersOn(name, fresh_dsn, result["timers"]);
  });
}

absl::Status MeasureStatementsOn(const std::string& name, const std::string& dsn, const Options& options,
                                 nlohmann::json& lines) {
  std::cerr << "  " << name << ": 文の数 / statements\n";
  JISSHO_RETURN_IF_ERROR(PrepareDatabase(dsn, options.cases));
  JISSHO_ASSIGN_OR_RETURN(const auto costs,
                          MeasureActCost(dsn, options.cases, options.stretch, options.rounds));
  for (const ActCost& cost : costs) {
    lines.push_back({{"database", name},
                     {"batch", cost.batch},
                     {"statements_per_act", cost.statements_per_act},
                     {"microseconds_per_act", cost.microseconds_per_act}});
  }
  return absl::OkStatus();
}

absl::Status MeasureStatements(const Options& options, nlohmann::json& result) {
  result["statements"] = nlohmann::json::array();
  return OnEach(options, [&](const std::string& name, const FreshDsn& fresh_dsn) {
    return MeasureStatementsOn(name, fresh_dsn(), options, result["statements"]);
  });
}

// One load as a line of the table: its mean goodput with the least and most of a round, and what that leaves
// of the peak; the medians of its times, and how they are to those at capacity.
nlohmann::json OverloadLine(const LoadSamples& load, double peak, const LoadSamples& at_capacity) {
  const auto over = [](const LoadSamples& load, double LoadResult::*figure) {
    std::vector<double> values;
    for (const LoadResult& sample : load.samples) values.push_back(sample.*figure);
    return values;
  };
  const auto median = [&](double LoadResult::*figure) { return Median(over(load, figure)); };
  const auto sum = [&](int64_t LoadResult::*count) {
    int64_t all = 0;
    for (const LoadResult& sample : load.samples) all += sample.*count;
    return all;
  };
  const std::vector<double> goodputs = over(load, &LoadResult::goodput);
  return {{"load", load.load},
          {"offered", median(&LoadResult::offered)},
          {"asked", median(&LoadResult::asked)},
          {"goodput", GoodputOf(load)},
          {"goodput_min", *std::min_element(goodputs.begin(), goodputs.end())},
          {"goodput_max", *std::max_element(goodputs.begin(), goodputs.end())},
          {"of_peak", GoodputOf(load) / peak},
          {"p50_ms", median(&LoadResult::p50_ms)},
          {"p99_ms", median(&LoadResult::p99_ms)},
          {"p99_of_capacity", median(&LoadResult::p99_ms) / Median(over(at_capacity, &LoadResult::p99_ms))},
          {"refused_share", median(&LoadResult::refused_share)},
          {"refusal_p99_ms", median(&LoadResult::refusal_p99_ms)},
          {"without_retry_info", sum(&LoadResult::without_retry_info)},
          {"late", sum(&LoadResult::late)},
          {"errors", sum(&LoadResult::errors)},
          {"driver_lag_p99_ms", median(&LoadResult::lag_p99_ms)}};
}

// Batches off and on, callers that heed nothing and those who use the client library.
absl::Status MeasureOneOverload(const std::string& name, const std::string& dsn, const Options& options,
                                nlohmann::json& lines) {
  JISSHO_RETURN_IF_ERROR(PrepareDatabase(dsn, options.cases));
  for (const int batch : {1, kBatch}) {
    for (const bool throttled : {false, true}) {
      const std::string callers = throttled ? "library" : "any";
      std::cerr << absl::StrFormat("  %s: 過負荷 / overload, batch %d, callers %s\n", name, batch, callers);
      const ServerOptions server{dsn, name == "mariadb" ? options.lanes : 1, batch, options.cases};
      JISSHO_ASSIGN_OR_RETURN(const Overload overload,
                              MeasureOverload(server, throttled, 2 * options.stretch, options.rounds));
      const LoadSamples& at_capacity =
          *std::find_if(overload.begin(), overload.end(), [](const auto& load) { return load.load == "1x"; });
      for (const LoadSamples& load : overload) {
        nlohmann::json line = OverloadLine(load, PeakOf(overload), at_capacity);
        line["database"] = name;
        line["batch"] = batch;
        line["callers"] = callers;
        lines.push_back(line);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status MeasureOverloads(const Options& options, nlohmann::json& result) {
  const WithoutLastCore divided;
  result["overload"] = nlohmann::json::array();
  if (options.databases != "mariadb") {
    const SlowDisk disk(kSlowSync);
    JISSHO_RETURN_IF_ERROR(
        MeasureOneOverload("sqlite, slow disk", testing::FreshSqliteDsn(), options, result["overload"]));
  }
  return OnEach(options, [&](const std::string& name, const FreshDsn& fresh_dsn) {
    return MeasureOneOverload(name, fresh_dsn(), options, result["overload"]);
  });
}

// Ours and the other engine's in turn, so that both meet the same machine.
absl::Status MeasureChart(const Options& options, nlohmann::json& result) {
  std::vector<double> steps, durable, other, ratio;
  for (int round = 0; round < options.rounds; ++round) {
    JISSHO_ASSIGN_OR_RETURN(const StepRates rates, MeasureChartSteps(options.stretch));
    steps.push_back(rates.steps_per_second);
    durable.push_back(rates.durable_steps_per_second);
    const auto qt = QtStepsPerSecond(options.stretch);
    if (absl::IsNotFound(qt.status())) continue;
    if (!qt.ok()) return qt.status();
    other.push_back(*qt);
    ratio.push_back(rates.steps_per_second / *qt);
  }
  result["chart"] = {{"steps_per_second", Median(steps)}, {"durable_steps_per_second", Median(durable)}};
  if (other.empty()) return absl::OkStatus();
  result["chart"]["qt_steps_per_second"] = Median(other);
  result["chart"]["to_qt"] = Median(ratio);
  return absl::OkStatus();
}

absl::Status MeasureMemory(const Options& options, nlohmann::json& result) {
  JISSHO_ASSIGN_OR_RETURN(const InstanceMemory memory, MeasureInstanceMemory(options.instances));
  JISSHO_ASSIGN_OR_RETURN(const InstanceDisk disk,
                          MeasureInstanceDisk(testing::FreshSqliteDsn(), options.instances));
  result["instance"] = {{"instances", options.instances},
                        {"heap_bytes", memory.heap_bytes},
                        {"resident_bytes", memory.resident_bytes},
                        {"sqlite_bytes", disk.bytes},
                        {"sqlite_journal_bytes", disk.journal_bytes}};
  const auto idle = IdleServerMemoryKib();
  if (idle.ok()) {
    result["idle_server_kib"] = *idle;
  } else {
    std::cerr << "  memory: " << idle.status().message() << "\n";
  }
  return absl::OkStatus();
}

void PrintOverload(const nlohmann::json& lines) {
  std::cout << "database          batch callers load       offered    asked  goodput (least-most)  of peak   "
               " p50 ms    "
               "p99 ms  of 1x  refused  in ms(p99)  no RetryInfo  late errors  driver lag\n";
  for (const auto& line : lines) {
    const auto number = [&](const char* figure) { return line[figure].get<double>(); };
    const auto text = [&](const char* what) { return line[what].get<std::string>(); };
    const auto count = [&](const char* what) { return line[what].get<int64_t>(); };
    std::cout << absl::StrFormat(
        "%-17s %5d %-7s %-10s %7.0f %8.0f %8.0f %-12s %8.2f %9.1f %9.1f %6.2f %7.0f%% %11.1f %13d %5d %6d "
        "%11.1f\n",
        text("database"), count("batch"), text("callers"), text("load"), number("offered"), number("asked"),
        number("goodput"), absl::StrFormat("(%.0f-%.0f)", number("goodput_min"), number("goodput_max")),
        number("of_peak"), number("p50_ms"), number("p99_ms"), number("p99_of_capacity"),
        100 * number("refused_share"), number("refusal_p99_ms"), count("without_retry_info"), count("late"),
        count("errors"), number("driver_lag_p99_ms"));
  }
}

absl::StatusOr<nlohmann::json> Measure(const Options& options) {
  nlohmann::json result = nlohmann::json::object();
  // First, as long as the process has freed nothing that the instances could take.
  if (Wants(options, "memory")) JISSHO_RETURN_IF_ERROR(MeasureMemory(options, result));
  if (Wants(options, "acts")) JISSHO_RETURN_IF_ERROR(MeasureActs(options, result));
  if (Wants(options, "statements")) JISSHO_RETURN_IF_ERROR(MeasureStatements(options, result));
  if (Wants(options, "chart")) JISSHO_RETURN_IF_ERROR(MeasureChart(options, result));
  if (Wants(options, "migration")) JISSHO_RETURN_IF_ERROR(MeasureMigrations(options, result));
  if (Wants(options, "timers")) JISSHO_RETURN_IF_ERROR(MeasureTimersEverywhere(options, result));
  if (Wants(options, "overload")) JISSHO_RETURN_IF_ERROR(MeasureOverloads(options, result));
  return result;
}

void PrintStatements(const nlohmann::json& lines) {
  std::cout << "database  acts/transaction  statements/act  µs/act\n";
  for (const auto& line : lines) {
    std::cout << absl::StrFormat("%-8s %17d %15.2f %7.0f\n", line["database"].get<std::string>(),
                                 line["batch"].get<int>(), line["statements_per_act"].get<double>(),
                                 line["microseconds_per_act"].get<double>());
  }
}

void PrintChart(const nlohmann::json& chart) {
  std::cout << absl::StrFormat("chart steps in memory: %.0f/s, with JSON round trip: %.0f/s\n",
                               chart["steps_per_second"].get<double>(),
                               chart["durable_steps_per_second"].get<double>());
  if (!chart.contains("to_qt")) return;
  std::cout << absl::StrFormat("  Qt 6 SCXML, same chart, same run: %.0f/s; ratio %.1f\n",
                               chart["qt_steps_per_second"].get<double>(), chart["to_qt"].get<double>());
}

void PrintInstance(const nlohmann::json& instance) {
  std::cout << absl::StrFormat(
      "an instance (of %d): %.0f bytes allocated, %.0f resident; at rest on SQLite %.0f, of it journal "
      "%.0f\n",
      instance["instances"].get<int>(), instance["heap_bytes"].get<double>(),
      instance["resident_bytes"].get<double>(), instance["sqlite_bytes"].get<double>(),
      instance["sqlite_journal_bytes"].get<double>());
}

void PrintAll(const nlohmann::json& result) {
  if (result.contains("acts")) {
    std::cout
        << "database what               calls   acts/s    p50 ms    p99 ms  /single  /64-batch errors\n";
    for (const auto& line : result["acts"]) Print(line);
  }
  if (result.contains("statements")) PrintStatements(result["statements"]);
  if (result.contains("chart")) PrintChart(result["chart"]);
  if (result.contains("instance")) PrintInstance(result["instance"]);
  if (result.contains("migration")) {
    std::cout << "database  instances  migrated/s  tried/s  updated/s  /update  /update+journal\n";
    for (const auto& line : result["migration"]) {
      std::cout << absl::StrFormat(
          "%-8s %10d %11.0f %8.0f %10.0f %8.3f %16.3f\n", line["database"].get<std::string>(),
          line["instances"].get<int>(), line["migrated_per_second"].get<double>(),
          line["tried_per_second"].get<double>(), line["updated_per_second"].get<double>(),
          line["to_update"].get<double>(), line["to_update_and_journal"].get<double>());
    }
  }
  if (result.contains("timers")) {
    std::cout << absl::StrFormat("database   pending   look us  claim %d us  /1000  fire one us\n",
                                 act::TimerPump::kClaimMax);
    for (const auto& line : result["timers"]) {
      std::cout << absl::StrFormat(
          "%-8s %9d %9.0f %13.0f %6.2f %12.0f\n", line["database"].get<std::string>(),
          line["pending"].get<int>(), line["look_us"].get<double>(), line["claim_us"].get<double>(),
          line["claim_to_1000_pending"].get<double>(), line["fire_us"].get<double>());
    }
  }
  if (result.contains("overload")) PrintOverload(result["overload"]);
  if (result.contains("idle_server_kib")) {
    std::cout << absl::StrFormat("idle server, all services: %.1f MiB\n",
                                 result["idle_server_kib"].get<int64_t>() / 1024.0);
  }
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "性能測定：同じ機械での素のデータベースとの比 / benchmarks as ratios to the raw database, same run"};
  app.add_flag(
      "--quick", options.quick,
      "短く一回だけ測る（十五分ほど） / short stretches, one round unless told otherwise: a quarter of an "
      "hour");
  app.add_flag("--json", options.json, "JSON を標準出力へ / JSON on standard output");
  auto* rounds =
      app.add_option("--rounds", options.rounds, "繰り返し / interleaved rounds")->check(CLI::PositiveNumber);
  app.add_option("--lanes", options.lanes,
                 "一括処理の並列数（MariaDB） / lanes of the batched server on MariaDB")
      ->check(CLI::PositiveNumber);
  app.add_option("--db", options.databases, "sqlite | mariadb | both")
      ->check(CLI::IsMember({"sqlite", "mariadb", "both"}));
  app.add_option("--sections", options.sections, "acts,statements,chart,memory,migration,timers,overload")
      ->delimiter(',')
      ->check(CLI::IsMember({"acts", "statements", "chart", "memory", "migration", "timers", "overload"}));
  app.add_option("--drive", options.drive)->group("");
  auto* instances =
      app.add_option("--instances", options.instances,
                     "記憶量を測り、移行する手続の数 / instances that are weighed, and that are migrated")
          ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (!options.drive.empty()) {
    std::cout << Drive(options.drive) << "\n";
    return 0;
  }
  if (options.quick) options.stretch = absl::Seconds(1);
  if (options.quick && rounds->count() == 0) options.rounds = 1;
  if (options.quick && instances->count() == 0) options.instances = 10000;
  auto result = Measure(options);
  if (!result.ok()) {
    std::cerr << "error: " << result.status().ToString() << "\n";
    return 1;
  }
  if (options.json) {
    std::cout << result->dump(2) << "\n";
    return 0;
  }
  PrintAll(*result);
  return 0;
}

}  // namespace
}  // namespace jissho::bench

int main(int argc, char** argv) { return jissho::bench::Main(argc, argv); }
