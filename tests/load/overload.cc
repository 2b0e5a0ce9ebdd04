#include "tests/load/overload.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "workflow/base/error.h"

namespace jissho::bench {
namespace {

// Calls open in the closed loop: enough to fill the lanes, few enough that nobody is refused.
constexpr int kClosedLoopMin = 4;
// Of what the closed loop gave, whose calls come in bunches that cost the server less than single ones.
constexpr double kRamp[] = {0.7, 0.85, 1.0, 1.15, 1.3};
constexpr int kRampRounds = 2;
constexpr char kClosedName[] = "closed", kRampName[] = "ramp";
constexpr std::pair<const char*, double> kLoads[] = {
    {"0.9x", 0.9}, {"1x", 1}, {"1.1x", 1.1}, {"2x", 2}, {"4x", 4}};
constexpr absl::Duration kWarmUp = absl::Seconds(2);
constexpr absl::Duration kPause = absl::Milliseconds(1500);  // at half of the capacity, between two loads
constexpr absl::Duration kRecovery = absl::Seconds(5);

absl::StatusOr<LoadResult> MeasureClosedLoop(LoadJob job, int in_flight, absl::Duration stretch) {
  job.phases = {{0, in_flight, kWarmUp}, {0, in_flight, stretch}};
  JISSHO_ASSIGN_OR_RETURN(const auto results, DriveFromOutside(job));
  return results[1];
}

// The best load of the ramp.
absl::StatusOr<LoadSamples> FindCapacity(LoadJob job, double closed, absl::Duration stretch) {
  job.phases.clear();
  for (int round = 0; round < kRampRounds; ++round) {
    job.phases.push_back({0.5 * closed, 0, kPause});
    for (const double share : kRamp) job.phases.push_back({share * closed, 0, stretch});
  }
  JISSHO_ASSIGN_OR_RETURN(const auto results, DriveFromOutside(job));
  const size_t step = 1 + std::size(kRamp);
  LoadSamples best;
  for (size_t load = 1; load < step; ++load) {
    LoadSamples samples = {kRampName, {}};
    for (size_t i = load; i < results.size(); i += step) samples.samples.push_back(results[i]);
    if (best.samples.empty() || GoodputOf(samples) > GoodputOf(best)) best = std::move(samples);
  }
  return best;
}

}  // namespace

absl::StatusOr<Overload> MeasureOverload(const ServerOptions& options, bool throttled, absl::Duration stretch,
                                         int rounds) {
  JISSHO_ASSIGN_OR_RETURN(const auto server, BenchServer::Start(options));
  LoadJob job{.address = server->address(), .token = server->token(), .cases = options.cases, .phases = {}};
  JISSHO_ASSIGN_OR_RETURN(const LoadResult closed,
                          MeasureClosedLoop(job, std::max(kClosedLoopMin, options.batch_max), stretch));
  JISSHO_ASSIGN_OR_RETURN(const LoadSamples ramp, FindCapacity(job, closed.goodput, stretch));
  const double capacity = GoodputOf(ramp);
  job.throttled = throttled;
  for (int round = 0; round < rounds; ++round) {
    for (const auto& [load, times] : kLoads) {
      job.phases.push_back({0.5 * capacity, 0, kPause});
      job.phases.push_back({times * capacity, 0, stretch});
    }
  }
  job.phases.push_back({0.8 * capacity, 0, kRecovery});
  job.phases.push_back({0.8 * capacity, 0, stretch});
  JISSHO_ASSIGN_OR_RETURN(const auto results, DriveFromOutside(job));
  Overload overload = {{kClosedName, {closed}}, ramp};
  for (const auto& [load, times] : kLoads) overload.push_back({load, {}});
  for (size_t i = 0; i < rounds * std::size(kLoads); ++i)
    overload[2 + i % std::size(kLoads)].samples.push_back(results[2 * i + 1]);
  overload.push_back({"5 s after", {results.back()}});
  return overload;
}

double GoodputOf(const LoadSamples& load) {
  double sum = 0;
  for (const LoadResult& sample : load.samples) sum += sample.goodput;
  return sum / load.samples.size();
}

double PeakOf(const Overload& overload) {
  double peak = 0;
  for (const LoadSamples& load : overload) {
    if (load.load != kClosedName && load.load != kRampName) peak = std::max(peak, GoodputOf(load));
  }
  return peak;
}

}  // namespace jissho::bench
