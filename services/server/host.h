// One server process: opens its databases, composes its services and answers calls until it is stopped.
#ifndef JISSHO_SERVICES_SERVER_HOST_H_
#define JISSHO_SERVICES_SERVER_HOST_H_

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/runtime/config/settings.h"
#include "services/server/modules.h"
#include "workflow/base/clock.h"
#include "workflow/base/id.h"
#include "workflow/storage/migration.h"

namespace jissho::server {

struct HostOptions {
  bool migrate = false;  // bring the schemas up to date at the start; always done on SQLite in development
};

// What the process takes from the machine. Outlives the host.
struct HostEnvironment {
  const CalendarClock* calendar;  // used unless the settings ask for a virtual one
  const MonotonicClock* monotonic;
  IdSource* ids;
  std::ostream* log = nullptr;  // null: standard error
};

class Host {
 public:
  // In this order: keys, calendar, databases (schemas verified), services, pipeline, gRPC, SERVING. Any
  // failure stops the start and undoes it.
  static absl::StatusOr<std::unique_ptr<Host>> Start(const runtime::Settings& settings,
                                                     const HostOptions& options,
                                                     const HostEnvironment& environment,
                                                     const std::vector<ModuleFactory>& modules);
  ~Host();

  // HOST:PORT of the gRPC server.
  const std::string& address() const;
  // The process's figures, as Prometheus gets them. Thread-safe.
  std::string MetricsText() const;
  // NOT_SERVING, refuse new calls, stop the pumps, finish what is under way within drain_seconds, close.
  void Stop();

 private:
  struct State;
  explicit Host(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The names of `target` ("all" or names) as modules. INVALID_ARGUMENT (CONFIG_INVALID) for an unknown name.
absl::StatusOr<std::vector<ModuleFactory>> SelectModules(const std::vector<ModuleFactory>& modules,
                                                         const std::vector<std::string>& target);

// Brings the schemas of the targeted services up to date; makes missing databases.
absl::Status MigrateAll(const runtime::Settings& settings, const std::vector<ModuleFactory>& modules);

// A token of the development issuer, for `jisshod token`. PERMISSION_DENIED (DEVELOPMENT_ONLY) in production.
absl::StatusOr<std::string> IssueDevelopmentToken(const runtime::Settings& settings, const act::Actor& actor,
                                                  const CalendarClock& calendar);

}  // namespace jissho::server

#endif  // JISSHO_SERVICES_SERVER_HOST_H_
