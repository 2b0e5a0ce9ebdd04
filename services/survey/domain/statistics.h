// The statistics of a survey: descriptive values with intervals of 95 % confidence.
//
// Pure functions, thread-safe. Shapes: an empty sample has no mean, a sample of one no standard deviation, a
// sample of fewer than `kIntervalMin` no interval of the mean: it would claim a precision that so few answers
// do not have.
#ifndef JISSHO_SERVICES_SURVEY_DOMAIN_STATISTICS_H_
#define JISSHO_SERVICES_SURVEY_DOMAIN_STATISTICS_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace jissho::survey {

// Fewer answers than this have no interval of the mean.
inline constexpr int64_t kIntervalMin = 5;
// Fewer answers than this are reference values (参考値).
inline constexpr int64_t kReferenceBelow = 30;

struct Interval {
  double low = 0;
  double high = 0;
};

struct Moments {
  int64_t n = 0;
  double mean = 0;
  double median = 0;                      // the mean of the two middle values when n is even
  std::optional<double> deviation;        // of the sample (divided by n − 1); from n = 2
  std::optional<Interval> mean_interval;  // mean ± t(n − 1) · deviation / √n; from n = kIntervalMin
};

// nullopt for no values.
std::optional<Moments> Describe(std::vector<int64_t> values);

// The 97.5 % point of Student's t. `degrees` ≥ 1; to 5 digits up to 30, by the Cornish-Fisher expansion
// above.
double StudentT975(int64_t degrees);

// Wilson's score interval of `hits` among `n`, within [0, 1]. Requires 0 ≤ hits ≤ n and n ≥ 1.
Interval WilsonInterval(int64_t hits, int64_t n);

// part / whole in hundredths of a per cent, rounded half up; 0 when `whole` is not positive. Requires part ≥
// 0.
int64_t BasisPoints(int64_t part, int64_t whole);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_DOMAIN_STATISTICS_H_
