#include "tests/fault/campaign.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/runtime/config/settings.h"
#include "services/server/modules.h"
#include "workflow/storage/dsn.h"

namespace jissho::fault {
namespace {

// Each needs a server that lives again, which takes as long as some dozens of steps.
constexpr int kKillsCloseTogether = 8;
constexpr int kKillsASeason = 20;
constexpr int kTroublesASeason = 8;
constexpr absl::Duration kPauseMin = absl::Milliseconds(300);

}  // namespace

Campaign::Campaign(std::string season, std::string database, SmallDisk* disk, std::ostream* story)
    : season_(std::move(season)), database_(std::move(database)), disk_(disk), story_(*story) {
  if (database_ == "mariadb") mariadb_ = MakeMariadb(disk_);
}

SeasonRun Campaign::Play(Trouble& trouble) {
  if (!mariadb_) return PlaySeason(season_, "sqlite", trouble);
  const std::string dsn = mariadb_->FreshDsn();
  SeasonRun run = PlaySeason(season_, dsn, trouble);
  Drop(dsn);
  return run;
}

// A small disk does not hold many seasons.
void Campaign::Drop(const std::string& dsn) {
  runtime::Settings settings;
  settings.database = dsn;
  const auto pool = storage::OpenPool({.dsn = dsn, .sessions_max = 1});
  if (!pool.ok()) return;
  const auto lease = (*pool)->Acquire(absl::Seconds(10));
  if (!lease.ok()) return;
  for (const server::ModuleFactory& module : server::AllModules()) {
    const auto address = storage::ParseDsn(settings.DatabaseOf(module.name));
    if (address.ok())
      (*lease)
          ->Execute(absl::StrCat("DROP DATABASE IF EXISTS `", address->database, "`"), {})
          .status()
          .IgnoreError();
  }
}

const SeasonRun& Campaign::calm() {
  if (!calm_) {
    Trouble none;
    calm_ = Play(none);
    story_ << database_ << ": undisturbed, " << absl::FormatDuration(calm_->took) << std::endl;
  }
  return *calm_;
}

void Campaign::Add(const SeasonRun& run, Figures& figures) {
  const Verdict verdict = Judge(calm(), run);
  ++figures.seasons;
  figures.restarts += run.deaths;
  figures.lost += verdict.lost;
  figures.doubled += verdict.doubled;
  figures.took += run.took;
  figures.violations.insert(figures.violations.end(), verdict.violations.begin(), verdict.violations.end());
  if (run.figures.is_object()) {
    const auto answers = run.figures.value("lost_calls", nlohmann::json::object());
    for (const auto& [answer, times] : answers.items()) figures.answers[answer] += times.get<int64_t>();
  }
  story_ << database_ << ", " << figures.what << ": season " << figures.seasons << ", " << run.deaths
         << " deaths, " << verdict.lost << " lost, " << verdict.doubled << " doubled, "
         << verdict.violations.size() << " violations, " << absl::FormatDuration(run.took) << std::endl;
}

// Those of a start come first: only the first life has a schema to make. The others share the season among
// them, so that each is passed often enough before it ends.
std::vector<std::string> Campaign::DrawDeaths(const std::vector<Point>& points, std::mt19937_64& random) {
  std::vector<Point> order = points;
  std::shuffle(order.begin(), order.end(), random);
  std::stable_partition(order.begin(), order.end(),
                        [](const Point& point) { return point.by == PassedBy::kStart; });
  std::vector<std::string> deaths;
  for (const Point& point : order) {
    const auto passed = calm().passed.find(point.name);
    const int64_t times = passed == calm().passed.end() ? 0 : passed->second;
    const int64_t share = point.by == PassedBy::kStart ? 1 : 2 * static_cast<int64_t>(order.size());
    const int64_t nth = 1 + static_cast<int64_t>(random() % std::max<int64_t>(1, times / share));
    deaths.push_back(absl::StrCat(point.name, ":", nth));
  }
  return deaths;
}

Figures Campaign::DieAtPoints(const std::vector<Point>& points, int rounds, uint64_t seed) {
  Figures figures{"named points", database_};
  std::mt19937_64 random(seed);
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::string> left = DrawDeaths(points, random);
    // A rare point may have passed for the last time before its turn came: then it is first in the next
    // season.
    while (!left.empty()) {
      story_ << "  " << absl::StrJoin(left, " ") << std::endl;
      PointDeaths trouble(left);
      Add(Play(trouble), figures);
      for (size_t i = 0; i < trouble.died(); ++i) ++figures.kinds[left[i].substr(0, left[i].rfind(':'))];
      figures.faults += static_cast<int>(trouble.died());
      if (trouble.died() == 0) {
        figures.violations.push_back("never passed: " + left.front());
        break;
      }
      left = trouble.Left();
    }
  }
  return figures;
}

Figures Campaign::KillAtRandom(int kills, uint64_t seed) {
  Figures figures{"random kills", database_};
  std::mt19937_64 random(seed);
  for (int left = kills; left > 0;) {
    const int here = std::min(left, kKillsASeason);
    // The last few come as close together as many do, or the season may end before them.
    RandomKills trouble(random(), here, calm().took / (std::max(here, kKillsCloseTogether) + 1));
    Add(Play(trouble), figures);
    if (trouble.left() == here) {
      figures.violations.push_back("a season in which nothing was killed");
      break;
    }
    left -= here - trouble.left();
    figures.faults = kills - left;
  }
  return figures;
}

Figures Campaign::TroubleDatabase(int seasons, uint64_t seed) {
  Figures figures{"database in trouble", database_};
  std::mt19937_64 random(seed);
  for (int season = 0; season < seasons; ++season) {
    MariadbTrouble trouble(random(), mariadb_.get(), disk_,
                           std::max(kPauseMin, calm().took / kTroublesASeason / 2));
    Add(Play(trouble), figures);
    for (const auto& [kind, times] : trouble.counts()) {
      figures.kinds[kind] += times;
      figures.faults += times;
    }
  }
  return figures;
}

void PrintTable(const std::vector<Figures>& rows, std::ostream& out) {
  out << "\n"
      << absl::StrFormat("%-22s %-8s %7s %7s %8s %6s %7s %10s %9s\n", "faults", "database", "seasons",
                         "faults", "restarts", "lost", "doubled", "violations", "time");
  for (const Figures& row : rows) {
    out << absl::StrFormat("%-22s %-8s %7d %7d %8d %6d %7d %10d %8.1fs\n", row.what, row.database,
                           row.seasons, row.faults, row.restarts, row.lost, row.doubled,
                           row.violations.size(), absl::ToDoubleSeconds(row.took));
  }
  for (const Figures& row : rows) {
    if (row.kinds.empty() && row.answers.empty()) continue;
    out << "\n" << row.what << ", " << row.database << "\n";
    for (const auto& [kind, times] : row.kinds) out << absl::StrFormat("  %-40s %6d\n", kind, times);
    for (const auto& [answer, times] : row.answers)
      out << absl::StrFormat("  %-40s %6d\n", absl::StrCat("answered ", answer), times);
  }
  for (const Figures& row : rows) {
    for (const std::string& violation : row.violations)
      out << "✗ " << row.what << ", " << row.database << ": " << violation << "\n";
  }
}

}  // namespace jissho::fault
