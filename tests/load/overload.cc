#include "tests/load/overload.h"

#include <algorithm>

#include "workflow/base/error.h"

namespace jissho::bench {
namespace {

// Calls open in the closed loop: enough to fill the lanes, few enough that nobody is refused.
constexpr int kClosedLoopMin = 4;
constexpr absl::Duration kWarmUp = absl::Seconds(2);
constexpr absl::Duration kPause = absl::Seconds(2);  // at half of the capacity, between two loads
constexpr absl::Duration kRecovery = absl::Seconds(5);

}  // namespace

absl::StatusOr<Overload> MeasureOverload(const ServerOptions& options, absl::Duration stretch) {
  JISSHO_ASSIGN_OR_RETURN(const auto server, BenchServer::Start(options));
  LoadJob job{.address = server->address(), .token = server->token(), .cases = options.cases, .phases = {}};
  const int in_flight = std::max(kClosedLoopMin, options.batch_max);
  job.phases = {{0, in_flight, kWarmUp}, {0, in_flight, stretch}};
  JISSHO_ASSIGN_OR_RETURN(const auto closed, DriveFromOutside(job));
  const double capacity = closed[1].goodput;
  job.phases = {{0.5 * capacity, 0, kPause},    {capacity, 0, stretch},      {0.5 * capacity, 0, kPause},
                {2 * capacity, 0, stretch},     {0.5 * capacity, 0, kPause}, {4 * capacity, 0, stretch},
                {0.8 * capacity, 0, kRecovery}, {0.8 * capacity, 0, stretch}};
  JISSHO_ASSIGN_OR_RETURN(const auto open, DriveFromOutside(job));
  return Overload{
      {"capacity", closed[1]}, {"1x", open[1]}, {"2x", open[3]}, {"4x", open[5]}, {"5 s after", open[7]}};
}

}  // namespace jissho::bench
