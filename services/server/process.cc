#include "services/server/process.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "services/runtime/process/charts.h"
#include "services/runtime/process/incidents.h"
#include "services/runtime/process/instances.h"
#include "services/runtime/process/role_check.h"
#include "services/runtime/rpc/in_process_connection.h"
#include "workflow/act/service.h"
#include "workflow/base/test_hooks.h"
#include "workflow/chart/parser.h"
#include "workflow/storage/migration.h"

namespace jissho::server {
namespace {

// Who keeps the cases' history.
constexpr char kHistorian[] = "cases";
constexpr absl::Duration kSessionWait = absl::Seconds(10);

absl::StatusOr<std::vector<storage::Migration>> AllMigrations(const runtime::Module& module) {
  JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
  JISSHO_ASSIGN_OR_RETURN(auto own, module.migrations());
  for (auto& migration : own) migrations.push_back(std::move(migration));
  return migrations;
}

absl::Status PrepareSchema(storage::Pool& pool, const runtime::Module& module, bool migrate) {
  JISSHO_ASSIGN_OR_RETURN(auto migrations, AllMigrations(module));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool.Acquire(kSessionWait));
  JISSHO_RETURN_IF_ERROR(storage::SyncRecovered(*lease));
  if (migrate) JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  JISSHO_RETURN_IF_ERROR(storage::VerifySchema(*lease, migrations));
  Reach("schema.verified");
  return absl::OkStatus();
}

}  // namespace

Process::Process(const runtime::Settings& settings, const ProcessEnvironment& environment)
    : settings_(settings),
      environment_(environment),
      peers_(environment.service_token, environment.monotonic),
      transport_(&peers_) {}

