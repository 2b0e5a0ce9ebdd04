#include "workflow/act/service.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "embedded/act_schema.h"
#include "workflow/act/effects.h"
#include "workflow/act/reasons.h"
#include "workflow/base/test_hooks.h"
#include "workflow/storage/migration.h"

namespace jissho::act {

namespace {

// How long the pump sleeps when nobody wakes it: timers of the calendar and other processes' work show up
// then.
constexpr absl::Duration kPumpInterval = absl::Milliseconds(500);
constexpr absl::Duration kPumpPauseAfterError = absl::Milliseconds(200);
constexpr absl::Duration kSessionWait = absl::Seconds(10);

}  // namespace

absl::StatusOr<std::vector<storage::Migration>> Migrations() {
  return storage::ParseMigrations("act", embedded::act_schema());
}

Service::Service(ServiceOptions options, Definitions definitions, storage::Pool* pool,
                 const CalendarClock* calendar, const MonotonicClock* monotonic,
                 const ProgressEncoder* encoder)
    : options_(std::move(options)),
      definitions_(std::move(definitions)),
      pool_(pool),
      calendar_(calendar),
      monotonic_(monotonic),
      catalog_(options_.charts),
      wake_(options_.threads->MakeCondition()) {
  definitions_.actions.emplace(
      "timer.set", [](const ActionCall& call, const Context&, const View&, WriteSet& writes) -> absl::Status {
        absl::Time due;
        std::string error;
        if (!call.params.contains("due") || !call.params["due"].is_string() ||
            !absl::ParseTime(absl::RFC3339_full, call.params["due"].get<std::string>(), &due, &error)) {
          return MakeError(kChartError, {{"detail", "timer.set needs `due`, an RFC 3339 instant"}});
        }
        const std::string event = call.params.value("event", "");
        return writes.SetTimer(call.instance_id, call.params.value("id", event), event, due);
      });
  definitions_.actions.emplace(
      "timer.cancel",
      [](const ActionCall& call, const Context&, const View&, WriteSet& writes) -> absl::Status {
        return writes.CancelTimer(call.instance_id, call.params.value("id", ""));
      });
  environment_ = {
      options_.service, options_.municipality, options_.progress_receiver, &catalog_, &definitions_.actions,
      encoder,          options_.chart_events, options_.working_days};
  executor_ = std::make_unique<Executor>(options_.executor, &environment_, pool_, calendar_, monotonic_,
                                         options_.threads, [this] { Wake(); });
}

void Service::MakePump(EventTransport* transport) {
  const bool money =
      std::any_of(definitions_.charts.begin(), definitions_.charts.end(), [this](const auto& chart) {
        const auto machine = catalog_.Current(chart.first);
        return machine.ok() && (*machine)->chart().repair_needs_approval;
      });
  const auto run = [this](Act act) { return started_ ? executor_->Run(std::move(act)) : RunHere(act); };
  pump_ = std::make_unique<act::Pump>(
      PumpOptions{options_.service, options_.process, money, options_.on_incident}, run, pool_, calendar_,
      monotonic_, transport);
  migrations_ =
      std::make_unique<MigrationRunner>(options_.service, &catalog_, run, pool_, options_.migration_batch);
}

absl::StatusOr<std::unique_ptr<Service>> Service::Create(ServiceOptions options, Definitions definitions,
                                                         storage::Pool* pool, const CalendarClock* calendar,
                                                         const MonotonicClock* monotonic,
                                                         EventTransport* transport,
                                                         const ProgressEncoder* encoder) {
  std::unique_ptr<Service> service(
      new Service(std::move(options), std::move(definitions), pool, calendar, monotonic, encoder));
  std::set<std::string> actions;
  for (const auto& [name, action] : service->definitions_.actions) actions.insert(name);
  JISSHO_RETURN_IF_ERROR(service->catalog_.Deploy(service->definitions_.charts, actions));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool->Acquire(kSessionWait));
  JISSHO_RETURN_IF_ERROR(service->catalog_.Synchronise(*lease));
  service->MakePump(transport);
  return service;
}

Service::~Service() { Stop(absl::ZeroDuration()); }

void Service::StartWithoutPump() {
  started_ = true;
  executor_->Start();
}

void Service::Start() {
  StartWithoutPump();
  pump_thread_ = options_.threads->Start([this] { PumpLoop(); });
}

void Service::Stop(absl::Duration drain) {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_->NotifyAll();
  }
  if (pump_thread_) std::exchange(pump_thread_, nullptr)->Join();
  executor_->Stop(drain);
}

void Service::Submit(Act act, Done done) { executor_->Submit(std::move(act), std::move(done)); }

absl::StatusOr<std::string> Service::RunHere(const Act& act) {
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  BatchRunner runner(&environment_, calendar_, [](int) {});
  return runner.Run(*lease, {&act})[0];
}

