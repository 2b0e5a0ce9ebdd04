#include "services/runtime/rpc/work_queue.h"

#include <algorithm>
#include <utility>

namespace jissho::runtime {

WorkQueue::WorkQueue(int threads, int waiting_max, Threads* source)
    : waiting_max_(std::max(1, waiting_max)), wake_(source->MakeCondition()) {
  for (int i = 0; i < std::max(1, threads); ++i) threads_.push_back(source->Start([this] { Run(); }));
}

WorkQueue::~WorkQueue() { Stop(); }

bool WorkQueue::Post(Rank rank, std::function<void()> work) {
  {
    std::lock_guard lock(mutex_);
    const size_t limit = rank == Rank::kLow ? std::max<size_t>(1, waiting_max_ / 2) : waiting_max_;
    if (stopped_ || WaitingLocked() >= limit) return false;
    queues_[static_cast<size_t>(rank)].push_back(std::move(work));
  }
  wake_->NotifyOne();
  return true;
}

void WorkQueue::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_->NotifyAll();
  for (auto& thread : std::exchange(threads_, {})) thread->Join();
}

size_t WorkQueue::waiting() const {
  std::lock_guard lock(mutex_);
  return WaitingLocked();
}

size_t WorkQueue::WaitingLocked() const {
  size_t sum = 0;
  for (const auto& queue : queues_) sum += queue.size();
  return sum;
}

void WorkQueue::Run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      wake_->Wait(lock, absl::InfiniteDuration(), [this] { return stopped_ || WaitingLocked() > 0; });
      auto queue = std::find_if(queues_.begin(), queues_.end(), [](const auto& q) { return !q.empty(); });
      if (queue == queues_.end()) return;
      work = std::move(queue->front());
      queue->pop_front();
    }
    work();
  }
}

}  // namespace jissho::runtime
