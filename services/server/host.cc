#include "services/server/host.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/auth/key_store.h"
#include "services/runtime/auth/token.h"
#include "services/runtime/log/log.h"
#include "services/runtime/metrics/metrics.h"
#include "services/runtime/process/calendar_file.h"
#include "services/runtime/process/charts.h"
#include "services/runtime/process/development.h"
#include "services/runtime/process/events.h"
#include "services/runtime/process/incidents.h"
#include "services/runtime/process/instances.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/grpc_connection.h"
#include "services/runtime/rpc/grpc_server.h"
#include "services/runtime/rpc/in_process_connection.h"
#include "services/runtime/rpc/peers.h"
#include "services/runtime/rpc/pipeline.h"
#include "workflow/act/service.h"

namespace jissho::server {
namespace {

using runtime::Settings;

// Who keeps the cases' history.
constexpr char kHistorian[] = "cases";
constexpr absl::Duration kServiceTokenLife = absl::Minutes(5);
// On a virtual calendar years pass between two calls of one process.
constexpr absl::Duration kServiceTokenLifeVirtual = absl::Hours(24 * 3650);
constexpr absl::Duration kSessionWait = absl::Seconds(10);

bool IsSqlite(const std::string& dsn) { return absl::StartsWith(dsn, "sqlite:"); }

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return MakeError(runtime::kConfigInvalid, {{"detail", "data_dir " + path + ": " + error.message()}});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<storage::Migration>> AllMigrations(const runtime::Module& module) {
  JISSHO_ASSIGN_OR_RETURN(auto migrations, act::Migrations());
  JISSHO_ASSIGN_OR_RETURN(auto own, module.migrations());
  for (auto& migration : own) migrations.push_back(std::move(migration));
  return migrations;
}

absl::Status PrepareSchema(storage::Pool& pool, const runtime::Module& module, bool migrate) {
  JISSHO_ASSIGN_OR_RETURN(auto migrations, AllMigrations(module));
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool.Acquire(kSessionWait));
  if (migrate) JISSHO_RETURN_IF_ERROR(storage::Migrate(*lease, migrations));
  return storage::VerifySchema(*lease, migrations);
}

std::string DevelopmentKeyFile(const Settings& settings) {
  return (std::filesystem::path(settings.ServiceKeyFile()).parent_path() / "development_issuer.pem").string();
}

std::string CalendarPath(const Settings& settings) { return settings.data_dir + "/calendar.json"; }

// A module with what runs it.
struct Room {
  std::unique_ptr<storage::Pool> pool;
  std::unique_ptr<runtime::Module> module;
  std::unique_ptr<runtime::WorkQueue> reads;
  std::unique_ptr<act::Service> service;
};

}  // namespace

// Members in the order in which they are made; destroyed in the opposite one.
struct Host::State {
  State(const Settings& s, const HostEnvironment& e)
      : settings(s),
        environment(e),
        log(e.log != nullptr ? runtime::Log(s.log_level, e.log) : runtime::Log(s.log_level)) {}

  Settings settings;
  HostEnvironment environment;
  runtime::Log log;
  runtime::Metrics metrics;
  std::unique_ptr<runtime::CalendarFile> calendar_file;
  const CalendarClock* calendar = nullptr;
  std::unique_ptr<runtime::KeyStore> keys;
  std::unique_ptr<runtime::TokenSigner> service_signer;
  std::unique_ptr<runtime::TokenSigner> development_signer;
  std::unique_ptr<runtime::DevelopmentIssuer> issuer;
  std::unique_ptr<runtime::TokenVerifier> verifier;
  std::unique_ptr<runtime::ServiceToken> service_token;
  std::unique_ptr<runtime::ConfiguredPeers> peers;
  std::unique_ptr<runtime::PeerTransport> transport;
  runtime::ProtoProgressEncoder encoder;
  runtime::ProtoChartEventCodec chart_events;
  std::unique_ptr<runtime::Pipeline> pipeline;
  std::map<std::string, Room> rooms;
  runtime::LocalServices local;
  std::unique_ptr<runtime::ClockMethods> clock;
  std::unique_ptr<runtime::GrpcServer> grpc;
  bool stopped = false;

  absl::Status OpenClockAndKeys();
  absl::Status OpenRoom(const ModuleFactory& factory, bool migrate, bool has_historian);
  absl::Status Compose();
  void Connect();
  void Measure(const std::string& name, act::Service* service);
};

