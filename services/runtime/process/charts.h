// jissho.engine.v1.ChartService: versions of charts, and moving instances between them.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_CHARTS_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_CHARTS_H_

#include "services/runtime/process/local_service.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/base/clock.h"

namespace jissho::runtime {

// The request names the service; its own threads and database are used. Both must outlive the registry.
MethodRegistry ChartMethods(const LocalServices* services, const MonotonicClock* monotonic);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_CHARTS_H_
