// The two clocks. Nothing in the product reads the operating system's time except the two adapters declared
// last.
//
// Calendar clock: what a receipt, a deadline or a timer means (UTC instants; shown in Asia/Tokyo). In
// development it can be set and stands still until it is set again. Monotonic clock: waiting, leases, call
// deadlines; never jumps. All classes are thread-safe.
#ifndef JISSHO_WORKFLOW_BASE_CLOCK_H_
#define JISSHO_WORKFLOW_BASE_CLOCK_H_

#include <mutex>

#include "absl/time/time.h"

namespace jissho {

class CalendarClock {
 public:
  virtual ~CalendarClock() = default;
  virtual absl::Time Now() const = 0;
};

class MonotonicClock {
 public:
  virtual ~MonotonicClock() = default;
  // Time since an arbitrary, fixed start.
  virtual absl::Duration Elapsed() const = 0;
};

// A calendar that stands still until it is set. For tests, simulation and development servers.
class VirtualCalendar : public CalendarClock {
 public:
  explicit VirtualCalendar(absl::Time start) : now_(start) {}
  absl::Time Now() const override;
  void Set(absl::Time now);

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

// A monotonic clock moved by hand, for tests.
class ManualMonotonicClock : public MonotonicClock {
 public:
  absl::Duration Elapsed() const override;
  void Advance(absl::Duration by);

 private:
  mutable std::mutex mutex_;
  absl::Duration elapsed_;
};

// Asia/Tokyo, the zone of every date that people see. Japan keeps no daylight saving time: a fixed +9 hours.
absl::TimeZone Tokyo();

// The operating system's clocks: for main() only.
const CalendarClock& SystemCalendar();
const MonotonicClock& SystemMonotonic();

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_CLOCK_H_
