// What one measured stretch gave, and how stretches are summed up.
#ifndef JISSHO_TESTS_LOAD_MEASURE_H_
#define JISSHO_TESTS_LOAD_MEASURE_H_

#include <algorithm>
#include <cstdint>
#include <vector>

namespace jissho::bench {

struct Sample {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int64_t errors = 0;
};

inline double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(q * values.size()))];
}

inline double Median(std::vector<double> values) { return Quantile(std::move(values), 0.5); }

// `latencies` in milliseconds.
inline Sample Summarise(const std::vector<double>& latencies, double seconds, int64_t errors) {
  return {latencies.size() / seconds, Quantile(latencies, 0.5), Quantile(latencies, 0.99), errors};
}

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_MEASURE_H_
