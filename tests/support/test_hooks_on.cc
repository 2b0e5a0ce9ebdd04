#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include "tests/support/test_hooks.h"

namespace jissho {
namespace {

std::atomic<Bug> planted = Bug::kNone;

// What DieAt or the environment asked for, and what was passed.
struct Points {
  Points() {
    if (std::getenv("JISSHO_FAULT_POINTS") != nullptr) std::atexit(Tell);
    const char* const wish = std::getenv("JISSHO_FAULT_AT");
    if (wish == nullptr) return;
    const std::string text = wish;
    const size_t colon = text.rfind(':');
    deadly = text.substr(0, colon);
    left = colon == std::string::npos ? 1 : std::atoi(text.c_str() + colon + 1);
  }

  static void Tell() {
    std::ofstream out(std::getenv("JISSHO_FAULT_POINTS"));
    for (const auto& [name, times] : testing::PointsPassed()) out << name << " " << times << "\n";
  }

  std::mutex mutex;
  std::string deadly;
  int left = 0;
  std::map<std::string, int64_t> passed;
};

struct Transitions {
  std::mutex mutex;
  std::set<std::pair<std::string, int>> taken;
};

Transitions& AllTransitions() {
  static Transitions& transitions = *new Transitions;
  return transitions;
}

Points& AllPoints() {
  static Points& points = *new Points;
  return points;
}

}  // namespace

bool IsPlanted(Bug bug) { return planted.load(std::memory_order_relaxed) == bug; }

void Reach(const char* point) {
  Points& points = AllPoints();
  std::lock_guard lock(points.mutex);
  ++points.passed[point];
  if (points.deadly != point || --points.left > 0) return;
  kill(getpid(), SIGKILL);
}

void Take(const std::string& chart, int transition) {
  Transitions& transitions = AllTransitions();
  std::lock_guard lock(transitions.mutex);
  transitions.taken.emplace(chart, transition);
}

namespace testing {

const std::vector<PlantedBug>& PlantedBugs() {
  static const std::vector<PlantedBug> bugs = {
      {Bug::kCommandNotRecorded, "command-not-recorded", Layer::kSimulation},
      {Bug::kRequestHashIgnored, "request-hash-ignored", Layer::kSimulation},
      {Bug::kCallerNotInKey, "caller-not-in-key", Layer::kSimulation},
      {Bug::kRefusalDropped, "refusal-dropped", Layer::kSimulation},
      {Bug::kCommitFailureIgnored, "commit-failure-ignored", Layer::kSimulation},
      {Bug::kSecondWriteLost, "second-write-lost", Layer::kSimulation},
      {Bug::kStaleView, "stale-view", Layer::kSimulation},
      {Bug::kFailedActKeepsWrites, "failed-act-keeps-writes", Layer::kSimulation},
      {Bug::kReadModifyWrite, "read-modify-write", Layer::kMariaDb},
      {Bug::kTwoTransactions, "two-transactions", Layer::kSimulation},
      {Bug::kKeyNotUnique, "key-not-unique", Layer::kMariaDb},
      {Bug::kForgottenBeforeSent, "forgotten-before-sent", Layer::kSimulation},
      {Bug::kRefusedEventForgotten, "refused-event-forgotten", Layer::kSimulation},
      {Bug::kRepeatedEventApplied, "repeated-event-applied", Layer::kSimulation},
      {Bug::kEventsOutOfOrder, "events-out-of-order", Layer::kSimulation},
      {Bug::kOutboxByCursor, "outbox-by-cursor", Layer::kSimulation},
      {Bug::kTimerFiredTwice, "timer-fired-twice", Layer::kSimulation},
      {Bug::kFenceForgotten, "fence-forgotten", Layer::kProcesses},
      {Bug::kJournalNotChained, "journal-not-chained", Layer::kSimulation},
      {Bug::kFourEyesForgotten, "four-eyes-forgotten", Layer::kSimulation},
      {Bug::kSyncSkipped, "sync-skipped", Layer::kSimulation},
      {Bug::kRetryChangesId, "retry-changes-id", Layer::kSimulation},
      {Bug::kDeadlineNotChecked, "deadline-not-checked", Layer::kSimulation},
      {Bug::kInterestNotChecked, "interest-not-checked", Layer::kSimulation},
      {Bug::kBalanceForgotten, "balance-forgotten", Layer::kSimulation},
  };
  return bugs;
}

void Plant(Bug bug) { planted = bug; }

void DieAt(const std::string& point, int nth) {
  Points& points = AllPoints();
  std::lock_guard lock(points.mutex);
  points.deadly = point;
  points.left = nth;
}

std::map<std::string, int64_t> PointsPassed() {
  Points& points = AllPoints();
  std::lock_guard lock(points.mutex);
  return points.passed;
}

std::set<std::pair<std::string, int>> TransitionsTaken() {
  Transitions& transitions = AllTransitions();
  std::lock_guard lock(transitions.mutex);
  return transitions.taken;
}

void ForgetTransitions() {
  Transitions& transitions = AllTransitions();
  std::lock_guard lock(transitions.mutex);
  transitions.taken.clear();
}

}  // namespace testing
}  // namespace jissho
