// Fibers: what the product runs as threads, run here one after another in a single thread, on a virtual
// monotonic clock. Whoever waits gives way to another that is drawn from the seed, so the seed decides every
// interleaving.
//
// A fiber gives way only where it waits (Condition::Wait, Sleep, Yield). When nobody can go on, the clock
// jumps to the earliest moment somebody waits for. Exceptions in flight belong to their fiber.
#ifndef JISSHO_TESTS_SIMULATION_FIBER_H_
#define JISSHO_TESTS_SIMULATION_FIBER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "tests/simulation/random.h"
#include "workflow/base/clock.h"
#include "workflow/base/threads.h"

namespace jissho::simulation {

// Not thread-safe: everything happens in the thread that calls Run.
class Scheduler : public Threads, public MonotonicClock {
 public:
  // `random` outlives the scheduler.
  explicit Scheduler(Random* random);
  // No fiber may be left.
  ~Scheduler() override;

  // Threads.
  std::unique_ptr<Thread> Start(std::function<void()> body) override;
  std::unique_ptr<Condition> MakeCondition() override;
  // MonotonicClock.
  absl::Duration Elapsed() const override { return now_; }

  // From a fiber: lets others go first.
  void Yield();
  void Sleep(absl::Duration duration);

  // A fiber that nobody joins.
  void Spawn(std::function<void()> body);

  // Runs fibers until `done` (asked before every switch), or until no fiber can ever go on again: false.
  bool RunUntil(absl::FunctionRef<bool()> done);

  // True in a fiber, false in the thread's own context, where nobody can wait.
  bool in_fiber() const { return current_ != nullptr; }
  int64_t switches() const { return switches_; }
  // Fibers that have not returned.
  int alive() const { return alive_; }

 private:
  friend class FiberCondition;
  struct Fiber;
  class Joined;

  Fiber* Make(std::function<void()> body);
  void Switch(Fiber* to);
  // Gives way until it is made ready or until `wake`.
  void Park(absl::Duration wake);
  void MakeReady(Fiber* fiber);
  void Finish(Fiber* fiber);
  // The earliest moment that a parked fiber waits for; false when there is none.
  bool WakeEarliest();
  static void Enter();

  Random* const random_;
  absl::Duration now_;
  std::vector<Fiber*> ready_;
  std::vector<Fiber*> sleeping_;              // parked ones with a time
  std::vector<std::unique_ptr<Fiber>> idle_;  // finished ones, whose stacks are used again
  std::unique_ptr<Fiber> main_;
  Fiber* current_ = nullptr;
  int64_t numbered_ = 0;
  int64_t switches_ = 0;
  int alive_ = 0;
};

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_FIBER_H_
