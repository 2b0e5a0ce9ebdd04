#include "tests/simulation/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tests/simulation/require.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define JISSHO_FIBERS_UNDER_ASAN 1
#endif

namespace jissho::simulation {
namespace {

#ifdef JISSHO_FIBERS_UNDER_ASAN
constexpr size_t kStackBytes = 1 << 20;  // frames are several times as large
#else
constexpr size_t kStackBytes = 256 << 10;
#endif

// The C++ runtime's record of the exceptions that a thread is handling, as the Itanium ABI lays it down
// (2.2.2).
struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

// Whose fiber begins: makecontext passes nothing that is as wide as a pointer.
Scheduler* entering = nullptr;

ExceptionState& CurrentExceptions() { return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals()); }

}  // namespace

struct Scheduler::Fiber {
  ~Fiber() {
    if (stack != nullptr) munmap(stack, kStackBytes + page);
  }

  // Its own function: what getcontext returns from twice must hold nothing that is destroyed.
  void Prepare() {
    Require(getcontext(&context) == 0, "a context could not be made");
    context.uc_stack.ss_sp = stack + page;
    context.uc_stack.ss_size = kStackBytes;
    context.uc_link = nullptr;
    makecontext(&context, &Scheduler::Enter, 0);
  }

  ucontext_t context;
  char* stack = nullptr;  // begins with a page that may not be touched
  size_t page = 0;
  std::function<void()> body;
  ExceptionState exceptions;
  void* asan = nullptr;  // the sanitizer's own record of this stack, and where it lies
  const void* bottom = nullptr;
  size_t bytes = 0;
  int64_t number = 0;
  absl::Duration wake = absl::InfiniteDuration();
  bool parked = false;
  bool finished = false;
};

Scheduler::Scheduler(Random* random) : random_(random), main_(std::make_unique<Fiber>()) {}

Scheduler::~Scheduler() { Require(alive_ == 0, "fibers are left behind"); }

