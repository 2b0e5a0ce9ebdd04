#include "clients/cpp/client.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_method.h>

#include <chrono>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "workflow/base/error.h"

namespace jissho::client {

namespace {

constexpr int kMessageBytesMax = 16 << 20;

// The reason's texts come from the server, so a Reason for it is made on the spot.
absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return absl::Status(code, status.error_message());
  }
  ErrorDetail detail;
  detail.en = status.error_message();
  detail.ja = status.error_message();
  for (const google::protobuf::Any& any : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::LocalizedMessage localized;
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo retry;
    if (any.UnpackTo(&info)) {
      detail.reason = info.reason();
      detail.metadata.insert(info.metadata().begin(), info.metadata().end());
    } else if (any.UnpackTo(&localized)) {
      detail.ja = localized.message();
    } else if (any.UnpackTo(&bad)) {
      for (const auto& fault : bad.field_violations()) {
        detail.faults.push_back({fault.field(), fault.description(), fault.description()});
      }
    } else if (any.UnpackTo(&retry)) {
      detail.retry_after =
          absl::Seconds(retry.retry_delay().seconds()) + absl::Nanoseconds(retry.retry_delay().nanos());
    }
  }
  return WithErrorDetail(absl::Status(code, status.error_message()), detail);
}

// Whether the server has said something. What it says carries a reason.
bool HasReached(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  return status.ok() || (detail && !detail->reason.empty());
}

}  // namespace

Client::Client(const std::string& address, const MonotonicClock* clock) : clock_(clock) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

Client::~Client() = default;

absl::Status Client::CallMessage(const std::string& method, const google::protobuf::Message& request,
                                 google::protobuf::Message* response) const {
  {
    std::lock_guard lock(mutex_);
    Way& way = ways_[method];
    if (!way.throttle.Admits(clock_->Elapsed())) return way.refusal;
  }
  const absl::Status status = Send(method, request, response);
  if (!HasReached(status)) return status;
  std::lock_guard lock(mutex_);
  Way& way = ways_[method];
  const bool refused = status.code() == absl::StatusCode::kResourceExhausted;
  if (refused) way.refusal = status;
  way.throttle.Note(clock_->Elapsed(), refused);
  return status;
}

absl::Status Client::Send(const std::string& method, const google::protobuf::Message& request,
                          google::protobuf::Message* response) const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout_));
  context.AddMetadata("accept-language", locale_);
  if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
  const std::string path = "/" + method;
  const grpc::internal::RpcMethod rpc(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, channel_);
  return FromGrpc(grpc::internal::BlockingUnaryCall(channel_.get(), rpc, &context, request, response));
}

}  // namespace jissho::client
