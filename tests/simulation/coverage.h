// Which states and transitions of the product's charts the instances of a database have passed.
#ifndef JISSHO_TESTS_SIMULATION_COVERAGE_H_
#define JISSHO_TESTS_SIMULATION_COVERAGE_H_

#include <map>
#include <set>
#include <string>

#include "workflow/chart/chart.h"
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
  // Adds what the journals of the database say was passed. A journal does not name transitions; they are
  // inferred as chart::TraceWay does.
  void Cover(storage::Session& session, Coverage& coverage) const;

 private:
  std::map<std::string, chart::Chart> charts_;                     // by name
  std::map<std::string, std::map<int, std::string>> transitions_;  // by chart and Transition::order
  Coverage all_;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_COVERAGE_H_
