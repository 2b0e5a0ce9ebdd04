// Threads that run acts: `lanes` of them, each with its own database session. Acts of one partition always go
// to the same lane and so run one after another, in the order in which they came. A lane takes all that waits
// at the moment it is free, up to `batch_max`, and never lingers for more.
//
// Nobody waits long: an act that would have to wait longer than `wait_max`, as its lane has worked lately, is
// refused at once, and the last fifth of that time is kept for urgent acts. So a server that is asked for
// more than it can do answers what it takes as fast as ever. One batch, or kWaitAlways acts, may always wait.
//
// Threading: thread-safe. Submit never blocks; `done` is called from a lane's thread, after the commit.
#ifndef JISSHO_WORKFLOW_ACT_EXECUTOR_H_
#define JISSHO_WORKFLOW_ACT_EXECUTOR_H_

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "workflow/act/batch_runner.h"
#include "workflow/base/clock.h"
#include "workflow/base/threads.h"
#include "workflow/base/wait_estimate.h"
#include "workflow/storage/session.h"

namespace jissho::act {

struct ExecutorOptions {
  int lanes = 1;         // SQLite has one writer: 1
  int batch_max = 1;     // acts in one transaction
  int queue_max = 1024;  // acts waiting, all lanes together
  absl::Duration wait_max = absl::Milliseconds(50);
};

struct ExecutorStatistics {
  int64_t batches = 0;
  int64_t acts = 0;
  int64_t waiting = 0;
};

class Executor {
 public:
  static constexpr int kWaitAlways = 8;  // in a lane; twice as many when they are urgent

  // `on_messages` is called from a lane's thread when a transaction has left something for the pump.
  Executor(ExecutorOptions options, const Environment* environment, storage::Pool* pool,
           const CalendarClock* calendar, const MonotonicClock* monotonic, Threads* threads,
           std::function<void()> on_messages);
  ~Executor();

  void Start();
  // Refuses new acts, finishes those that wait for at most `drain`, refuses the rest.
  void Stop(absl::Duration drain);

  // RESOURCE_EXHAUSTED (QUEUE_FULL) at once when too many wait; UNAVAILABLE (STOPPING) after Stop.
  void Submit(Act act, Done done);
  // False when Submit would refuse whatever came, so that nobody need prepare an act.
  bool HasRoom(bool urgent) const;
  // Submit and wait, as urgent; for the pumps, never from a lane.
  absl::StatusOr<std::string> Run(Act act);

  ExecutorStatistics statistics() const;

 private:
  struct Item {
    Act act;
    Done done;
  };
  struct Lane {
    std::deque<Item> queue;
    int running = 0;
    WaitEstimate wait;
    std::unique_ptr<Condition> filled;
    std::unique_ptr<Thread> thread;
  };

  void Work(Lane& lane);
  bool HasRoomLocked(const Lane& lane, bool urgent) const;
  std::vector<Item> Take(Lane& lane);  // blocks; empty means stop
  // How many were begun.
  int RunItems(storage::Session& session, BatchRunner& runner, std::vector<Item> items);

  const ExecutorOptions options_;
  const Environment* environment_;
  storage::Pool* pool_;
  const CalendarClock* calendar_;
  const MonotonicClock* monotonic_;
  Threads* threads_;
  std::function<void()> on_messages_;
  mutable std::mutex mutex_;
  std::unique_ptr<Condition> idle_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  int waiting_ = 0;
  int running_ = 0;
  bool stopping_ = false;
  bool aborting_ = false;
  ExecutorStatistics statistics_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_EXECUTOR_H_
