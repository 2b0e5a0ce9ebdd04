// Campaigns of faults against a season, each with one line of figures. `./dev fault` runs long ones, the
// tests short ones.
#ifndef JISSHO_TESTS_FAULT_CAMPAIGN_H_
#define JISSHO_TESTS_FAULT_CAMPAIGN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tests/fault/mariadb_trouble.h"
#include "tests/fault/points.h"
#include "tests/fault/season_run.h"

namespace jissho::fault {

struct Figures {
  std::string what;
  std::string database;
  int seasons = 0;
  int faults = 0;    // kills, and whatever else was done to the database
  int restarts = 0;  // of the server that the services live in
  int64_t lost = 0, doubled = 0;
  std::vector<std::string> violations = {};
  std::map<std::string, int> kinds = {};        // faults by kind
  std::map<std::string, int64_t> answers = {};  // that the callers got instead, by code and reason
  absl::Duration took = absl::ZeroDuration();
};

// One database and one season, whose undisturbed run is what all others are compared with.
class Campaign {
 public:
  // `database` is "sqlite" or "mariadb"; `disk`: null, or where the MariaDB server keeps its data. Progress
  // is told on `story`.
  Campaign(std::string season, std::string database, SmallDisk* disk, std::ostream* story);

  const SeasonRun& calm();

  // Dies at each of the points `rounds` times, at passings that the seed draws.
  Figures DieAtPoints(const std::vector<Point>& points, int rounds, uint64_t seed);
  // SIGKILL at random until there were so many.
  Figures KillAtRandom(int kills, uint64_t seed);
  // The database server is in trouble, the services are left alone. MariaDB only.
  Figures TroubleDatabase(int seasons, uint64_t seed);

 private:
  SeasonRun Play(Trouble& trouble);
  void Drop(const std::string& dsn);
  std::vector<std::string> DrawDeaths(const std::vector<Point>& points, std::mt19937_64& random);
  void Add(const SeasonRun& run, Figures& figures);

  const std::string season_;
  const std::string database_;
  SmallDisk* const disk_;
  std::ostream& story_;
  std::unique_ptr<testing::PrivateMariadb> mariadb_;
  std::optional<SeasonRun> calm_;
};

void PrintTable(const std::vector<Figures>& rows, std::ostream& out);

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_CAMPAIGN_H_
