// Threads and the waiting of one for another, injected like the clocks, so that a simulation can run
// everything in one thread and decide itself who goes on when.
//
// Only what waits goes through here. Data that is merely shared is guarded by std::mutex, which nobody may
// hold while he calls a database, another service, or anything else that takes time; Condition::Wait is the
// one place where a lock is given up.
#ifndef JISSHO_WORKFLOW_BASE_THREADS_H_
#define JISSHO_WORKFLOW_BASE_THREADS_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace jissho {

// A running thread.
class Thread {
 public:
  virtual ~Thread() = default;
  // Waits until its body has returned. Exactly once, before the end of this object.
  virtual void Join() = 0;
};

// std::condition_variable, with the predicate compulsory.
class Condition {
 public:
  virtual ~Condition() = default;
  // Until `ready` or until `timeout` (absl::InfiniteDuration(): as long as it takes) has passed. What `ready`
  // says then. `lock` is held on entry and return, and whenever `ready` is asked.
  virtual bool Wait(std::unique_lock<std::mutex>& lock, absl::Duration timeout,
                    absl::FunctionRef<bool()> ready) = 0;
  virtual void NotifyOne() = 0;
  virtual void NotifyAll() = 0;
};

// Thread-safe.
class Threads {
 public:
  virtual ~Threads() = default;
  virtual std::unique_ptr<Thread> Start(std::function<void()> body) = 0;
  // The same, but where processors are short the thread gets half as much of them as one of Start: for work
  // that must not keep those from their turn who take or refuse more of it.
  virtual std::unique_ptr<Thread> StartBehind(std::function<void()> body) { return Start(std::move(body)); }
  virtual std::unique_ptr<Condition> MakeCondition() = 0;
};

// The operating system's.
Threads& SystemThreads();

// A value that one thread leaves for another. Thread-safe; share it where the taker may give up first.
template <class T>
class Handover {
 public:
  explicit Handover(Threads* threads) : filled_(threads->MakeCondition()) {}

  // Once.
  void Give(T value) {
    // Under the lock to its end: whoever is woken may destroy this object.
    std::lock_guard lock(mutex_);
    value_ = std::move(value);
    filled_->NotifyAll();
  }
  // Empty when nothing was given in time. Once.
  std::optional<T> Take(absl::Duration timeout) {
    std::unique_lock lock(mutex_);
    filled_->Wait(lock, timeout, [this] { return value_.has_value(); });
    return std::move(value_);
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Condition> filled_;
  std::optional<T> value_;
};

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_THREADS_H_
