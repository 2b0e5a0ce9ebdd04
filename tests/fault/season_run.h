// A season on a real server under trouble, and the judgement of what it left behind.
#ifndef JISSHO_TESTS_FAULT_SEASON_RUN_H_
#define JISSHO_TESTS_FAULT_SEASON_RUN_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "tests/fault/trouble.h"
#include "tests/simulation/facts.h"

namespace jissho::fault {

struct SeasonRun {
  int code = -1;  // of jissho-season
  std::string story;
  nlohmann::json figures;                          // what jissho-season says at the end; null without
  std::map<std::string, simulation::Facts> facts;  // by service, read from its database
  std::map<std::string, int64_t> passed;           // points, in the server's last life
  std::vector<std::string> violations;             // of the invariants, and deaths that nobody ordered
  int deaths = 0;
  absl::Duration took;
};

// Plays `season` (a file) on `database`: "sqlite", or the dsn of a server's database that is empty. The
// server is started again whenever it has died.
SeasonRun PlaySeason(const std::string& season, const std::string& database, Trouble& trouble);

// What a run under trouble lacks of, and has beyond, an undisturbed one.
struct Verdict {
  int64_t lost = 0, doubled = 0;
  std::vector<std::string> violations;  // with every difference, and all that the run itself found
  bool good() const { return lost == 0 && doubled == 0 && violations.empty(); }
};
Verdict Judge(const SeasonRun& calm, const SeasonRun& run);

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_SEASON_RUN_H_