absl::Status Host::State::OpenClockAndKeys() {
  JISSHO_RETURN_IF_ERROR(MakeDirectory(settings.data_dir));
  calendar = environment.calendar;
  if (settings.virtual_calendar()) {
    JISSHO_ASSIGN_OR_RETURN(calendar_file,
                            runtime::CalendarFile::Open(CalendarPath(settings), settings.start_time));
    calendar = calendar_file.get();
  }
  keys = std::make_unique<runtime::KeyStore>(settings.jwks_file, environment.monotonic);
  JISSHO_RETURN_IF_ERROR(keys->Load());
  // In production the key is handed out by who runs the system; a key that a server invents would fit no
  // other.
  const bool create = settings.development || settings.service_key_file.empty();
  JISSHO_ASSIGN_OR_RETURN(runtime::Key key, runtime::LoadOrCreateKey(settings.ServiceKeyFile(), create));
  service_signer = std::make_unique<runtime::TokenSigner>(key, runtime::kServiceIssuer, settings.audience);
  keys->Add(service_signer->kid(), key, runtime::KeyUse::kServices);
  if (settings.development) {
    JISSHO_ASSIGN_OR_RETURN(runtime::Key own, runtime::LoadOrCreateKey(DevelopmentKeyFile(settings), true));
    development_signer = std::make_unique<runtime::TokenSigner>(own, settings.issuer, settings.audience);
    keys->Add(development_signer->kid(), own, runtime::KeyUse::kPeople);
  }
  issuer =
      std::make_unique<runtime::DevelopmentIssuer>(settings.development, development_signer.get(), calendar);
  verifier = std::make_unique<runtime::TokenVerifier>(
      runtime::TokenOptions{settings.issuer, settings.audience}, keys.get(), calendar);
  service_token = std::make_unique<runtime::ServiceToken>(
      service_signer.get(), calendar, "jissho",
      settings.virtual_calendar() ? kServiceTokenLifeVirtual : kServiceTokenLife);
  peers = std::make_unique<runtime::ConfiguredPeers>(service_token.get(), environment.monotonic);
  transport = std::make_unique<runtime::PeerTransport>(peers.get());
  return absl::OkStatus();
}

absl::Status Host::State::OpenRoom(const ModuleFactory& factory, bool migrate, bool has_historian) {
  Room& room = rooms[factory.name];
  const std::string dsn = settings.DatabaseOf(factory.name);
  if (migrate) JISSHO_RETURN_IF_ERROR(storage::CreateDatabase(dsn));
  const int lanes = IsSqlite(dsn) ? 1 : settings.lanes;
  // Each lane and each reader may hold one; the pump and the calendar's methods one each.
  JISSHO_ASSIGN_OR_RETURN(room.pool, storage::OpenPool({dsn, lanes + settings.read_threads + 2}));
  room.module = factory.make({peers.get(), settings.municipality_code});
  JISSHO_RETURN_IF_ERROR(PrepareSchema(*room.pool, *room.module, migrate));
  JISSHO_ASSIGN_OR_RETURN(act::Definitions definitions, room.module->definitions());
  act::ServiceOptions options;
  options.service = factory.name;
  options.municipality = settings.municipality_code;
  options.progress_receiver = has_historian ? kHistorian : "";
  options.on_incident = [this, name = factory.name](const act::IncidentRow& incident) {
    log.Write(runtime::LogLevel::kError, "incident",
              {{"service", name},
               {"id", incident.id},
               {"instance_id", incident.instance_id},
               {"case_id", incident.case_id},
               {"kind", incident.kind},
               {"fired", incident.event},
               {"receiver", incident.receiver},
               {"reason", incident.cause}});
  };
  options.chart_events = &chart_events;
  options.executor.lanes = lanes;
  options.executor.batch_max = settings.batch_max;
  options.executor.queue_max = settings.queue_max;
  JISSHO_ASSIGN_OR_RETURN(room.service,
                          act::Service::Create(options, std::move(definitions), room.pool.get(), calendar,
                                               environment.monotonic, transport.get(), &encoder));
  room.reads = std::make_unique<runtime::WorkQueue>(settings.read_threads, settings.queue_max);
  local[factory.name] = {room.service.get(), room.reads.get()};
  Measure(factory.name, room.service.get());
  return absl::OkStatus();
}

