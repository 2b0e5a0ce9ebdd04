#include "clients/cpp/throttle.h"

#include <algorithm>

namespace jissho::client {
namespace {

constexpr absl::Duration kSlot = absl::Milliseconds(200);
constexpr double kMore = 1.1;  // times what the server takes
constexpr double kLimitMin = 1;
constexpr double kBurst = 0.1;  // of a slot's calls at once

}  // namespace

bool Throttle::Admits(absl::Duration now) {
  std::lock_guard lock(mutex_);
  EndSlot(now);
  if (!limit_) return true;
  due_ =
      std::min(due_ + *limit_ * absl::FDivDuration(now - accrued_, kSlot), std::max(1.0, kBurst * *limit_));
  accrued_ = now;
  if (due_ < 1) return false;
  --due_;
  return true;
}

void Throttle::Note(absl::Duration now, bool refused) {
  std::lock_guard lock(mutex_);
  EndSlot(now);
  ++(refused ? refused_ : taken_[slot_ % kSlots]);
}

void Throttle::EndSlot(absl::Duration now) {
  const int64_t present = now / kSlot;
  if (present <= slot_) return;
  if (refused_ > 0) {
    if (!limit_) accrued_ = now;
    limit_ = std::max(kLimitMin, kMore * *std::max_element(taken_.begin(), taken_.end()));
    last_refusal_ = slot_;
    refused_ = 0;
  } else if (limit_) {
    *limit_ *= kMore;
  }
  for (int64_t slot = std::max(slot_ + 1, present - kSlots + 1); slot <= present; ++slot)
    taken_[slot % kSlots] = 0;
  slot_ = present;
  if (slot_ - last_refusal_ > kSlots) limit_.reset();
}

}  // namespace jissho::client
