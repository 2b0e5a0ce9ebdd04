#include "services/runtime/process/advance.h"

#include <algorithm>
#include <optional>

#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

constexpr int kQuietRounds = 2;

struct Sum {
  int64_t ready = 0;
  int64_t held = 0;
  std::optional<absl::Time> next_due;
};

absl::StatusOr<Sum> AskAll(const std::vector<ClockedProcess*>& processes) {
  Sum sum;
  for (ClockedProcess* process : processes) {
    JISSHO_ASSIGN_OR_RETURN(act::Pending pending, process->GetPending());
    sum.ready += pending.ready;
    sum.held += pending.held;
    if (pending.next_due && (!sum.next_due || *pending.next_due < *sum.next_due))
      sum.next_due = pending.next_due;
  }
  return sum;
}

// Works off all that is ready at `now`.
absl::StatusOr<int64_t> Settle(const std::vector<ClockedProcess*>& processes, absl::Time now,
                               const std::function<bool()>& expired, const std::function<void()>& pause) {
  int64_t total = 0;
  int64_t ready_before = -1;
  for (int quiet = 0; quiet < kQuietRounds;) {
    if (expired()) return MakeError(kClockUnsettled);
    int64_t done = 0;
    for (ClockedProcess* process : processes) {
      JISSHO_ASSIGN_OR_RETURN(int64_t here, process->SetTime(now));
      done += here;
    }
    total += done;
    JISSHO_ASSIGN_OR_RETURN(Sum sum, AskAll(processes));
    quiet = done == 0 && (sum.ready == 0 || sum.ready == ready_before) ? quiet + 1 : 0;
    ready_before = sum.ready;
    if (done > 0 || sum.held == 0) continue;
    quiet = 0;
    pause();
  }
  return total;
}

}  // namespace

absl::StatusOr<int64_t> Advance(const std::vector<ClockedProcess*>& processes, absl::Time now,
                                absl::Time target, const std::function<bool()>& expired,
                                const std::function<void()>& pause) {
  int64_t total = 0;
  for (;;) {
    JISSHO_ASSIGN_OR_RETURN(int64_t done, Settle(processes, now, expired, pause));
    total += done;
    if (now >= target) return total;
    JISSHO_ASSIGN_OR_RETURN(Sum sum, AskAll(processes));
    now = std::max(now, std::min(target, sum.next_due.value_or(target)));
  }
}

}  // namespace jissho::runtime
