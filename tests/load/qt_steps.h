// Another SCXML engine on the same chart in the same run: Qt 6 SCXML, where jissho-bench-qt has been built.
#ifndef JISSHO_TESTS_LOAD_QT_STEPS_H_
#define JISSHO_TESTS_LOAD_QT_STEPS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace jissho::bench {

// Steps a second of RingChart(). Runs the jissho-bench-qt that stands beside this binary; NOT_FOUND without
// one.
absl::StatusOr<double> QtStepsPerSecond(absl::Duration duration);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_QT_STEPS_H_
