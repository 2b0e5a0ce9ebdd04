#include "services/runtime/rpc/in_process_connection.h"

#include <algorithm>

#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

// A caller without a deadline waits no longer than any call may take.
constexpr absl::Duration kTimeoutMax = absl::Minutes(15);

class InProcessConnection : public Connection {
 public:
  InProcessConnection(Pipeline* pipeline, Threads* threads) : pipeline_(pipeline), threads_(threads) {}

  absl::Status Call(const std::string& method, const Metadata& metadata, absl::Duration timeout,
                    const google::protobuf::Message& request, google::protobuf::Message* response) override {
    // Shared with the answer, which may come after this call has given up.
    auto answer = std::make_shared<Handover<absl::StatusOr<std::string>>>(threads_);
    pipeline_->Handle({method, metadata, timeout, request.SerializeAsString()},
                      [answer](absl::StatusOr<std::string> result) { answer->Give(std::move(result)); });
    const auto result = answer->Take(std::min(timeout, kTimeoutMax));
    if (!result) return MakeError(kDeadlinePassed);
    if (!result->ok()) return result->status();
    if (!response->ParseFromString(**result))
      return absl::InternalError("answer of another type than asked for: " + method);
    return absl::OkStatus();
  }

 private:
  Pipeline* const pipeline_;
  Threads* const threads_;
};

}  // namespace

std::unique_ptr<Connection> MakeInProcessConnection(Pipeline* pipeline, Threads* threads) {
  return std::make_unique<InProcessConnection>(pipeline, threads);
}

}  // namespace jissho::runtime