void Host::State::Measure(const std::string& name, act::Service* service) {
  metrics.AddGauge("acts_waiting", "Acts that wait for their turn.", name,
                   [service] { return static_cast<double>(service->statistics().waiting); });
  metrics.AddGauge("act_batches", "Transactions of acts since the start.", name,
                   [service] { return static_cast<double>(service->statistics().batches); });
  metrics.AddGauge("acts", "Acts executed since the start.", name,
                   [service] { return static_cast<double>(service->statistics().acts); });
  metrics.AddGauge("incidents_open", "Events that failed and wait for a person (-1: unknown).", name,
                   [service] {
                     const auto open = service->CountOpenIncidents();
                     return open.ok() ? static_cast<double>(*open) : -1.0;
                   });
  metrics.AddGauge("work_ready",
                   "Messages, timers and events for other services that wait now (-1: unknown).", name,
                   [service] {
                     const auto pending = service->GetPending();
                     return pending.ok() ? static_cast<double>(pending->ready) : -1.0;
                   });
}

absl::Status Host::State::Compose() {
  runtime::PipelineOptions options;
  options.development = settings.development;
  options.calls_max = settings.queue_max;
  pipeline = std::make_unique<runtime::Pipeline>(
      options, runtime::Pipeline::Dependencies{verifier.get(), calendar, environment.monotonic,
                                               environment.ids, &log, &metrics});
  for (auto& [name, room] : rooms) {
    runtime::Backend backend{[service = room.service.get()](act::Act act, act::Done done) {
                               service->Submit(std::move(act), std::move(done));
                             },
                             room.pool.get(), room.reads.get()};
    for (const runtime::MethodRegistry& registry : room.module->methods()) {
      JISSHO_RETURN_IF_ERROR(pipeline->Add(registry, backend));
    }
  }
  clock = std::make_unique<runtime::ClockMethods>(calendar, calendar_file.get(), environment.monotonic,
                                                  &local, peers.get());
  JISSHO_RETURN_IF_ERROR(pipeline->Add(runtime::EventMethods(&local), {}));
  JISSHO_RETURN_IF_ERROR(pipeline->Add(runtime::WorkflowMethods(&local), {}));
  JISSHO_RETURN_IF_ERROR(pipeline->Add(runtime::ChartMethods(&local, environment.monotonic), {}));
  JISSHO_RETURN_IF_ERROR(pipeline->Add(runtime::IncidentMethods(&local, environment.monotonic), {}));
  JISSHO_RETURN_IF_ERROR(pipeline->Add(clock->Methods(), {}));
  return pipeline->Add(runtime::DevelopmentMethods(issuer.get()), {});
}

void Host::State::Connect() {
  // One connection per address, so that a process that has several services is asked once.
  std::map<std::string, std::shared_ptr<runtime::Connection>> by_address;
  for (const auto& [service, address] : settings.peers) {
    auto& connection = by_address[address];
    if (!connection) connection = runtime::MakeGrpcConnection(service, address);
    peers->Add(service, connection, false);
  }
  const std::shared_ptr<runtime::Connection> here = runtime::MakeInProcessConnection(pipeline.get());
  for (const auto& [name, room] : rooms) peers->Add(name, here, true);
}

Host::Host(std::unique_ptr<State> state) : state_(std::move(state)) {}

Host::~Host() { Stop(); }

absl::StatusOr<std::unique_ptr<Host>> Host::Start(const Settings& settings, const HostOptions& options,
                                                  const HostEnvironment& environment,
                                                  const std::vector<ModuleFactory>& modules) {
  JISSHO_ASSIGN_OR_RETURN(auto selected, SelectModules(modules, settings.target));
  std::unique_ptr<Host> host(new Host(std::make_unique<State>(settings, environment)));
  State& state = *host->state_;
  JISSHO_RETURN_IF_ERROR(state.OpenClockAndKeys());
  const bool has_historian =
      std::any_of(modules.begin(), modules.end(), [](const auto& m) { return m.name == kHistorian; });
  for (const ModuleFactory& factory : selected) {
    const bool migrate =
        options.migrate || (settings.development && IsSqlite(settings.DatabaseOf(factory.name)));
    JISSHO_RETURN_IF_ERROR(state.OpenRoom(factory, migrate, has_historian));
  }
  JISSHO_RETURN_IF_ERROR(state.Compose());
  state.Connect();
  for (const ModuleFactory& module : modules) {
    if (state.rooms.count(module.name) == 0 && settings.peers.count(module.name) == 0) {
      state.log.Write(runtime::LogLevel::kWarning, "peer missing", {{"service", module.name}});
    }
  }
  if (!settings.metrics_listen.empty()) JISSHO_RETURN_IF_ERROR(state.metrics.Expose(settings.metrics_listen));
  for (auto& [name, room] : state.rooms) room.service->Start();
  JISSHO_ASSIGN_OR_RETURN(
      state.grpc, runtime::GrpcServer::Start({settings.listen, settings.development}, state.pipeline.get()));
  state.grpc->SetServing(true);
  return host;
}

