// A service that runs in this process, as the process's own RPC services see it.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_LOCAL_SERVICE_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_LOCAL_SERVICE_H_

#include <map>
#include <string>

#include "services/runtime/rpc/work_queue.h"
#include "workflow/act/service.h"

namespace jissho::runtime {

struct LocalService {
  act::Service* service;
  WorkQueue* reads;
};
using LocalServices = std::map<std::string, LocalService>;

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_LOCAL_SERVICE_H_
