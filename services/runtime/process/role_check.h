// Whether the methods of a service and its charts say the same about who may do what. Where they do not, a
// task is offered that nobody can do, or a call is admitted that can only be refused: a fault of the build,
// which the start shows and not the person who meets it.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_ROLE_CHECK_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_ROLE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/chart/chart.h"

namespace jissho::runtime {

// What a method's proto says of it (options.v1.MethodRule).
struct FiringMethod {
  std::string name;  // without the service
  std::vector<std::string> roles;
  std::vector<std::string> fires;
};

// What does not belong to the fault is empty.
struct RoleFault {
  std::string service, chart, method, event, role;
  std::string ja, en;
};

// Of one service, in the order of charts' names and then of methods:
// - a transition lets a role fire an event, and no method that fires it admits the role;
// - a transition with a role awaits an event that no method fires;
// - a method fires an event that no transition with a role awaits;
// - a method admits a role that no transition of any of its events lets fire. One of them is enough, since
//   the proto does not say which of several a call fires.
// The role "system" is the service's own and needs no method; "*" admits every role, and whether each of
// them is of use is left to the method.
std::vector<RoleFault> FindRoleFaults(const std::string& service, const std::vector<FiringMethod>& methods,
                                      const std::vector<chart::Chart>& charts);

std::vector<FiringMethod> FiringMethodsOf(const std::vector<MethodRegistry>& registries);

// FAILED_PRECONDITION (ROLES_DISAGREE) with all of them; OK when there are none.
absl::Status RoleStatus(const std::vector<RoleFault>& faults);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_ROLE_CHECK_H_
