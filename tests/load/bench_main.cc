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
#include "tests/load/chart_steps.h"
#include "tests/load/durable_act.h"
#include "tests/load/idle_memory.h"
#include "tests/load/migration_cost.h"
#include "tests/load/raw_limit.h"
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
  int migrations = 100000;
  std::string databases = "both";
  std::vector<std::string> sections = {"acts", "chart", "memory", "migration", "timers"};
  absl::Duration stretch = absl::Milliseconds(1500);
};

constexpr int kBatch = 64;

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
  JISSHO_ASSIGN_OR_RETURN(auto alone, BenchServer::Start({dsn, sqlite ? 1 : 16, 1, options.cases}));
  JISSHO_ASSIGN_OR_RETURN(auto batched,
                          BenchServer::Start({dsn, sqlite ? 1 : options.lanes, kBatch, options.cases}));
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

absl::Status MeasureActs(const Options& options, nlohmann::json& result) {
  result["acts"] = nlohmann::json::array();
  if (options.databases != "mariadb") {
    JISSHO_RETURN_IF_ERROR(MeasureDatabase("sqlite", testing::FreshSqliteDsn(), testing::FreshSqliteDsn(),
                                           options, result["acts"]));
  }
  if (options.databases != "sqlite") {
    testing::PrivateMariadb server(testing::PrivateMariadb::Size::kLarge);
    JISSHO_RETURN_IF_ERROR(
        MeasureDatabase("mariadb", server.FreshDsn(), server.FreshDsn(), options, result["acts"]));
  }
  return absl::OkStatus();
}

absl::Status MeasureOneMigration(const std::string& name, const std::string& dsn, const Options& options,
                                 nlohmann::json& lines) {
  std::cerr << "  " << name << ": 移行 / migration\n";
  JISSHO_ASSIGN_OR_RETURN(const MigrationCost cost, MeasureMigration(dsn, options.migrations));
  lines.push_back({{"database", name},
                   {"instances", options.migrations},
                   {"migrated_per_second", cost.migrated_per_second},
                   {"tried_per_second", cost.trial_per_second},
                   {"updated_per_second", cost.updated_per_second},
                   {"to_update", cost.migrated_per_second / cost.updated_per_second},
                   {"to_update_and_journal", cost.migrated_per_second / cost.raw_rows_per_second}});
  return absl::OkStatus();
}

absl::Status MeasureMigrations(const Options& options, nlohmann::json& result) {
  result["migration"] = nlohmann::json::array();
  if (options.databases != "mariadb") {
    JISSHO_RETURN_IF_ERROR(
        MeasureOneMigration("sqlite", testing::FreshSqliteDsn(), options, result["migration"]));
  }
  if (options.databases != "sqlite") {
    testing::PrivateMariadb server(testing::PrivateMariadb::Size::kLarge);
    JISSHO_RETURN_IF_ERROR(MeasureOneMigration("mariadb", server.FreshDsn(), options, result["migration"]));
  }
  return absl::OkStatus();
}

// Each number of timers has a database of its own.
absl::Status MeasureTimersOn(const std::string& name, const std::function<std::string()>& fresh_dsn,
                             nlohmann::json& lines) {
  double claim_of_few = 0;
  for (const int pending : {1000, 100000}) {
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
  if (options.databases != "mariadb") {
    JISSHO_RETURN_IF_ERROR(MeasureTimersOn("sqlite", testing::FreshSqliteDsn, result["timers"]));
  }
  if (options.databases != "sqlite") {
    testing::PrivateMariadb server(testing::PrivateMariadb::Size::kLarge);
    JISSHO_RETURN_IF_ERROR(MeasureTimersOn(
        "mariadb", [&] { return server.FreshDsn(); }, result["timers"]));
  }
  return absl::OkStatus();
}

absl::StatusOr<nlohmann::json> Measure(const Options& options) {
  nlohmann::json result = nlohmann::json::object();
  if (Wants(options, "acts")) JISSHO_RETURN_IF_ERROR(MeasureActs(options, result));
  if (Wants(options, "chart")) {
    JISSHO_ASSIGN_OR_RETURN(StepRates steps, MeasureChartSteps(options.stretch));
    result["chart"] = {{"steps_per_second", steps.steps_per_second},
                       {"durable_steps_per_second", steps.durable_steps_per_second}};
  }
  if (Wants(options, "migration")) JISSHO_RETURN_IF_ERROR(MeasureMigrations(options, result));
  if (Wants(options, "timers")) JISSHO_RETURN_IF_ERROR(MeasureTimersEverywhere(options, result));
  if (Wants(options, "memory")) {
    auto memory = IdleServerMemoryKib();
    if (memory.ok()) {
      result["idle_server_kib"] = *memory;
    } else {
      std::cerr << "  memory: " << memory.status().message() << "\n";
    }
  }
  return result;
}

void PrintAll(const nlohmann::json& result) {
  if (result.contains("acts")) {
    std::cout
        << "database what               calls   acts/s    p50 ms    p99 ms  /single  /64-batch errors\n";
    for (const auto& line : result["acts"]) Print(line);
  }
  if (result.contains("chart")) {
    std::cout << absl::StrFormat("chart steps in memory: %.0f/s, with JSON round trip: %.0f/s\n",
                                 result["chart"]["steps_per_second"].get<double>(),
                                 result["chart"]["durable_steps_per_second"].get<double>());
  }
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
  if (result.contains("idle_server_kib")) {
    std::cout << absl::StrFormat("idle server, all services: %.1f MiB\n",
                                 result["idle_server_kib"].get<int64_t>() / 1024.0);
  }
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "性能測定：同じ機械での素のデータベースとの比 / benchmarks as ratios to the raw database, same run"};
  app.add_flag("--quick", options.quick, "二分ほどで終える / about two minutes");
  app.add_flag("--json", options.json, "JSON を標準出力へ / JSON on standard output");
  app.add_option("--rounds", options.rounds, "繰り返し / interleaved rounds")->check(CLI::PositiveNumber);
  app.add_option("--lanes", options.lanes,
                 "一括処理の並列数（MariaDB） / lanes of the batched server on MariaDB")
      ->check(CLI::PositiveNumber);
  app.add_option("--db", options.databases, "sqlite | mariadb | both")
      ->check(CLI::IsMember({"sqlite", "mariadb", "both"}));
  app.add_option("--sections", options.sections, "acts,chart,memory,migration,timers")
      ->delimiter(',')
      ->check(CLI::IsMember({"acts", "chart", "memory", "migration", "timers"}));
  auto* migrations =
      app.add_option("--instances", options.migrations, "移行する手続の数 / instances that are migrated")
          ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (options.quick) options.stretch = absl::Seconds(1);
  if (options.quick && migrations->count() == 0) options.migrations = 10000;
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
