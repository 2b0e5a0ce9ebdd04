// What the simulator itself relies on. A broken one is a fault of the simulator, never of what it tests.
#ifndef JISSHO_TESTS_SIMULATION_REQUIRE_H_
#define JISSHO_TESTS_SIMULATION_REQUIRE_H_

#include <cstdio>
#include <cstdlib>

namespace jissho::simulation {

// Begins what Require says to standard error.
inline constexpr char kBroken[] = "simulator: ";

inline void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "%s%s\n", kBroken, what);
  std::abort();
}

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_REQUIRE_H_