Scheduler::Fiber* Scheduler::Make(std::function<void()> body) {
  std::unique_ptr<Fiber> fiber;
  if (idle_.empty()) {
    fiber = std::make_unique<Fiber>();
    fiber->page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void* const memory = mmap(nullptr, kStackBytes + fiber->page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    Require(memory != MAP_FAILED, "no memory for a stack");
    Require(mprotect(memory, fiber->page, PROT_NONE) == 0, "a context could not be made");
    fiber->stack = static_cast<char*>(memory);
    fiber->bottom = fiber->stack + fiber->page;
    fiber->bytes = kStackBytes;
  } else {
    fiber = std::move(idle_.back());
    idle_.pop_back();
  }
  fiber->body = std::move(body);
  fiber->number = ++numbered_;
  fiber->exceptions = {};
  fiber->asan = nullptr;
  fiber->finished = false;
  fiber->Prepare();
  ++alive_;
  Fiber* const made = fiber.release();
  made->parked = true;
  MakeReady(made);
  return made;
}

void Scheduler::Enter() {
  Scheduler* const scheduler = entering;
#ifdef JISSHO_FIBERS_UNDER_ASAN
  // Whoever switches to a new fiber is the thread itself; its stack is known from here on.
  __sanitizer_finish_switch_fiber(nullptr, &scheduler->main_->bottom, &scheduler->main_->bytes);
#endif
  Fiber* const self = scheduler->current_;
  self->body();
  self->body = nullptr;
  self->finished = true;
  scheduler->Finish(self);
}

void Scheduler::Finish(Fiber* fiber) {
  --alive_;
  idle_.emplace_back(fiber);
  Switch(main_.get());
  Require(false, "a finished fiber went on");
}

void Scheduler::Switch(Fiber* to) {
  Fiber* const from = current_ == nullptr ? main_.get() : current_;
  from->exceptions = CurrentExceptions();
  current_ = to == main_.get() ? nullptr : to;
  entering = this;
  ++switches_;
#ifdef JISSHO_FIBERS_UNDER_ASAN
  __sanitizer_start_switch_fiber(from->finished ? nullptr : &from->asan, to->bottom, to->bytes);
#endif
  CurrentExceptions() = to->exceptions;
  Require(swapcontext(&from->context, &to->context) == 0, "a context could not be made");
#ifdef JISSHO_FIBERS_UNDER_ASAN
  __sanitizer_finish_switch_fiber(from->asan, nullptr, nullptr);
#endif
}

void Scheduler::MakeReady(Fiber* fiber) {
  if (!std::exchange(fiber->parked, false)) return;
  if (fiber->wake != absl::InfiniteDuration()) {
    sleeping_.erase(std::remove(sleeping_.begin(), sleeping_.end(), fiber), sleeping_.end());
    fiber->wake = absl::InfiniteDuration();
  }
  ready_.push_back(fiber);
}

void Scheduler::Park(absl::Duration wake) {
  Fiber* const self = current_;
  Require(self != nullptr, "only a fiber can wait");
  self->parked = true;
  self->wake = wake;
  if (wake != absl::InfiniteDuration()) sleeping_.push_back(self);
  Switch(main_.get());
}

bool Scheduler::WakeEarliest() {
  if (sleeping_.empty()) return false;
  Fiber* const first =
      *std::min_element(sleeping_.begin(), sleeping_.end(), [](const Fiber* a, const Fiber* b) {
        return a->wake != b->wake ? a->wake < b->wake : a->number < b->number;
      });
  now_ = std::max(now_, first->wake);
  MakeReady(first);
  return true;
}

bool Scheduler::RunUntil(absl::FunctionRef<bool()> done) {
  Require(current_ == nullptr, "RunUntil within a fiber");
  while (!done()) {
    if (ready_.empty() && !WakeEarliest()) return false;
    const size_t at = random_->Below(ready_.size());
    Fiber* const next = ready_[at];
    ready_[at] = ready_.back();
    ready_.pop_back();
    Switch(next);
  }
  return true;
}

void Scheduler::Yield() {
  Fiber* const self = current_;
  Require(self != nullptr, "only a fiber can give way");
  self->parked = true;
  MakeReady(self);
  Switch(main_.get());
}

void Scheduler::Sleep(absl::Duration duration) { Park(now_ + std::max(absl::ZeroDuration(), duration)); }

void Scheduler::Spawn(std::function<void()> body) { Make(std::move(body)); }

// A condition whose waiters are fibers.
class FiberCondition final : public Condition {
 public:
  explicit FiberCondition(Scheduler* scheduler) : scheduler_(scheduler) {}
  ~FiberCondition() override { Require(waiters_.empty(), "somebody waits for what is destroyed"); }

  bool Wait(std::unique_lock<std::mutex>& lock, absl::Duration timeout,
            absl::FunctionRef<bool()> ready) override {
    const absl::Duration until = scheduler_->Elapsed() + std::max(absl::ZeroDuration(), timeout);
    while (!ready()) {
      if (scheduler_->Elapsed() >= until) return false;
      waiters_.push_back(scheduler_->current_);
      lock.unlock();
      scheduler_->Park(until);
      waiters_.erase(std::remove(waiters_.begin(), waiters_.end(), scheduler_->current_), waiters_.end());
      lock.lock();
    }
    return true;
  }
  void NotifyOne() override {
    if (waiters_.empty()) return;
    const auto waiter =
        waiters_.begin() + static_cast<std::ptrdiff_t>(scheduler_->random_->Below(waiters_.size()));
    scheduler_->MakeReady(*waiter);
    waiters_.erase(waiter);
  }
  void NotifyAll() override {
    for (Scheduler::Fiber* waiter : std::exchange(waiters_, {})) scheduler_->MakeReady(waiter);
  }

 private:
  Scheduler* const scheduler_;
  std::vector<Scheduler::Fiber*> waiters_;
};

class Scheduler::Joined final : public Thread {
 public:
  Joined(Scheduler* scheduler, std::function<void()> body) : returned_(scheduler->MakeCondition()) {
    scheduler->Make([this, body = std::move(body)] {
      body();
      done_ = true;
      returned_->NotifyAll();
    });
  }
  void Join() override {
    std::unique_lock lock(mutex_);
    returned_->Wait(lock, absl::InfiniteDuration(), [this] { return done_; });
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Condition> returned_;
  bool done_ = false;
};

std::unique_ptr<Thread> Scheduler::Start(std::function<void()> body) {
  return std::make_unique<Joined>(this, std::move(body));
}

std::unique_ptr<Condition> Scheduler::MakeCondition() { return std::make_unique<FiberCondition>(this); }

}  // namespace jissho::simulation