Act Service::DeliveryAct(IncomingEvent event) {
  Act act;
  act.actor = Actor::System(event.source);
  // Ids that a handler derives must not depend on anything but the event.
  act.command = {act.actor.id, event.type, "", absl::StrCat(event.stream, "/", event.sequence)};
  act.partition = event.stream;
  act.alone = true;
  act.urgent = true;  // what was begun elsewhere is finished before something new is begun
  const storage::CellRow key = storage::KeyOf(event.source, event.stream);
  act.reads = {{&storage::TableOf<InboxRow>(), key}};
  act.run = [this, event = std::move(event), key](const Context& context, const View& view,
                                                  WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_ASSIGN_OR_RETURN(auto head, view.Find<InboxRow>(key));
    const int64_t expected = head ? head->sequence + 1 : 1;
    if (event.sequence < expected && !IsPlanted(Bug::kRepeatedEventApplied)) return std::string();
    if (event.sequence > expected && !IsPlanted(Bug::kEventsOutOfOrder))
      return MakeError(kEventOutOfOrder, {{"expected", absl::StrCat(expected)}});
    JISSHO_RETURN_IF_ERROR(Handle(event, context, view, writes));
    const InboxRow row{event.source, event.stream, event.sequence};
    JISSHO_RETURN_IF_ERROR(head ? writes.Update(row) : writes.Insert(row));
    return std::string();
  };
  return act;
}

absl::Status Service::Handle(const IncomingEvent& event, const Context& context, const View& view,
                             WriteSet& writes) const {
  if (event.type == kSkippedEventType) return absl::OkStatus();
  if (options_.chart_events != nullptr && event.type == options_.chart_events->type()) {
    return HearFromService(writes.unit(), event);
  }
  const auto handler = definitions_.events.find(event.type);
  if (handler == definitions_.events.end()) return MakeError(kEventUnknown, {{"type", event.type}});
  return handler->second(event, context, view, writes);
}

void Service::Deliver(IncomingEvent event, Done done) {
  SubmitOrRun(DeliveryAct(std::move(event)), std::move(done));
}

void Service::SubmitOrRun(Act act, Done done) {
  if (started_) {
    executor_->Submit(std::move(act), std::move(done));
  } else {
    done(RunHere(act));
  }
}

void Service::SubmitRepair(Command command, Actor actor, const IncidentRow& incident,
                           std::function<absl::Status(Unit&)> repair, Done done) {
  Act act;
  act.command = std::move(command);
  act.actor = std::move(actor);
  act.partition = incident.held.empty() ? incident.stream : incident.held;
  act.reads = {ReadOf<IncidentRow>(incident.id)};
  if (!incident.instance_id.empty()) act.reads.push_back(ReadInstance(incident.instance_id));
  act.run = [repair = std::move(repair)](const Context&, const View&,
                                         WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_RETURN_IF_ERROR(repair(writes.unit()));
    return std::string();
  };
  Act note = act;
  note.command.request_id.clear();
  SubmitOrRun(std::move(act), [this, incident, note = std::move(note),
                               done = std::move(done)](absl::StatusOr<std::string> outcome) mutable {
    if (outcome.ok() && incident.kind == kOutgoing) pump_->Reset(incident.receiver, incident.stream);
    if (outcome.ok()) Wake();
    if (outcome.ok() || FailureOf(outcome.status()) != Failure::kLasting) return done(std::move(outcome));
    note.run = [id = incident.id, cause = outcome.status()](const Context&, const View&,
                                                            WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(NoteFailedRetry(writes.unit(), id, cause));
      return std::string();
    };
    SubmitOrRun(std::move(note),
                [outcome, done = std::move(done)](const absl::StatusOr<std::string>&) { done(outcome); });
  });
}

void Service::AskForRepair(Command command, Actor actor, const IncidentRow& incident, Repair repair,
                           Done done) {
  SubmitRepair(
      std::move(command), std::move(actor), incident,
      [id = incident.id, repair = std::move(repair)](Unit& unit) {
        return act::AskForRepair(unit, id, repair);
      },
      std::move(done));
}

void Service::ApproveRepair(Command command, Actor actor, const IncidentRow& incident, int64_t version,
                            std::string reason, Done done) {
  SubmitRepair(
      std::move(command), std::move(actor), incident,
      [id = incident.id, version, reason = std::move(reason)](Unit& unit) {
        return act::ApproveRepair(unit, id, version, reason);
      },
      std::move(done));
}

void Service::WithdrawRepair(Command command, Actor actor, const IncidentRow& incident, std::string reason,
                             Done done) {
  SubmitRepair(
      std::move(command), std::move(actor), incident,
      [id = incident.id, reason = std::move(reason)](Unit& unit) {
        return act::WithdrawRepair(unit, id, reason);
      },
      std::move(done));
}

absl::StatusOr<int64_t> Service::Pump(bool force, int messages_max) {
  const absl::StatusOr<int64_t> pumped = pump_->RunOnce(force, messages_max);
  JISSHO_ASSIGN_OR_RETURN(const int64_t moved, migrations_->RunOnce());
  JISSHO_RETURN_IF_ERROR(pumped.status());
  return *pumped + moved;
}

absl::StatusOr<int64_t> Service::CountOpenIncidents() {
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  return act::CountOpenIncidents(*lease);
}

void Service::Wake() {
  std::lock_guard lock(mutex_);
  woken_ = true;
  wake_->NotifyOne();
}

void Service::PumpLoop() {
  absl::Status trouble;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_->Wait(lock, kPumpInterval, [this] { return stopping_ || woken_; });
      if (stopping_) return;
      woken_ = false;
    }
    auto done = Pump(false);
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (!done.ok() && done.status() != trouble && options_.on_trouble) options_.on_trouble(done.status());
    trouble = done.status();
    if (!done.ok()) {
      wake_->Wait(lock, kPumpPauseAfterError, [this] { return stopping_; });
    } else if (*done == 0) {
      // The pump's own acts woke it; nothing was left to do.
    } else {
      woken_ = true;
    }
  }
}

}  // namespace jissho::act
