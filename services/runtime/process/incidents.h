// jissho.engine.v1.IncidentService: what could not be processed in this process's services, and its repair.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_INCIDENTS_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_INCIDENTS_H_

#include "services/runtime/process/local_service.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/base/clock.h"

namespace jissho::runtime {

// Both must outlive the registry.
MethodRegistry IncidentMethods(const LocalServices* services, const MonotonicClock* monotonic);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_INCIDENTS_H_
