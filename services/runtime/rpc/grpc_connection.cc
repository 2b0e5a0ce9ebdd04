#include "services/runtime/rpc/grpc_connection.h"

#include <chrono>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/status_mapping.h"

namespace jissho::runtime {
namespace {

constexpr int kKeepaliveTimeMs = 60 * 1000;
constexpr int kBytesMax = 16 << 20;

absl::Status FromGrpcStatus(const grpc::Status& status, const std::string& service) {
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details()) &&
      details.code() != 0) {
    return FromRpcStatus(details);
  }
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return WithRetryAfter(MakeError(kPeerUnavailable, {{"service", service}}), absl::Seconds(1));
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return MakeError(kDeadlinePassed);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

class GrpcConnection : public Connection {
 public:
  GrpcConnection(std::string service, const std::string& address) : service_(std::move(service)) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
    arguments.SetMaxReceiveMessageSize(kBytesMax);
    // Calls spread over all processes behind a name, not the first one found.
    arguments.SetLoadBalancingPolicyName("round_robin");
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  }

  absl::Status Call(const std::string& method, const Metadata& metadata, absl::Duration timeout,
                    const google::protobuf::Message& request, google::protobuf::Message* response) override {
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    if (timeout != absl::InfiniteDuration()) {
      context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
    }
    const std::string path = "/" + method;
    const grpc::internal::RpcMethod rpc(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<google::protobuf::Message, google::protobuf::Message,
                                          google::protobuf::Message, google::protobuf::Message>(
            channel_.get(), rpc, &context, request, response);
    return status.ok() ? absl::OkStatus() : FromGrpcStatus(status, service_);
  }

 private:
  const std::string service_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace

std::unique_ptr<Connection> MakeGrpcConnection(const std::string& service, const std::string& address) {
  return std::make_unique<GrpcConnection>(service, address);
}

}  // namespace jissho::runtime
