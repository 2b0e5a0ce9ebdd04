#include "workflow/base/threads.h"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <thread>

namespace jissho {
namespace {

// An infinite wait overflows the library's arithmetic; whoever is woken without cause waits again.
constexpr absl::Duration kWaitMax = absl::Hours(24);
// Steps of niceness, each a fifth less of a contended processor.
constexpr int kBehind = 3;

class SystemThread final : public Thread {
 public:
  explicit SystemThread(std::function<void()> body) : thread_(std::move(body)) {}
  void Join() override { thread_.join(); }

 private:
  std::thread thread_;
};

class SystemCondition final : public Condition {
 public:
  bool Wait(std::unique_lock<std::mutex>& lock, absl::Duration timeout,
            absl::FunctionRef<bool()> ready) override {
    if (timeout != absl::InfiniteDuration())
      return variable_.wait_for(lock, absl::ToChronoNanoseconds(std::min(timeout, kWaitMax)), ready);
    variable_.wait(lock, ready);
    return true;
  }
  void NotifyOne() override { variable_.notify_one(); }
  void NotifyAll() override { variable_.notify_all(); }

 private:
  std::condition_variable variable_;
};

class OperatingSystem final : public Threads {
 public:
  std::unique_ptr<Thread> Start(std::function<void()> body) override {
    return std::make_unique<SystemThread>(std::move(body));
  }
  std::unique_ptr<Thread> StartBehind(std::function<void()> body) override {
    return Start([body = std::move(body)] {
      // Linux takes "this process" for this thread. Anybody may give way, so this cannot fail for a reason
      // that matters.
      setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + kBehind);
      body();
    });
  }
  std::unique_ptr<Condition> MakeCondition() override { return std::make_unique<SystemCondition>(); }
};

}  // namespace

Threads& SystemThreads() {
  static OperatingSystem threads;
  return threads;
}

}  // namespace jissho