Process::~Process() { Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<Process>> Process::Open(const runtime::Settings& settings,
                                                       const ProcessOptions& options,
                                                       const ProcessEnvironment& environment,
                                                       const std::vector<ModuleFactory>& modules) {
  std::unique_ptr<Process> process(new Process(settings, environment));
  JISSHO_RETURN_IF_ERROR(process->MakeModules(modules));
  for (auto& [name, room] : process->rooms_) JISSHO_RETURN_IF_ERROR(process->OpenRoom(name, room, options));
  JISSHO_RETURN_IF_ERROR(process->Compose());
  return process;
}

absl::Status Process::MakeModules(const std::vector<ModuleFactory>& factories) {
  std::vector<runtime::RoleFault> faults;
  for (const ModuleFactory& factory : factories) {
    Room& room = rooms_[factory.name];
    room.module = factory.make({&peers_, settings_.municipality_code, environment_.ids});
    JISSHO_ASSIGN_OR_RETURN(room.definitions, room.module->definitions());
    room.methods = room.module->methods();
    std::vector<chart::Chart> charts;
    for (const auto& [name, text] : room.definitions.charts) {
      // What is no chart is told with all faults of the service's charts when it is created.
      if (auto chart = chart::Parse(text); chart.ok()) charts.push_back(*std::move(chart));
    }
    for (auto& fault :
         runtime::FindRoleFaults(factory.name, runtime::FiringMethodsOf(room.methods), charts)) {
      faults.push_back(std::move(fault));
    }
  }
  return runtime::RoleStatus(faults);
}

absl::Status Process::OpenRoom(const std::string& name, Room& room, const ProcessOptions& options) {
  const std::string dsn = settings_.DatabaseOf(name);
  const bool sqlite = absl::StartsWith(dsn, "sqlite:");
  const bool migrate = options.migrate || (settings_.development && sqlite);
  if (migrate) JISSHO_RETURN_IF_ERROR(storage::CreateDatabase(dsn));
  const int lanes = sqlite ? 1 : settings_.lanes;
  // Each lane and each reader may hold one; the pump and the calendar's methods one each.
  JISSHO_ASSIGN_OR_RETURN(room.pool, storage::OpenPool({.dsn = dsn,
                                                        .sessions_max = lanes + settings_.read_threads + 2,
                                                        .threads = environment_.threads}));
  JISSHO_RETURN_IF_ERROR(PrepareSchema(*room.pool, *room.module, migrate));
  act::ServiceOptions service;
  service.service = name;
  // A file belongs to one server: what its last process had claimed need not wait.
  if (!sqlite) service.process = environment_.ids->NewId();
  service.municipality = settings_.municipality_code;
  service.progress_receiver = options.has_historian ? kHistorian : "";
  service.working_days = &working_days_;
  service.on_incident = [this, name](const act::IncidentRow& incident) {
    environment_.log->Write(runtime::LogLevel::kError, "incident",
                            {{"service", name},
                             {"id", incident.id},
                             {"instance_id", incident.instance_id},
                             {"case_id", incident.case_id},
                             {"kind", incident.kind},
                             {"fired", incident.event},
                             {"receiver", incident.receiver},
                             {"reason", incident.cause}});
  };
  service.on_trouble = [this, name](const absl::Status& status) {
    environment_.log->Write(runtime::LogLevel::kError, "pump",
                            {{"service", name}, {"error", status.ToString()}});
  };
  service.chart_events = &chart_events_;
  service.executor.lanes = lanes;
  service.executor.batch_max = settings_.batch_max;
  service.executor.queue_max = settings_.queue_max;
  service.executor.wait_max = absl::Milliseconds(settings_.wait_max_ms);
  service.threads = environment_.threads;
  JISSHO_ASSIGN_OR_RETURN(room.service, act::Service::Create(service, std::move(room.definitions),
                                                             room.pool.get(), environment_.calendar,
                                                             environment_.monotonic, &transport_, &encoder_));
  room.reads =
      std::make_unique<runtime::WorkQueue>(settings_.read_threads, settings_.queue_max, environment_.threads);
  local_[name] = {room.service.get(), room.reads.get()};
  Measure(name, room.service.get());
  return absl::OkStatus();
}

void Process::Measure(const std::string& name, act::Service* service) {
  environment_.metrics->AddGauge("acts_waiting", "Acts that wait for their turn.", name,
                                 [service] { return static_cast<double>(service->statistics().waiting); });
  environment_.metrics->AddGauge("act_batches", "Transactions of acts since the start.", name,
                                 [service] { return static_cast<double>(service->statistics().batches); });
  environment_.metrics->AddGauge("acts", "Acts executed since the start.", name,
                                 [service] { return static_cast<double>(service->statistics().acts); });
  environment_.metrics->AddGauge(
      "timers_fired", "Timers fired by this process since the start.", name,
      [service] { return static_cast<double>(service->timer_statistics().fired); });
  environment_.metrics->AddGauge(
      "timers_fenced_off", "Timers that another process had claimed meanwhile.", name,
      [service] { return static_cast<double>(service->timer_statistics().fenced_off); });
  environment_.metrics->AddGauge(
      "timers_taken_over", "Timers whose claim another process had let lapse.", name,
      [service] { return static_cast<double>(service->timer_statistics().taken_over); });
  environment_.metrics->AddGauge("incidents_open", "Events that failed and wait for a person (-1: unknown).",
                                 name, [service] {
                                   const auto open = service->CountOpenIncidents();
                                   return open.ok() ? static_cast<double>(*open) : -1.0;
                                 });
  environment_.metrics->AddGauge(
      "work_ready", "Messages, timers and events for other services that wait now (-1: unknown).", name,
      [service] {
        const auto pending = service->GetPending();
        return pending.ok() ? static_cast<double>(pending->ready) : -1.0;
      });
}

absl::Status Process::Compose() {
  runtime::PipelineOptions options;
  options.development = settings_.development;
  options.calls_max = settings_.queue_max;
  pipeline_ = std::make_unique<runtime::Pipeline>(
      options,
      runtime::Pipeline::Dependencies{environment_.verifier, environment_.calendar, environment_.monotonic,
                                      environment_.ids, environment_.log, environment_.metrics});
  for (auto& [name, room] : rooms_) {
    runtime::Backend backend{
        [service = room.service.get()](act::Act act, act::Done done) {
          service->Submit(std::move(act), std::move(done));
        },
        room.pool.get(), room.reads.get(),
        [service = room.service.get()](bool urgent) { return service->HasRoom(urgent); }};
    for (const runtime::MethodRegistry& registry : room.methods) {
      JISSHO_RETURN_IF_ERROR(pipeline_->Add(registry, backend));
    }
  }
  clock_ =
      std::make_unique<runtime::ClockMethods>(environment_.calendar, environment_.calendar_file,
                                              environment_.monotonic, &local_, &peers_, environment_.threads);
  JISSHO_RETURN_IF_ERROR(pipeline_->Add(runtime::EventMethods(&local_), {}));
  JISSHO_RETURN_IF_ERROR(pipeline_->Add(runtime::WorkflowMethods(&local_), {}));
  JISSHO_RETURN_IF_ERROR(pipeline_->Add(runtime::ChartMethods(&local_, environment_.monotonic), {}));
  JISSHO_RETURN_IF_ERROR(pipeline_->Add(runtime::IncidentMethods(&local_, environment_.monotonic), {}));
  JISSHO_RETURN_IF_ERROR(pipeline_->Add(clock_->Methods(), {}));
  JISSHO_RETURN_IF_ERROR(pipeline_->Add(runtime::DevelopmentMethods(environment_.issuer), {}));
  const std::shared_ptr<runtime::Connection> here =
      runtime::MakeInProcessConnection(pipeline_.get(), environment_.threads);
  for (const auto& [name, room] : rooms_) peers_.Add(name, here, true);
  return absl::OkStatus();
}

void Process::AddPeer(const std::string& service, std::shared_ptr<runtime::Connection> connection) {
  peers_.Add(service, std::move(connection), false);
}

void Process::Start() {
  for (auto& [name, room] : rooms_) room.service->Start();
}

void Process::Stop(absl::Duration drain) {
  if (std::exchange(stopped_, true)) return;
  const absl::Duration until = environment_.monotonic->Elapsed() + drain;
  if (pipeline_) pipeline_->Close();
  if (clock_) clock_->Stop();
  // Readers may still submit an act; so they end before the executors do.
  for (auto& [name, room] : rooms_) {
    if (room.reads) room.reads->Stop();
  }
  for (auto& [name, room] : rooms_) {
    if (room.service)
      room.service->Stop(std::max(absl::ZeroDuration(), until - environment_.monotonic->Elapsed()));
  }
}

absl::Status MigrateService(storage::Pool& pool, const runtime::Module& module) {
  return PrepareSchema(pool, module, true);
}

}  // namespace jissho::server
