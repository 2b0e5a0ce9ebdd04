// Whether a step that a journal tells of can be one of its chart: from the states in which the instance was,
// along transitions, to those that it entered. Conditions are taken for met, since they read data that no
// journal keeps, and whatever the chart raises for raised. So nothing that the engine does is found fault
// with.
//
// Unlike chart::TraceWay, which guesses which transitions were taken, it asks whether any could have been.
// One thread.
#ifndef JISSHO_TESTS_SUPPORT_CHART_EDGES_H_
#define JISSHO_TESTS_SUPPORT_CHART_EDGES_H_

#include <set>
#include <string>
#include <vector>

#include "workflow/chart/chart.h"

namespace jissho::testing {

// What one entry says, as ids; `active` is before the step. Ids that the chart does not have count for
// nothing.
struct Move {
  std::set<std::string> active, entered, exited;
};

class ChartEdges {
 public:
  // The chart outlives it.
  explicit ChartEdges(const chart::Chart* chart);

  // What is wrong with a move; empty when nothing is.
  std::string FaultOfStart(const Move& move) const;
  std::string FaultOfEvent(const Move& move, const std::string& event) const;
  // Of an event that no transition takes: what follows may only come of itself.
  std::string FaultOfIgnored(const Move& move) const;

 private:
  const chart::Chart* chart_;
  std::vector<const chart::Transition*>
      internal_;  // without an event, or with one that the chart itself raises
};

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_CHART_EDGES_H_
