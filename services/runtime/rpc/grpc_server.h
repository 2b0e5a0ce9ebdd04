// gRPC in front of a pipeline: one generic service per descriptor, no generated code, callback API.
//
// gRPC's own threads (two on a small machine) only decode frames and hand the bytes to Pipeline::Handle;
// nothing in a reaction blocks. Health (grpc.health.v1, per RPC service and for "") is always served,
// reflection on request.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_GRPC_SERVER_H_
#define JISSHO_SERVICES_RUNTIME_RPC_GRPC_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/runtime/rpc/pipeline.h"

namespace jissho::runtime {

struct GrpcServerOptions {
  std::string listen = "127.0.0.1:50051";  // HOST:PORT; port 0 takes a free one
  bool reflection = false;                 // development only: it tells strangers all there is
};

inline constexpr int kMessageBytesMax = 4 << 20;
inline constexpr int kMetadataBytesMax = 16 << 10;

class GrpcServer {
 public:
  // Starts listening, NOT_SERVING. INVALID_ARGUMENT (CONFIG_INVALID) when the address cannot be had.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options,
                                                           Pipeline* pipeline);
  // Shuts down without waiting.
  ~GrpcServer();

  void SetServing(bool serving);
  // HOST:PORT that it listens on, with the real port.
  const std::string& address() const;
  // Takes no more connections, waits for the calls at most `drain`, cancels the rest.
  void Shutdown(absl::Duration drain);

 private:
  struct State;
  explicit GrpcServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_GRPC_SERVER_H_
