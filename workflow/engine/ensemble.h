// Sessions in memory under a virtual clock: a chart with all that it invokes, sends to itself and waits for.
//
// For trying charts out, for conformance and property tests. What is in service runs on the act executor
// (workflow/act), which keeps the same things in a database; both follow engine/route.h.
// Threading: one thread. The same calls give the same run.
#ifndef JISSHO_WORKFLOW_ENGINE_ENSEMBLE_H_
#define JISSHO_WORKFLOW_ENGINE_ENSEMBLE_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "workflow/base/working_days.h"
#include "workflow/engine/machine.h"

namespace jissho::engine {

struct EnsembleOptions {
  // After every macrostep all that a session is goes through its stored form.
  bool amnesia = false;
  DataModelFactory data_models = MakeServiceDataModel;
  // The text of a document that an <invoke src> names.
  std::function<absl::StatusOr<std::string>(const std::string& src)> load;
  // Told of every effect, in order.
  std::function<void(const std::string& session_id, const Effect&)> host;
  bool accept_other_types = false;  // kSend of types that are not SCXML's
  absl::Time start;                 // the virtual clock's first moment, which `at` of a <send> counts by
  const WorkingDays* working_days = nullptr;  // for sends in business days; null: they fail
};

class Ensemble {
 public:
  // After a macrostep: which session, what it had heard (null at the start), what came of it.
  using Observer = std::function<void(const std::string& session_id, const Event* event, const StepResult&)>;

  explicit Ensemble(EnsembleOptions options) : options_(std::move(options)), now_(options_.start) {}

  void set_observer(Observer observer) { observer_ = std::move(observer); }

  // The id of the new session. Runs its first macrostep, and nothing that follows.
  absl::StatusOr<std::string> Start(std::shared_ptr<const Machine> machine, const InitialData& data = {});
  void Post(const std::string& session_id, Event event);

  // Works all queues off, one event a macrostep, sessions in turn; the clock stands still. ENGINE_ENDLESS
  // after `steps_max` macrosteps.
  absl::Status Settle(int steps_max = 100'000);
  // Moves the clock to every due time on the way, settling at each.
  absl::Status Advance(absl::Duration by);
  // When the next timer falls due; InfiniteFuture when none waits.
  absl::Time NextDue() const;

  struct Timer {
    absl::Time due;
    std::string session_id, send_id, event;
  };
  std::vector<Timer> Timers() const;  // by due time

  const Snapshot& snapshot(const std::string& session_id) const { return sessions_.at(session_id).snapshot; }
  const Machine& machine(const std::string& session_id) const { return *sessions_.at(session_id).machine; }
  bool finished(const std::string& session_id) const { return sessions_.at(session_id).snapshot.finished; }
  absl::Time now() const { return now_; }
  int64_t macrosteps() const { return macrosteps_; }

 private:
  struct Session {
    std::shared_ptr<const Machine> machine;
    Snapshot snapshot;
    std::string parent, invoke_id;                // empty for one that nobody invoked
    std::map<std::string, std::string> children;  // invoke id -> session id
    std::deque<Event> queue;
    InitialData initial_data;
    bool started = false;
    bool cancelled = false;  // is to be
  };
  struct Pending {
    Timer timer;
    Effect send;
  };

  std::string Add(Session session);
  SessionInfo InfoOf(const std::string& id);
  std::string Refuse(const std::string& id, const Effect& effect);
  absl::StatusOr<std::shared_ptr<const Machine>> MachineFor(const Effect& invoke);
  absl::StatusOr<bool> RunOne(const std::string& id);
  absl::Status Keep(const std::string& id, const Event* event, absl::StatusOr<StepResult> step);
  void Carry(const std::string& id, const Effect& effect);
  void Deliver(const std::string& sender, const Effect& send);
  void Finish(const std::string& id, const Value& done_data);

  EnsembleOptions options_;
  Observer observer_;
  absl::Time now_;
  std::map<std::string, Session> sessions_;
  std::vector<std::string> order_;  // sessions as they were made
  std::map<std::pair<absl::Time, int64_t>, Pending> timers_;
  int64_t next_timer_ = 0;
  int64_t macrosteps_ = 0;
  std::map<std::string, std::shared_ptr<const Machine>> compiled_;  // by text
};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_ENSEMBLE_H_
