#include "workflow/base/wait_estimate.h"

#include <cmath>

namespace jissho {
namespace {

constexpr double kKept = 1 - 1.0 / 32;  // of the estimate, when one more item is served

}  // namespace

void WaitEstimate::Served(int items, absl::Duration took) {
  const double seconds = absl::ToDoubleSeconds(took) / items;
  const double kept = known_ ? std::pow(kKept, items) : 0;
  seconds_ = kept * seconds_ + (1 - kept) * seconds;
  known_ = true;
}

absl::Duration WaitEstimate::Behind(int ahead) const { return absl::Seconds(seconds_ * ahead); }

}  // namespace jissho
