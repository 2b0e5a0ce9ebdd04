// The switches behind workflow/base/test_hooks.h. A program that wants them lists test_hooks_on.cc among its
// own sources, which goes before the library's.
#ifndef JISSHO_TESTS_SUPPORT_TEST_HOOKS_H_
#define JISSHO_TESTS_SUPPORT_TEST_HOOKS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workflow/base/test_hooks.h"

namespace jissho::testing {

// Where a bug must be found.
enum class Layer {
  kSimulation,  // jissho-sim --mutants
  kMariaDb,     // many_writers_test: it takes several writers at once
  kProcesses,   // act_timer_pump_test: it takes a process that has been given up and still works
};

struct PlantedBug {
  Bug bug;
  const char* name;  // "command-not-recorded"
  Layer layer;
};

const std::vector<PlantedBug>& PlantedBugs();

// One at a time; Bug::kNone takes it out again.
void Plant(Bug bug);

// Dies by SIGKILL at the n-th passing of the point, as does a program started with JISSHO_FAULT_AT=point:n.
void DieAt(const std::string& point, int nth);

// How often each point was passed so far in this process. A program that ends in order leaves the same in the
// file that JISSHO_FAULT_POINTS names, one "point times" a line.
std::map<std::string, int64_t> PointsPassed();

// The transitions that instances have taken in this process, by chart and Transition::order, since they were
// last forgotten; those of acts that were rolled back as well.
std::set<std::pair<std::string, int>> TransitionsTaken();
void ForgetTransitions();

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_TEST_HOOKS_H_
