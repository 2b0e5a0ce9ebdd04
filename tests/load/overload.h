// What the server makes of more than it can do: goodput, the time of what it takes, the manners of its
// refusals, and how it is five seconds after.
#ifndef JISSHO_TESTS_LOAD_OVERLOAD_H_
#define JISSHO_TESTS_LOAD_OVERLOAD_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/load/durable_act.h"
#include "tests/load/load_driver.h"

namespace jissho::bench {

// The loads in the order in which they are laid on, with their names: "closed" is a closed loop of as many
// calls as a batch has acts (at least 4); "peak" the best of an open loop that rises from 0.7 to 1.1 times
// that: its goodput is the capacity; "1x", "2x" and "4x" offer so many times the capacity, "5 s after" four
// fifths of it from five seconds after the last overload.
using Overload = std::vector<std::pair<std::string, LoadResult>>;

// `stretch` is the time of each load. The server is the product's with its own limits; the callers use the
// client library (`throttled`) or call on whatever they are told.
absl::StatusOr<Overload> MeasureOverload(const ServerOptions& options, bool throttled,
                                         absl::Duration stretch);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_OVERLOAD_H_
