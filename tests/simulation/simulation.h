// One seed, one run: a stretch of a season in bad weather, and what must hold afterwards.
//
// The season is first played once in calm weather (Rehearse). At several moments the disks are kept, and a
// run begins at one of them. Half of the seeds play some steps on while processes crash, disks fail and
// messages get lost, and must end with the same facts as the calm season had there. With the others people
// wander (wanderers.h): where that ends nobody knows beforehand, but the invariants hold there. The money is
// looked at now and then, with every eighth seed after every commit. Same seed and same build: same trace
// hash.
#ifndef JISSHO_TESTS_SIMULATION_SIMULATION_H_
#define JISSHO_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/season/play.h"
#include "clients/season/season_file.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/facts.h"
#include "tests/simulation/people.h"
#include "tests/simulation/world.h"

namespace jissho::simulation {

struct RunOptions {
  uint64_t seed = 1;
  size_t story = 0;  // events kept as text
  // Is set to the run's trace, for whoever must tell of a run that stops the process. Dangles afterwards.
  const Trace** watch = nullptr;
};

struct RunReport {
  uint64_t seed = 0;
  uint64_t hash = 0;
  std::vector<std::string> violations;
  std::vector<std::string> story;
  int steps = 0;
  WorldCounters world;
  DiskCounters disk;
  int64_t mischief = 0;
  int64_t wandered = 0, accepted = 0;  // acts of wanderers, and those of them that succeeded
  int64_t switches = 0;
  Coverage coverage;  // states; who links the hooks adds the transitions

  int64_t faults() const;
};

class Simulation {
 public:
  // Loads and rehearses. Faults of the file, or a season that does not even work in calm weather, are an
  // error.
  static absl::StatusOr<std::unique_ptr<Simulation>> Rehearse(const std::string& season_file);

  RunReport Run(const RunOptions& options);

  const ProductPlaces& places() const { return places_; }
  int steps() const { return static_cast<int>(steps_.size()); }

 private:
  struct Stage {
    size_t next = 0;  // step
    absl::Time now;
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> ids;
  };
  struct Director;

  Simulation() = default;
  absl::Status Load(const std::string& season_file);
  absl::Status PlayCalmly();
  // The end of the group of steps of one moment that begins at `step`.
  size_t EndOfMoment(size_t step) const;
  // The facts of the calm season after the stage's run to `end`, by service.
  std::map<std::string, Facts> CalmFacts(const Stage& stage, size_t end);

  season::Season season_;
  std::vector<season::Step> steps_;
  std::vector<Deed> deeds_;  // of the calm season
  std::vector<Stage> stages_;
  std::map<size_t, std::map<std::string, uint64_t>> digests_;  // after step, by service
  ProductPlaces places_;
  Identity identity_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_SIMULATION_H_
