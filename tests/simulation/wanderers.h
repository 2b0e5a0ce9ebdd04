// People of every role who walk at random: each looks at what exists, takes one of the acts that the thing's
// chart offers there, or begins something, fills in a request and sends it until it is answered. Now and then
// one tries what is not his to do. Meanwhile the calendar jumps, so that deadlines pass.
#ifndef JISSHO_TESTS_SIMULATION_WANDERERS_H_
#define JISSHO_TESTS_SIMULATION_WANDERERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/season/season.h"
#include "tests/simulation/people.h"
#include "tests/simulation/requests.h"

namespace jissho::simulation {

struct WalkCounters {
  int64_t acts = 0;      // that were answered
  int64_t accepted = 0;  // of them
};

class Wanderer {
 public:
  // `season` gives the people and organisations, `deeds` the examples; `name` begins his request ids. The
  // arguments outlive it.
  Wanderer(World* world, Identity* identity, Register* book, const season::Season* season,
           const std::vector<Deed>* deeds, Random random, const std::string& name);

  // So many acts, with pauses. From a fiber.
  void Walk(int64_t acts);
  const WalkCounters& counters() const { return counters_; }

 private:
  // What somebody found to do.
  struct Plan {
    Thing thing;
    std::string method;
    std::vector<std::string> roles;      // any of them may do it here
    std::vector<std::string> all_roles;  // any of them may do it somewhere
    bool own = false;                    // an applicant's organisation must be the thing's
    bool forbidden = false;              // the person chosen has no such role
  };

  bool FindPlan(Plan& plan);
  void PlanOn(const act::InstanceRow& instance, const act::Catalog& catalog, Plan& plan);
  void PlanBeginning(Plan& plan);
  act::Actor Choose(Plan& plan);
  void Act(Plan plan);

  World* const world_;
  Identity* const identity_;
  Register* const book_;
  const season::Season* const season_;
  Random random_;
  const std::string name_;
  Requests requests_;
  int64_t count_ = 0;
  WalkCounters counters_;
};

// More money for the season's programme, in the season's year and those after it: what was decided waits
// while the budget does not hold it. From a fiber, when nothing goes wrong any more.
void Endow(World& world, Identity& identity, Register& book, const season::Season& season);

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_WANDERERS_H_
