#include "tests/load/overload.h"

#include <algorithm>

#include "workflow/base/error.h"

namespace jissho::bench {
namespace {

// Calls open in the closed loop: enough to fill the lanes, few enough that nobody is refused.
constexpr int kClosedLoopMin = 4;
// Of what the closed loop gave, whose calls come in bunches that cost the server less than single ones.
constexpr double kRamp[] = {0.7, 0.8, 0.9, 1.0, 1.1};
constexpr absl::Duration kWarmUp = absl::Seconds(2);
constexpr absl::Duration kPause = absl::Seconds(2);  // at half of the capacity, between two loads
constexpr absl::Duration kRecovery = absl::Seconds(5);

}  // namespace

absl::StatusOr<Overload> MeasureOverload(const ServerOptions& options, bool throttled,
                                         absl::Duration stretch) {
  JISSHO_ASSIGN_OR_RETURN(const auto server, BenchServer::Start(options));
  LoadJob job{.address = server->address(), .token = server->token(), .cases = options.cases, .phases = {}};
  const int in_flight = std::max(kClosedLoopMin, options.batch_max);
  job.phases = {{0, in_flight, kWarmUp}, {0, in_flight, stretch}};
  JISSHO_ASSIGN_OR_RETURN(const auto closed, DriveFromOutside(job));
  job.phases = {{0.5 * closed[1].goodput, 0, kPause}};
  for (const double share : kRamp) job.phases.push_back({share * closed[1].goodput, 0, stretch});
  JISSHO_ASSIGN_OR_RETURN(const auto ramp, DriveFromOutside(job));
  const LoadResult peak =
      *std::max_element(ramp.begin() + 1, ramp.end(),
                        [](const LoadResult& a, const LoadResult& b) { return a.goodput < b.goodput; });
  const double capacity = peak.goodput;
  job.throttled = throttled;
  job.phases = {{0.5 * capacity, 0, kPause},    {capacity, 0, stretch},      {0.5 * capacity, 0, kPause},
                {2 * capacity, 0, stretch},     {0.5 * capacity, 0, kPause}, {4 * capacity, 0, stretch},
                {0.8 * capacity, 0, kRecovery}, {0.8 * capacity, 0, stretch}};
  JISSHO_ASSIGN_OR_RETURN(const auto open, DriveFromOutside(job));
  return Overload{{"closed", closed[1]}, {"peak", peak},  {"1x", open[1]},
                  {"2x", open[3]},       {"4x", open[5]}, {"5 s after", open[7]}};
}

}  // namespace jissho::bench
