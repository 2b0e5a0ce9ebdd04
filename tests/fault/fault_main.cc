// jissho-fault: kills the real programs and their database in the middle of a season, and compares.
// docs/reliability.md says what its figures mean.
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "tests/fault/campaign.h"

namespace jissho::fault {
namespace {

struct Options {
  std::string season;
  std::string database;
  int kills = 300;
  int rounds = 5;
  int troubled = 3;
  uint64_t seed = 20220610;
};

int Run(const Options& options) {
  // First of all, while there is one thread.
  const std::unique_ptr<SmallDisk> disk = SmallDisk::Make();
  if (disk == nullptr)
    std::cout << "root でないため「ディスクが満杯」は試しません / not root: the full disk is left out\n";
  std::cout << "seed " << options.seed << std::endl;
  std::vector<Point> points = PointsOf(PassedBy::kStart);
  for (const Point& point : PointsOf(PassedBy::kSeason)) points.push_back(point);
  std::vector<Figures> rows;
  for (const std::string& database : {std::string("sqlite"), std::string("mariadb")}) {
    if (!options.database.empty() && options.database != database) continue;
    Campaign campaign(options.season, database, disk.get(), &std::cout);
    if (options.rounds > 0) rows.push_back(campaign.DieAtPoints(points, options.rounds, options.seed));
    if (options.kills > 0) rows.push_back(campaign.KillAtRandom(options.kills, options.seed));
    if (options.troubled > 0 && database == "mariadb")
      rows.push_back(campaign.TroubleDatabase(options.troubled, options.seed));
  }
  PrintTable(rows, std::cout);
  bool good = true;
  for (const Figures& row : rows) good = good && row.violations.empty();
  return good ? 0 : 1;
}

}  // namespace
}  // namespace jissho::fault

int main(int argc, char** argv) {
  jissho::fault::Options options;
  options.season = jissho::fault::BuildDir() + "/../../seasons/tsukuba-093-fy2022.yaml";
  CLI::App app(
      "実物のサーバーとデータベースを一年の途中で止め、起こし直し、止めなかった一年と比べる\n"
      "Kills the real server and its database in the middle of a season, starts them again, and compares "
      "with a "
      "season that nobody disturbed");
  app.add_option("--kills", options.kills,
                 "でたらめな時点での強制終了の数（データベースごと） / random kills on each database");
  app.add_option("--rounds", options.rounds, "名前のある各時点で止める回数 / deaths at each named point");
  app.add_option("--troubled", options.troubled,
                 "MariaDB を故障させる年の数 / seasons in which MariaDB itself is in trouble");
  app.add_option("--db", options.database, "sqlite, mariadb; なければ両方 / both without")
      ->check(CLI::IsMember({"sqlite", "mariadb"}));
  app.add_option("--season", options.season, "シーズンのファイル / the season's file");
  app.add_option("--seed", options.seed, "乱数の種 / the seed of what is drawn");
  app.option_defaults()->always_capture_default();
  CLI11_PARSE(app, argc, argv);
  return jissho::fault::Run(options);
}