const std::string& Host::address() const { return state_->grpc->address(); }

std::string Host::MetricsText() const { return state_->metrics.Text(); }

void Host::Stop() {
  State& state = *state_;
  if (std::exchange(state.stopped, true)) return;
  const absl::Duration drain = absl::Seconds(state.settings.drain_seconds);
  const absl::Duration until = state.environment.monotonic->Elapsed() + drain;
  const auto left = [&] {
    return std::max(absl::ZeroDuration(), until - state.environment.monotonic->Elapsed());
  };
  if (state.grpc) state.grpc->SetServing(false);
  if (state.pipeline) state.pipeline->Close();
  if (state.clock) state.clock->Stop();
  // Readers may still submit an act; so they end before the executors do.
  for (auto& [name, room] : state.rooms) {
    if (room.reads) room.reads->Stop();
  }
  for (auto& [name, room] : state.rooms) {
    if (room.service) room.service->Stop(left());
  }
  if (state.grpc) state.grpc->Shutdown(left());
  state.metrics.StopExposing();
}

absl::StatusOr<std::vector<ModuleFactory>> SelectModules(const std::vector<ModuleFactory>& modules,
                                                         const std::vector<std::string>& target) {
  if (target == std::vector<std::string>{"all"}) return modules;
  std::vector<ModuleFactory> out;
  for (const std::string& name : target) {
    const auto found =
        std::find_if(modules.begin(), modules.end(), [&](const auto& m) { return m.name == name; });
    if (found == modules.end()) {
      return MakeError(runtime::kConfigInvalid, {{"detail", "target: there is no service " + name}});
    }
    out.push_back(*found);
  }
  return out;
}

absl::Status MigrateAll(const Settings& settings, const std::vector<ModuleFactory>& modules) {
  JISSHO_ASSIGN_OR_RETURN(auto selected, SelectModules(modules, settings.target));
  JISSHO_RETURN_IF_ERROR(MakeDirectory(settings.data_dir));
  runtime::ConfiguredPeers nobody(nullptr, nullptr);
  for (const ModuleFactory& factory : selected) {
    const std::string dsn = settings.DatabaseOf(factory.name);
    JISSHO_RETURN_IF_ERROR(storage::CreateDatabase(dsn));
    JISSHO_ASSIGN_OR_RETURN(auto pool, storage::OpenPool({dsn, 1}));
    const auto module = factory.make({&nobody, settings.municipality_code});
    JISSHO_RETURN_IF_ERROR(PrepareSchema(*pool, *module, true));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> IssueDevelopmentToken(const Settings& settings, const act::Actor& actor,
                                                  const CalendarClock& calendar) {
  if (!settings.development) return MakeError(runtime::kDevelopmentOnly);
  JISSHO_RETURN_IF_ERROR(MakeDirectory(settings.data_dir));
  JISSHO_ASSIGN_OR_RETURN(runtime::Key key, runtime::LoadOrCreateKey(DevelopmentKeyFile(settings), true));
  const runtime::TokenSigner signer(key, settings.issuer, settings.audience);
  std::unique_ptr<runtime::CalendarFile> file;
  if (settings.virtual_calendar()) {
    JISSHO_ASSIGN_OR_RETURN(file, runtime::CalendarFile::Open(CalendarPath(settings), settings.start_time));
  }
  const CalendarClock* const now = file ? static_cast<const CalendarClock*>(file.get()) : &calendar;
  return runtime::DevelopmentIssuer(true, &signer, now).Issue(actor);
}

}  // namespace jissho::server
