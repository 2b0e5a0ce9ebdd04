// jissho.engine.v1.WorkflowService: the state machines of this process's services, for reading.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_INSTANCES_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_INSTANCES_H_

#include <string>
#include <vector>

#include "jissho/engine/v1/engine.pb.h"
#include "nlohmann/json.hpp"
#include "services/runtime/process/local_service.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/act/rows.h"

namespace jissho::runtime {

engine::v1::Instance ToProto(const std::string& service, const act::InstanceRow& row);
// `entered` and `exited`: what stands in the row as JSON.
engine::v1::JournalEntry ToProto(const act::JournalRow& row, const std::vector<std::string>& entered,
                                 const std::vector<std::string>& exited);
// `tasks`: what people can do now at the instance (act::OfferedTasksOf).
void AddTasks(const std::string& service, const act::InstanceRow& row, const nlohmann::json& tasks,
              google::protobuf::RepeatedPtrField<engine::v1::Task>* out);

// The request names the service; its own read threads and database are used. NOT_FOUND (SERVICE_NOT_HERE).
MethodRegistry WorkflowMethods(const LocalServices* services);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_INSTANCES_H_
