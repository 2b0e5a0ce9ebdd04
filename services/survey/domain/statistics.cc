#include "services/survey/domain/statistics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace jissho::survey {

namespace {

constexpr double kNormal975 = 1.959963984540054;

constexpr double kStudent975[] = {12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.30600,
                                  2.26216, 2.22814, 2.20099, 2.17881, 2.16037, 2.14479, 2.13145, 2.11991,
                                  2.10982, 2.10092, 2.09302, 2.08596, 2.07961, 2.07387, 2.06866, 2.06390,
                                  2.05954, 2.05553, 2.05183, 2.04841, 2.04523, 2.04227};

}  // namespace

double StudentT975(int64_t degrees) {
  if (degrees <= static_cast<int64_t>(std::size(kStudent975)))
    return kStudent975[std::max<int64_t>(degrees, 1) - 1];
  const double z = kNormal975;
  const double v = static_cast<double>(degrees);
  return z + (std::pow(z, 3) + z) / (4 * v) +
         (5 * std::pow(z, 5) + 16 * std::pow(z, 3) + 3 * z) / (96 * v * v) +
         (3 * std::pow(z, 7) + 19 * std::pow(z, 5) + 17 * std::pow(z, 3) - 15 * z) / (384 * v * v * v);
}

std::optional<Moments> Describe(std::vector<int64_t> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  Moments moments;
  moments.n = static_cast<int64_t>(values.size());
  const double n = static_cast<double>(moments.n);
  moments.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  const size_t middle = values.size() / 2;
  moments.median = values.size() % 2 == 1
                       ? static_cast<double>(values[middle])
                       : (static_cast<double>(values[middle - 1]) + static_cast<double>(values[middle])) / 2;
  if (moments.n < 2) return moments;
  // Two passes: the shortcut by sums of squares loses all digits of yen amounts that lie close together.
  double squares = 0;
  for (int64_t value : values) squares += std::pow(static_cast<double>(value) - moments.mean, 2);
  moments.deviation = std::sqrt(squares / (n - 1));
  if (moments.n < kIntervalMin) return moments;
  const double half = StudentT975(moments.n - 1) * *moments.deviation / std::sqrt(n);
  moments.mean_interval = Interval{moments.mean - half, moments.mean + half};
  return moments;
}

Interval WilsonInterval(int64_t hits, int64_t n) {
  const double z2 = kNormal975 * kNormal975;
  const double size = static_cast<double>(n);
  const double share = static_cast<double>(hits) / size;
  const double centre = share + z2 / (2 * size);
  const double half = kNormal975 * std::sqrt(share * (1 - share) / size + z2 / (4 * size * size));
  const double scale = 1 + z2 / size;
  return {std::clamp((centre - half) / scale, 0.0, 1.0), std::clamp((centre + half) / scale, 0.0, 1.0)};
}

int64_t BasisPoints(int64_t part, int64_t whole) {
  if (whole <= 0) return 0;
  return (part * 20000 + whole) / (2 * whole);
}

}  // namespace jissho::survey
