// Steps of a chart in memory: the pure engine, no database.
#ifndef JISSHO_TESTS_LOAD_CHART_STEPS_H_
#define JISSHO_TESTS_LOAD_CHART_STEPS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace jissho::bench {

struct StepRates {
  double steps_per_second = 0;          // one event after the other on a live snapshot
  double durable_steps_per_second = 0;  // with the snapshot written to JSON and read back after each
};

absl::StatusOr<StepRates> MeasureChartSteps(absl::Duration duration);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_CHART_STEPS_H_
