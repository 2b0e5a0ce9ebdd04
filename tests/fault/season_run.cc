#include "tests/fault/season_run.h"

#include <signal.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/season/season_file.h"
#include "services/runtime/config/settings.h"
#include "services/server/modules.h"
#include "tests/support/invariants.h"
#include "workflow/act/catalog.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"

namespace jissho::fault {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(2);
constexpr absl::Duration kPauseAfterRefusal = absl::Milliseconds(200);
constexpr size_t kDifferencesShown = 12;

std::string Tail(const std::string& text) {
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

class Stage {
 public:
  Stage(const std::string& season, const std::string& database, Trouble* trouble)
      : season_(season), database_(database), trouble_(*trouble), server_(OptionsOf(season, database)) {}

  SeasonRun Play() {
    const absl::Duration began = SystemMonotonic().Elapsed();
    Begin();
    testing::Running player({BuildDir() + "/bin/jissho-season", "demo", "--json", "--season", season_,
                             "--server", server_.address(), "--data-dir", dir_.File("player")},
                            dir_.File("out"), dir_.File("err"));
    while (!player.Ended()) {
      const bool killed = trouble_.Tend(server_, SystemMonotonic().Elapsed() - began);
      if (killed || server_.HasEnded()) Revive(killed);
      absl::SleepFor(kLook);
    }
    trouble_.Calm();
    Read(player.Wait());
    run_.took = SystemMonotonic().Elapsed() - began;
    return std::move(run_);
  }

 private:
  FaultyServerOptions OptionsOf(const std::string& season, const std::string& database) {
    return {dir_.path(), database, season::LoadSeason(season).season.starts};
  }

  void Begin() {
    death_ = trouble_.NextDeath();
    server_.Start(death_);
  }

  void Revive(bool killed) {
    const testing::RunResult end = server_.End();
    const bool ordered = killed || (!death_.empty() && end.signal == SIGKILL);
    if (ordered) ++run_.deaths;
    if (ordered && !killed) trouble_.Died();
    if (!ordered) {
      // A port may be taken for a moment by somebody's outgoing connection; a sanitizer's report may not
      // pass.
      const bool refused = end.code > 0 && !server_.IsUp();
      if (!refused || (!trouble_.MayRefuseToStart() && ++refusals_ > 5))
        Complain("the server ended by itself", end);
      absl::SleepFor(kPauseAfterRefusal);
    }
    Begin();
  }

  void Complain(const std::string& what, const testing::RunResult& end) {
    run_.violations.push_back(
        absl::StrCat(what, ", code ", end.code, ", signal ", end.signal, ":\n", Tail(end.story)));
  }

  void Read(const testing::RunResult& player) {
    // It may have died after its last answer. Asked to end before it is up, it would not end in order.
    while (!server_.IsUp() || server_.HasEnded()) {
      if (server_.HasEnded()) Revive(false);
      absl::SleepFor(kLook);
    }
    run_.code = player.code;
    run_.story = player.story;
    run_.figures = nlohmann::json::parse(player.out, nullptr, false);
    if (run_.figures.is_discarded()) run_.figures = nullptr;
    run_.passed = server_.Stop();
    const testing::RunResult end = server_.End();
    if (!death_.empty() && end.signal == SIGKILL) {
      ++run_.deaths;
      trouble_.Died();
    } else if (end.code != 0) {
      Complain("the server did not end in order", end);
    }
    const absl::Status read = ReadDatabases();
    if (!read.ok()) run_.violations.push_back(absl::StrCat("a database cannot be read: ", read.ToString()));
  }

  absl::Status ReadDatabases() {
    runtime::Settings settings;
    settings.data_dir = server_.data_dir();
    settings.database = database_;
    testing::Correspondence correspondence;
    for (const server::ModuleFactory& module : server::AllModules()) {
      JISSHO_ASSIGN_OR_RETURN(
          auto pool, storage::OpenPool({.dsn = settings.DatabaseOf(module.name), .sessions_max = 1}));
      JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(absl::Seconds(10)));
      // All versions that anybody ever ran by are in the database.
      act::Catalog catalog;
      JISSHO_RETURN_IF_ERROR(catalog.Synchronise(*lease));
      JISSHO_ASSIGN_OR_RETURN(const auto broken, testing::CheckService(module.name, *lease, catalog));
      Report(broken);
      JISSHO_RETURN_IF_ERROR(correspondence.Add(module.name, *lease));
      run_.facts[module.name] = simulation::ReadFacts(*lease);
    }
    Report(correspondence.Check());
    return absl::OkStatus();
  }

  void Report(const std::vector<testing::Broken>& broken) {
    for (const testing::Broken& one : broken)
      run_.violations.push_back(absl::StrCat(one.rule, " in ", one.service, ": ", one.what));
  }

  const testing::TempDir dir_;
  const std::string season_;
  const std::string database_;
  Trouble& trouble_;
  FaultyServer server_;
  std::string death_;
  int refusals_ = 0;
  SeasonRun run_;
};

// How many rows of `rows` are not in `others`; both sorted.
int64_t Beyond(const std::vector<std::string>& rows, const std::vector<std::string>& others) {
  std::vector<std::string> left;
  std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(), std::back_inserter(left));
  return static_cast<int64_t>(left.size());
}

const std::vector<std::string>& RowsOf(const simulation::Facts& facts, const std::string& table) {
  static const auto& none = *new std::vector<std::string>;
  const auto found = facts.find(table);
  return found == facts.end() ? none : found->second;
}

}  // namespace

SeasonRun PlaySeason(const std::string& season, const std::string& database, Trouble& trouble) {
  return Stage(season, database, &trouble).Play();
}

Verdict Judge(const SeasonRun& calm, const SeasonRun& run) {
  Verdict verdict;
  verdict.violations = run.violations;
  if (run.code != 0)
    verdict.violations.push_back(absl::StrCat("the season ended with ", run.code, ":\n", Tail(run.story)));
  if (run.code == 0 && testing::LastingFacts(run.figures) != testing::LastingFacts(calm.figures))
    verdict.violations.push_back("the season tells other figures than the undisturbed one");
  for (const auto& [service, expected] : calm.facts) {
    const auto found = run.facts.find(service);
    if (found == run.facts.end()) {
      verdict.violations.push_back("no facts of " + service);
      continue;
    }
    std::set<std::string> tables;
    for (const simulation::Facts* facts : {&expected, &found->second}) {
      for (const auto& [table, rows] : *facts) tables.insert(table);
    }
    for (const std::string& table : tables) {
      verdict.lost += Beyond(RowsOf(expected, table), RowsOf(found->second, table));
      verdict.doubled += Beyond(RowsOf(found->second, table), RowsOf(expected, table));
    }
    for (const std::string& difference : simulation::Differences(expected, found->second, kDifferencesShown))
      verdict.violations.push_back(absl::StrCat(service, ": ", difference));
  }
  return verdict;
}

}  // namespace jissho::fault
