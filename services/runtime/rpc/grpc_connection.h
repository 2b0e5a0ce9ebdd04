// A connection to another process by gRPC.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_GRPC_CONNECTION_H_
#define JISSHO_SERVICES_RUNTIME_RPC_GRPC_CONNECTION_H_

#include <memory>
#include <string>

#include "services/runtime/rpc/call.h"

namespace jissho::runtime {

// `service` is for messages only; `address` is a gRPC target such as "cases:50051" or "dns:///cases:50051".
// Does not connect before the first call. Errors come back as they were made (reason, faults, retry); what
// gRPC itself says of an unreachable process becomes UNAVAILABLE (PEER_UNAVAILABLE).
std::unique_ptr<Connection> MakeGrpcConnection(const std::string& service, const std::string& address);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_GRPC_CONNECTION_H_
