// What the server makes of more than it can do: goodput, the time of what it takes, the manners of its
// refusals, and how it is five seconds after.
#ifndef JISSHO_TESTS_LOAD_OVERLOAD_H_
#define JISSHO_TESTS_LOAD_OVERLOAD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/load/durable_act.h"
#include "tests/load/load_driver.h"

namespace jissho::bench {

// One load, by the name it is laid on under, and what came of it each time.
struct LoadSamples {
  std::string load;
  std::vector<LoadResult> samples;
};

// "closed" is a closed loop of as many calls as a batch has acts (at least 4), once. "ramp" is the best of
// an open loop that rises, twice, from 0.7 to 1.3 times what that gave: its goodput is taken for the
// capacity. "0.9x" to "4x" offer so many times the capacity, one after the other in each of the rounds, so
// that all of them meet the same machine and the same grown tables; "5 s after" offers four fifths of it from
// five seconds after the last overload, once.
using Overload = std::vector<LoadSamples>;

// `stretch` is the time of each load. The server is the product's with its own limits; the callers use the
// client library (`throttled`) or call on whatever they are told.
absl::StatusOr<Overload> MeasureOverload(const ServerOptions& options, bool throttled, absl::Duration stretch,
                                         int rounds);

// The mean goodput under a load: of stretches of one length, so what was answered over the whole time.
double GoodputOf(const LoadSamples& load);

// The best that any load from "0.9x" on gave on the average. Not the best single stretch: of many noisy ones
// that is more than the server can do.
double PeakOf(const Overload& overload);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_OVERLOAD_H_
