// Work shared out to child processes: a simulation runs in one thread of one process, a machine has more.
#ifndef JISSHO_TESTS_SIMULATION_WORKERS_H_
#define JISSHO_TESTS_SIMULATION_WORKERS_H_

#include <functional>
#include <string>
#include <vector>

namespace jissho::simulation {

struct Outcome {
  std::string answer;  // what `work` returned
  int signal = 0;      // that ended the child, or 0
  std::string errors;  // what it wrote to standard error
};

// Calls `work` for 0 … pieces−1, each in a child of its own that begins as a copy of this process, at most
// `at_once` at a time, and hands the outcomes to `take` as they come. The calling process must have one
// thread.
void ShareOut(int pieces, int at_once, const std::function<std::string(int)>& work,
              const std::function<void(int, const Outcome&)>& take);

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_WORKERS_H_
