// Random charts and random inputs for them, from a seed alone.
#ifndef JISSHO_TESTS_SUPPORT_RANDOM_CHART_H_
#define JISSHO_TESTS_SUPPORT_RANDOM_CHART_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace jissho::testing {

// A chart of nested, parallel, final and history states with guards, data, raised, sent, delayed and
// cancelled events and the action "tally" (parameter `what`). Every macrostep and every conversation with
// itself ends.
std::string RandomChart(uint64_t seed);

// Either an event, or a span by which the clock moves.
struct Input {
  std::string event;
  nlohmann::json data;
  absl::Duration advance;
};
std::vector<Input> RandomInputs(uint64_t seed, int count);

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_RANDOM_CHART_H_
