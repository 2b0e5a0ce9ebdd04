// Fires the timers that are due, beside other processes on the same database.
//
// A round claims a batch: it takes a number that no claim ever had (the fence) and writes it, with the
// process's name, into due rows whose claim is still the one that was read. Then each timer is fired by an
// act that looks at the number again: whoever was overtaken meanwhile finds another one and changes nothing.
// A claim of another process may be taken over when it has been seen unchanged for kLease of this process's
// own monotonic clock; that only decides who works, never what is right. Claims left over by a process of the
// same name are free.
//
// A timer that the database refuses waits, with the others of its instance, and is tried again. One whose row
// cannot be read (SQLite keeps text in a column of integers when somebody writes it there by hand), or that
// fails for good, becomes an incident. What it says is only read when it is heard, so unreadable data become
// an incident of the mailbox. Threading:
// statistics() from any thread, the rest one call at a time; Claim and Fire block on the database.
#ifndef JISSHO_WORKFLOW_ACT_TIMER_PUMP_H_
#define JISSHO_WORKFLOW_ACT_TIMER_PUMP_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "workflow/act/act.h"
#include "workflow/act/backoff.h"
#include "workflow/base/clock.h"
#include "workflow/storage/session.h"

namespace jissho::act {

// Since the start of this process.
struct TimerStatistics {
  int64_t fired = 0;       // timers
  int64_t fenced_off = 0;  // timers that somebody else had claimed meanwhile
  int64_t taken_over = 0;  // timers whose claim another process had let lapse
};

struct TimerPumpOptions {
  std::string service;
  std::string process;  // see ServiceOptions
  // Told of a new incident; may be empty.
  std::function<absl::Status(const std::string& incident_id)> on_incident = nullptr;
};

class TimerPump {
 public:
  TimerPump(TimerPumpOptions options, std::function<absl::StatusOr<std::string>(Act)> run,
            storage::Pool* pool, const CalendarClock* calendar, const MonotonicClock* monotonic);

  static constexpr int kClaimMax = 200;  // timers in a batch
  static constexpr absl::Duration kLease = absl::Seconds(10);

  struct Timer {
    std::string instance_id, timer_id;
  };
  // Timers that this process may fire, the earliest first.
  struct Batch {
    int64_t fence = 0;
    std::vector<Timer> timers;
    std::vector<Timer> unreadable;  // not claimed: they are parked
  };

  // Claims a batch and fires it. How many timers came to their end, parked ones too; those that wait not
  // counted. `force`: also those that wait after a failure, and one that waits on is an error.
  absl::StatusOr<int64_t> RunOnce(bool force);

  // The two halves of RunOnce.
  absl::StatusOr<Batch> Claim(bool force);
  absl::StatusOr<int64_t> Fire(const Batch& batch, bool force = false);

  TimerStatistics statistics() const;

 private:
  struct Due {
    Timer timer;
    std::string owner;
    int64_t fence = 0;
  };
  struct Window {
    std::vector<Due> due;
    std::vector<Timer> unreadable;
    bool all = false;  // nothing more is due
  };
  // The earliest due timers that are free, or that look so: of a claim not seen before nothing is known.
  absl::StatusOr<Window> ReadDue(bool force);
  // Of those the ones that may be claimed; begins to watch the claims on the others.
  std::vector<Due> Free(std::vector<Due> due);
  absl::StatusOr<Batch> WriteClaim(std::vector<Due> due);
  // Drops those that somebody else was faster to claim.
  absl::Status KeepClaimed(int64_t fence, std::vector<Due>& due);
  absl::StatusOr<std::string> FireOne(const Timer& timer, int64_t fence);
  // Makes an incident of it. Whether it is one now.
  absl::StatusOr<bool> Park(const Timer& timer, const absl::Status& cause);
  bool Lapsed(absl::Duration seen) const { return seen + kLease <= monotonic_->Elapsed(); }

  const TimerPumpOptions options_;
  std::function<absl::StatusOr<std::string>(Act)> run_;
  storage::Pool* pool_;
  const CalendarClock* calendar_;
  const MonotonicClock* monotonic_;
  std::map<int64_t, absl::Duration> seen_;  // others' claims, by fence: when first seen
  std::map<std::string, Backoff> backoff_;  // by instance
  std::atomic<int64_t> fired_{0}, fenced_off_{0}, taken_over_{0};
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_TIMER_PUMP_H_
