// One service's engine room: its charts, its executor and its pump over one database.
//
// Threading: thread-safe once created. Create → Start → … → Stop. In a simulation Start is never called: acts
// run through RunHere and the pump through Pump, on the caller's thread.
#ifndef JISSHO_WORKFLOW_ACT_SERVICE_H_
#define JISSHO_WORKFLOW_ACT_SERVICE_H_

#include <memory>
#include <mutex>
#include <string>

#include "workflow/act/executor.h"
#include "workflow/act/incident.h"
#include "workflow/act/migration.h"
#include "workflow/act/pump.h"
#include "workflow/base/threads.h"
#include "workflow/storage/migration.h"

namespace jissho::act {

struct ServiceOptions {
  std::string service;  // "intake"
  // A name of this start of the process, unlike that of any other on the same database; for the claims on
  // timers. Empty: there is no other.
  std::string process = "";
  std::string municipality;                 // local government code
  std::string progress_receiver = "cases";  // who keeps the cases' history; empty: nobody
  ExecutorOptions executor;
  ChartRules charts = {};
  // For charts with due times in business days, which fail (CHART_ERROR) where it is null. Outlives the
  // service.
  const WorkingDays* working_days = nullptr;
  int migration_batch = kMigrationBatch;  // instances moved to a new chart version in one transaction
  // Told of every new incident, from the pump's thread; for the log. May be empty.
  std::function<void(const IncidentRow&)> on_incident = nullptr;
  // Told that a round of the pump met something that it could not even park, from the pump's thread and once
  // for as long as it is the same; it is tried again. For the log. May be empty.
  std::function<void(const absl::Status&)> on_trouble = nullptr;
  Threads* threads = &SystemThreads();
  // Of <send type="jissho:service">; null: such a send is error.execution. Outlives the service.
  const ChartEventCodec* chart_events = nullptr;
};

// The migrations of the tables in rows.h (component "act").
absl::StatusOr<std::vector<storage::Migration>> Migrations();

class Service {
 public:
  // Validates all charts (every fault in one INVALID_ARGUMENT) and stores their versions. The schema must be
  // there. `transport` and `encoder` may be null when nothing is ever emitted.
  static absl::StatusOr<std::unique_ptr<Service>> Create(ServiceOptions options, Definitions definitions,
                                                         storage::Pool* pool, const CalendarClock* calendar,
                                                         const MonotonicClock* monotonic,
                                                         EventTransport* transport,
                                                         const ProgressEncoder* encoder);
  ~Service();

  void Start();
  // As Start, but events, messages and timers wait until Pump is called.
  void StartWithoutPump();
  void Stop(absl::Duration drain);

  // Never blocks. See Executor::Submit and HasRoom.
  void Submit(Act act, Done done);
  bool HasRoom(bool urgent) const { return executor_->HasRoom(urgent); }
  // Takes an event of another service, exactly once: an act like any other.
  void Deliver(IncomingEvent event, Done done);
  // Runs one act on the caller's thread and session; for tests and simulation, while Start has not been
  // called.
  absl::StatusOr<std::string> RunHere(const Act& act);

  // A person's answer to an incident (incident.h), as acts like any other; `incident` as it was read. A retry
  // that fails again answers with that failure, and the incident keeps it as its cause.
  void AskForRepair(Command command, Actor actor, const IncidentRow& incident, Repair repair, Done done);
  // `version`: what the person has seen of the incident; 0: any.
  void ApproveRepair(Command command, Actor actor, const IncidentRow& incident, int64_t version,
                     std::string reason, Done done);
  void WithdrawRepair(Command command, Actor actor, const IncidentRow& incident, std::string reason,
                      Done done);

  // Works off once what is ready now, and one batch of each running migration. See Pump::RunOnce.
  absl::StatusOr<int64_t> Pump(bool force, int messages_max = Pump::kRoundMax);
  absl::StatusOr<int64_t> CountOpenIncidents();
  absl::StatusOr<Pending> GetPending() { return pump_->GetPending(); }
  // The pump looks at the database soon.
  void Wake();

  storage::Pool& pool() { return *pool_; }
  Threads& threads() const { return *options_.threads; }
  const std::string& name() const { return options_.service; }
  const Catalog& catalog() const { return catalog_; }
  ExecutorStatistics statistics() const { return executor_->statistics(); }
  TimerStatistics timer_statistics() const { return pump_->timer_statistics(); }

 private:
  Service(ServiceOptions options, Definitions definitions, storage::Pool* pool, const CalendarClock* calendar,
          const MonotonicClock* monotonic, const ProgressEncoder* encoder);
  void MakePump(EventTransport* transport);
  Act DeliveryAct(IncomingEvent event);
  absl::Status Handle(const IncomingEvent& event, const Context& context, const View& view,
                      WriteSet& writes) const;
  void SubmitOrRun(Act act, Done done);
  void SubmitRepair(Command command, Actor actor, const IncidentRow& incident,
                    std::function<absl::Status(Unit&)> repair, Done done);
  void PumpLoop();

  ServiceOptions options_;
  Definitions definitions_;
  storage::Pool* pool_;
  const CalendarClock* calendar_;
  const MonotonicClock* monotonic_;
  Catalog catalog_;
  Environment environment_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<act::Pump> pump_;
  std::unique_ptr<MigrationRunner> migrations_;
  std::unique_ptr<Thread> pump_thread_;
  std::mutex mutex_;
  std::unique_ptr<Condition> wake_;
  bool woken_ = false;
  bool stopping_ = false;
  bool started_ = false;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_SERVICE_H_
