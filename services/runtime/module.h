// A module: one service as the server composes it. The only class of a service that knows how it is
// assembled.
#ifndef JISSHO_SERVICES_RUNTIME_MODULE_H_
#define JISSHO_SERVICES_RUNTIME_MODULE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/runtime/rpc/call.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/act/act.h"
#include "workflow/base/id.h"
#include "workflow/storage/migration.h"

namespace jissho::runtime {

// What a module gets when it is made. Everything outlives the module.
struct ModuleDependencies {
  Peers* peers;
  std::string municipality;  // local government code
  IdSource* ids;             // fresh ones, that nobody can guess
};

class Module {
 public:
  virtual ~Module() = default;
  virtual std::string name() const = 0;  // "intake"
  // The service's own migrations (component = name); the workflow's tables are added by the server.
  virtual absl::StatusOr<std::vector<storage::Migration>> migrations() const = 0;
  // Charts, actions of <jissho:do>, and handlers of other services' events.
  virtual absl::StatusOr<act::Definitions> definitions() = 0;
  // The RPC services, e.g. one registry for "jissho.intake.v1.IntakeService".
  virtual std::vector<MethodRegistry> methods() = 0;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_MODULE_H_
