// A bounded set of threads for work that blocks, so that gRPC's own few threads never do.
//
// Every service has its own: a handler that waits for another service in the same process must not take the
// thread that the other one needs.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_WORK_QUEUE_H_
#define JISSHO_SERVICES_RUNTIME_RPC_WORK_QUEUE_H_

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "workflow/base/threads.h"

namespace jissho::runtime {

// Lower runs first. Payments and approvals, other acts, reads, exports.
enum class Rank { kHigh = 0, kAct = 1, kRead = 2, kLow = 3 };
inline constexpr size_t kRanks = 4;

class WorkQueue {
 public:
  // `threads` from 1; `waiting_max` entries may wait, exports only while the queue is less than half full.
  WorkQueue(int threads, int waiting_max, Threads* source = &SystemThreads());
  // Stops.
  ~WorkQueue();

  // False when full or stopped; then `work` is not taken.
  bool Post(Rank rank, std::function<void()> work);

  // Takes no more, finishes what waits, joins the threads. Not to be called from work.
  void Stop();

  size_t waiting() const;

 private:
  void Run();
  size_t WaitingLocked() const;

  const size_t waiting_max_;
  mutable std::mutex mutex_;
  std::unique_ptr<Condition> wake_;
  std::array<std::deque<std::function<void()>>, kRanks> queues_;
  bool stopped_ = false;
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_WORK_QUEUE_H_
