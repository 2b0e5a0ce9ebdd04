#include "workflow/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace jissho {

absl::Time VirtualCalendar::Now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

void VirtualCalendar::Set(absl::Time now) {
  std::lock_guard lock(mutex_);
  now_ = now;
}

absl::Duration ManualMonotonicClock::Elapsed() const {
  std::lock_guard lock(mutex_);
  return elapsed_;
}

void ManualMonotonicClock::Advance(absl::Duration by) {
  std::lock_guard lock(mutex_);
  elapsed_ += by;
}

absl::TimeZone Tokyo() { return absl::FixedTimeZone(9 * 60 * 60); }

const CalendarClock& SystemCalendar() {
  class Clock : public CalendarClock {
    absl::Time Now() const override { return absl::Now(); }
  };
  static const Clock clock;
  return clock;
}

const MonotonicClock& SystemMonotonic() {
  class Clock : public MonotonicClock {
    absl::Duration Elapsed() const override {
      return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
    }
  };
  static const Clock clock;
  return clock;
}

}  // namespace jissho
