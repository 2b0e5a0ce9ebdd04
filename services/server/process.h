// The services of one process, composed: their databases, executors and pumps, and the pipeline that calls go
// through. It knows no wire, no keys and no clock of its own: the host gives it those of the machine, a
// simulation its own.
#ifndef JISSHO_SERVICES_SERVER_PROCESS_H_
#define JISSHO_SERVICES_SERVER_PROCESS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/civil/business_days.h"
#include "services/runtime/auth/token.h"
#include "services/runtime/config/settings.h"
#include "services/runtime/log/log.h"
#include "services/runtime/metrics/metrics.h"
#include "services/runtime/process/calendar_file.h"
#include "services/runtime/process/development.h"
#include "services/runtime/process/events.h"
#include "services/runtime/process/local_service.h"
#include "services/runtime/rpc/peers.h"
#include "services/runtime/rpc/pipeline.h"
#include "services/runtime/rpc/service_token.h"
#include "services/server/modules.h"
#include "workflow/base/clock.h"
#include "workflow/base/id.h"
#include "workflow/base/threads.h"

namespace jissho::server {

// Outlives the process.
struct ProcessEnvironment {
  const CalendarClock* calendar;
  runtime::CalendarFile* calendar_file;  // null: the calendar cannot be set through the process's methods
  const MonotonicClock* monotonic;
  IdSource* ids;
  Threads* threads;
  runtime::Log* log;
  runtime::Metrics* metrics;
  runtime::TokenVerifier* verifier;
  runtime::ServiceToken* service_token;
  runtime::DevelopmentIssuer* issuer;
};

struct ProcessOptions {
  bool migrate = false;  // bring the schemas up to date (on SQLite in development: always), not only verify
  bool has_historian = true;  // some process of the system keeps the cases' history
};

class Process {
 public:
  // Makes the modules (ROLES_DISAGREE, before anything is opened, when their methods do not fit their
  // charts), opens their databases (SCHEMA_MISMATCH when they do not fit) and composes their services;
  // nothing runs yet. Calls to services that are neither here nor added by AddPeer fail with PEER_UNKNOWN.
  static absl::StatusOr<std::unique_ptr<Process>> Open(const runtime::Settings& settings,
                                                       const ProcessOptions& options,
                                                       const ProcessEnvironment& environment,
                                                       const std::vector<ModuleFactory>& modules);
  // Stops.
  ~Process();

  // A service of another process. Before Start.
  void AddPeer(const std::string& service, std::shared_ptr<runtime::Connection> connection);
  // Begins to run acts, to fire timers and to deliver events.
  void Start();
  // Refuses new calls, stops the pumps, finishes what is under way for at most `drain`. Once.
  void Stop(absl::Duration drain);

  runtime::Pipeline& pipeline() { return *pipeline_; }
  // By name.
  const runtime::LocalServices& services() const { return local_; }

 private:
  // A module with what runs it.
  struct Room {
    std::unique_ptr<storage::Pool> pool;
    std::unique_ptr<runtime::Module> module;
    std::vector<runtime::MethodRegistry> methods;
    act::Definitions definitions;  // until the service has them
    std::unique_ptr<runtime::WorkQueue> reads;
    std::unique_ptr<act::Service> service;
  };

  Process(const runtime::Settings& settings, const ProcessEnvironment& environment);
  absl::Status MakeModules(const std::vector<ModuleFactory>& factories);
  absl::Status OpenRoom(const std::string& name, Room& room, const ProcessOptions& options);
  absl::Status Compose();
  void Measure(const std::string& name, act::Service* service);

  // In the order in which they are made; destroyed in the opposite one.
  const runtime::Settings settings_;
  const ProcessEnvironment environment_;
  runtime::ConfiguredPeers peers_;
  runtime::PeerTransport transport_;
  runtime::ProtoProgressEncoder encoder_;
  const civil::CityWorkingDays working_days_;
  runtime::ProtoChartEventCodec chart_events_;
  std::unique_ptr<runtime::Pipeline> pipeline_;
  std::map<std::string, Room> rooms_;
  runtime::LocalServices local_;
  std::unique_ptr<runtime::ClockMethods> clock_;
  bool stopped_ = false;
};

// Brings the schema of one service up to date.
absl::Status MigrateService(storage::Pool& pool, const runtime::Module& module);

}  // namespace jissho::server

#endif  // JISSHO_SERVICES_SERVER_PROCESS_H_
