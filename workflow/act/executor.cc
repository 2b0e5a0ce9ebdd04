#include "workflow/act/executor.h"

#include <algorithm>
#include <utility>

#include "workflow/act/reasons.h"
#include "workflow/base/hash.h"

namespace jissho::act {

namespace {

constexpr absl::Duration kRetryAfterFull = absl::Milliseconds(250);
constexpr double kOrdinaryShare = 0.8;  // of the wait that is allowed
constexpr absl::Duration kSessionWait = absl::Seconds(1);

// A stable spread: the standard library's hash may differ from build to build.
size_t LaneOf(const std::string& partition, size_t lanes) {
  uint64_t hash = 1469598103934665603ull;
  for (unsigned char c : partition) hash = (hash ^ c) * 1099511628211ull;
  return hash % lanes;
}

}  // namespace

Executor::Executor(ExecutorOptions options, const Environment* environment, storage::Pool* pool,
                   const CalendarClock* calendar, const MonotonicClock* monotonic, Threads* threads,
                   std::function<void()> on_messages)
    : options_(options),
      environment_(environment),
      pool_(pool),
      calendar_(calendar),
      monotonic_(monotonic),
      threads_(threads),
      on_messages_(std::move(on_messages)),
      idle_(threads->MakeCondition()) {
  for (int i = 0; i < options_.lanes; ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    lanes_.back()->filled = threads->MakeCondition();
  }
}

Executor::~Executor() { Stop(absl::ZeroDuration()); }

void Executor::Start() {
  for (auto& lane : lanes_) {
    // Behind the threads that read calls: else a server that is asked for far more than it can do is too busy
    // working to refuse, and calls wait unread.
    lane->thread = threads_->StartBehind([this, &lane = *lane] { Work(lane); });
  }
}

void Executor::Stop(absl::Duration drain) {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    idle_->Wait(lock, drain, [this] { return waiting_ == 0 && running_ == 0; });
    aborting_ = true;
    for (auto& lane : lanes_) lane->filled->NotifyAll();
  }
  for (auto& lane : lanes_) {
    if (lane->thread) std::exchange(lane->thread, nullptr)->Join();
  }
  std::vector<Item> left;
  {
    std::lock_guard lock(mutex_);
    for (auto& lane : lanes_) {
      for (Item& item : lane->queue) left.push_back(std::move(item));
      lane->queue.clear();
    }
    waiting_ = 0;
  }
  for (Item& item : left) item.done(MakeError(kStopping));
}

void Executor::Submit(Act act, Done done) {
  absl::Status refusal;
  {
    std::lock_guard lock(mutex_);
    Lane& lane = *lanes_[LaneOf(act.partition, lanes_.size())];
    if (stopping_) {
      refusal = WithRetryAfter(MakeError(kStopping), absl::Seconds(1));
    } else if (!HasRoomLocked(lane, act.urgent)) {
      refusal = WithRetryAfter(MakeError(kQueueFull), kRetryAfterFull);
    } else {
      lane.queue.push_back({std::move(act), std::move(done)});
      ++waiting_;
      lane.filled->NotifyOne();
      return;
    }
  }
  done(refusal);
}

bool Executor::HasRoomLocked(const Lane& lane, bool urgent) const {
  if (waiting_ >= options_.queue_max) return false;
  const int waiting = static_cast<int>(lane.queue.size());
  const int always = std::max(options_.batch_max, kWaitAlways) * (urgent ? 2 : 1);
  if (waiting < always) return true;
  return lane.wait.Behind(waiting + lane.running) < options_.wait_max * (urgent ? 1.0 : kOrdinaryShare);
}

bool Executor::HasRoom(bool urgent) const {
  std::lock_guard lock(mutex_);
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [&](const auto& lane) { return HasRoomLocked(*lane, urgent); });
}

absl::StatusOr<std::string> Executor::Run(Act act) {
  act.urgent = true;
  Handover<absl::StatusOr<std::string>> answer(threads_);
  Submit(std::move(act), [&answer](absl::StatusOr<std::string> outcome) { answer.Give(std::move(outcome)); });
  return *answer.Take(absl::InfiniteDuration());
}

ExecutorStatistics Executor::statistics() const {
  std::lock_guard lock(mutex_);
  ExecutorStatistics statistics = statistics_;
  statistics.waiting = waiting_;
  return statistics;
}

std::vector<Executor::Item> Executor::Take(Lane& lane) {
  std::unique_lock lock(mutex_);
  lane.filled->Wait(lock, absl::InfiniteDuration(), [&] { return aborting_ || !lane.queue.empty(); });
  std::vector<Item> items;
  if (aborting_) return items;
  while (!lane.queue.empty() && static_cast<int>(items.size()) < options_.batch_max) {
    if (lane.queue.front().act.alone && !items.empty()) break;
    const bool alone = lane.queue.front().act.alone;
    items.push_back(std::move(lane.queue.front()));
    lane.queue.pop_front();
    if (alone) break;
  }
  lane.running = static_cast<int>(items.size());
  waiting_ -= static_cast<int>(items.size());
  running_ += static_cast<int>(items.size());
  return items;
}

int Executor::RunItems(storage::Session& session, BatchRunner& runner, std::vector<Item> items) {
  std::vector<const Act*> acts;
  std::vector<Item*> chosen;
  const absl::Duration now = monotonic_->Elapsed();
  for (Item& item : items) {
    if (item.act.expires < now) {
      item.done(MakeError(kExpired));
      continue;
    }
    acts.push_back(&item.act);
    chosen.push_back(&item);
  }
  if (acts.empty()) return 0;
  auto outcomes = runner.Run(session, acts);
  {
    std::lock_guard lock(mutex_);
    ++statistics_.batches;
    statistics_.acts += static_cast<int64_t>(acts.size());
  }
  for (size_t i = 0; i < chosen.size(); ++i) chosen[i]->done(std::move(outcomes[i]));
  if (runner.TakeMessagesFlag()) on_messages_();
  return static_cast<int>(acts.size());
}

void Executor::Work(Lane& lane) {
  // Doubles from 2 ms to half a second: a deadlock clears at once, a database takes seconds to come back.
  BatchRunner runner(environment_, calendar_, [this, &lane](int attempt) {
    std::unique_lock lock(mutex_);
    lane.filled->Wait(lock, absl::Milliseconds(std::min(500, 1 << std::min(attempt, 9))),
                      [this] { return aborting_; });
  });
  while (true) {
    std::vector<Item> items = Take(lane);
    if (items.empty()) return;
    const int count = static_cast<int>(items.size());
    int begun = count;
    const absl::Duration started = monotonic_->Elapsed();
    auto lease = pool_->Acquire(kSessionWait);
    if (lease.ok()) {
      begun = RunItems(**lease, runner, std::move(items));
    } else {
      for (Item& item : items) item.done(lease.status());
    }
    const absl::Duration took = monotonic_->Elapsed() - started;
    std::lock_guard lock(mutex_);
    if (begun > 0) lane.wait.Served(begun, took);
    lane.running = 0;
    running_ -= count;
    if (waiting_ == 0 && running_ == 0) idle_->NotifyAll();
  }
}

}  // namespace jissho::act
