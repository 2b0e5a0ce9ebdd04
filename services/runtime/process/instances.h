// jissho.engine.v1.WorkflowService: the state machines of this process's services, for reading.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_INSTANCES_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_INSTANCES_H_

#include <string>

#include "jissho/engine/v1/engine.pb.h"
#include "services/runtime/process/local_service.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/act/rows.h"

namespace jissho::runtime {

engine::v1::Instance ToProto(const std::string& service, const act::InstanceRow& row);
engine::v1::JournalEntry ToProto(const act::JournalRow& row);
// What people can do now at the instance.
void AddTasks(const std::string& service, const act::InstanceRow& row,
              google::protobuf::RepeatedPtrField<engine::v1::Task>* out);

// The request names the service; its own read threads and database are used. NOT_FOUND (SERVICE_NOT_HERE).
MethodRegistry WorkflowMethods(const LocalServices* services);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_INSTANCES_H_
