// What people read of a season: the story while it is played, the sheet and the comparison at its end; and
// the facts as JSON for programs.
#ifndef JISSHO_CLIENTS_SEASON_SHOW_H_
#define JISSHO_CLIENTS_SEASON_SHOW_H_

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "clients/season/comparison.h"
#include "clients/season/findings.h"
#include "clients/season/play.h"
#include "nlohmann/json.hpp"

namespace jissho::season {

// Writes to one or two streams at once.
class Story {
 public:
  explicit Story(std::vector<std::ostream*> streams) : streams_(std::move(streams)) {}
  void Line(const std::string& text) {
    for (std::ostream* stream : streams_) *stream << text << "\n" << std::flush;
  }

 private:
  const std::vector<std::ostream*> streams_;
};

struct Outcome {
  std::string title;
  std::string database;
  std::string data_dir;
  std::string address;
  Findings findings;
  std::vector<ComparedCell> compared;
  bool published = false;  // whether there were published figures to compare with
  int steps = 0;
  std::vector<std::string> failed_steps;
  int foreseen_refusals = 0;
  int restarts = 0;
  bool resumed = false;
  int64_t calls = 0;
  std::map<std::string, int64_t> lost_calls;  // by code and reason
  int64_t virtual_days = 0;
  double wall_seconds = 0;
  std::string perturbation;
  int Differing() const;
};

std::string StepLine(const Step& step, int number, int total, const std::string& who,
                     const std::string& note);
void ShowSheet(const Findings& findings, Story& story);
void ShowComparison(const Outcome& outcome, Story& story);
nlohmann::ordered_json ToJson(const Outcome& outcome, const Season& season);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_SHOW_H_
