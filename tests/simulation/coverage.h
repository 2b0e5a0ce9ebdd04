// Which states and transitions of the product's charts a run has passed.
#ifndef JISSHO_TESTS_SIMULATION_COVERAGE_H_
#define JISSHO_TESTS_SIMULATION_COVERAGE_H_

#include <map>
#include <set>
#include <string>
#include <utility>

#include "workflow/storage/session.h"

namespace jissho::simulation {

// Places of charts: "grant/DECIDED" a state, "grant#7 DECIDED -grant.revoke-> REVOKED" a transition. Only the
// name of a transition holds a '#', only that of a state a '/'.
using Coverage = std::set<std::string>;

class ProductPlaces {
 public:
  ProductPlaces();

  // Every state and transition that the product's charts have.
  const Coverage& all() const { return all_; }
  // Adds the states that were entered by what the database's journals say, those of the season before the run
  // included.
  void AddStates(storage::Session& session, Coverage& coverage) const;
  // Adds transitions by chart and Transition::order, as testing::TransitionsTaken gives them.
  void AddTransitions(const std::set<std::pair<std::string, int>>& taken, Coverage& coverage) const;

 private:
  std::map<std::pair<std::string, int>, std::string> transitions_;  // names
  Coverage all_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_COVERAGE_H_
