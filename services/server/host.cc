#include "services/server/host.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "services/runtime/auth/key_store.h"
#include "services/runtime/auth/token.h"
#include "services/runtime/log/log.h"
#include "services/runtime/metrics/metrics.h"
#include "services/runtime/process/calendar_file.h"
#include "services/runtime/process/development.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/grpc_connection.h"
#include "services/runtime/rpc/grpc_server.h"
#include "services/server/process.h"

namespace jissho::server {
namespace {

using runtime::Settings;

// Who keeps the cases' history.
constexpr char kHistorian[] = "cases";
constexpr absl::Duration kServiceTokenLife = absl::Minutes(5);
// On a virtual calendar years pass between two calls of one process.
constexpr absl::Duration kServiceTokenLifeVirtual = absl::Hours(24 * 3650);

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return MakeError(runtime::kConfigInvalid, {{"detail", "data_dir " + path + ": " + error.message()}});
  return absl::OkStatus();
}

std::string DevelopmentKeyFile(const Settings& settings) {
  return (std::filesystem::path(settings.ServiceKeyFile()).parent_path() / "development_issuer.pem").string();
}

std::string CalendarPath(const Settings& settings) { return settings.data_dir + "/calendar.json"; }

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
  std::unique_ptr<Process> process;
  std::unique_ptr<runtime::GrpcServer> grpc;
  bool stopped = false;

  absl::Status OpenClockAndKeys();
  void Connect();
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
  return absl::OkStatus();
}

void Host::State::Connect() {
  // One connection per address, so that a process that has several services is asked once.
  std::map<std::string, std::shared_ptr<runtime::Connection>> by_address;
  for (const auto& [service, address] : settings.peers) {
    auto& connection = by_address[address];
    if (!connection) connection = runtime::MakeGrpcConnection(service, address);
    process->AddPeer(service, connection);
  }
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
  JISSHO_ASSIGN_OR_RETURN(state.process,
                          Process::Open(settings, {options.migrate, has_historian},
                                        {state.calendar, state.calendar_file.get(), environment.monotonic,
                                         environment.ids, &SystemThreads(), &state.log, &state.metrics,
                                         state.verifier.get(), state.service_token.get(), state.issuer.get()},
                                        selected));
  state.Connect();
  for (const ModuleFactory& module : modules) {
    if (state.process->services().count(module.name) == 0 && settings.peers.count(module.name) == 0) {
      state.log.Write(runtime::LogLevel::kWarning, "peer missing", {{"service", module.name}});
    }
  }
  if (!settings.metrics_listen.empty()) JISSHO_RETURN_IF_ERROR(state.metrics.Expose(settings.metrics_listen));
  state.process->Start();
  JISSHO_ASSIGN_OR_RETURN(state.grpc, runtime::GrpcServer::Start({settings.listen, settings.development},
                                                                 &state.process->pipeline()));
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
  if (state.process) state.process->Stop(left());
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
    const auto module = factory.make({&nobody, settings.municipality_code, &RandomIds()});
    JISSHO_RETURN_IF_ERROR(MigrateService(*pool, *module));
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
