// A connection to a service of this very process: the same steps as from outside, without a wire.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_IN_PROCESS_CONNECTION_H_
#define JISSHO_SERVICES_RUNTIME_RPC_IN_PROCESS_CONNECTION_H_

#include <memory>

#include "services/runtime/rpc/call.h"
#include "services/runtime/rpc/pipeline.h"
#include "workflow/base/threads.h"

namespace jissho::runtime {

// Waits for the answer on the caller's thread. DEADLINE_EXCEEDED (DEADLINE_PASSED) when it does not come in
// time; the call itself may then still take effect, as over a wire.
std::unique_ptr<Connection> MakeInProcessConnection(Pipeline* pipeline, Threads* threads = &SystemThreads());

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_IN_PROCESS_CONNECTION_H_
