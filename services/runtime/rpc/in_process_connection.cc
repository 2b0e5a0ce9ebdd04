#include "services/runtime/rpc/in_process_connection.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

// A caller without a deadline waits no longer than any call may take.
constexpr absl::Duration kTimeoutMax = absl::Minutes(15);

class InProcessConnection : public Connection {
 public:
  explicit InProcessConnection(Pipeline* pipeline) : pipeline_(pipeline) {}

  absl::Status Call(const std::string& method, const Metadata& metadata, absl::Duration timeout,
                    const google::protobuf::Message& request, google::protobuf::Message* response) override {
    // Shared with the answer, which may come after this call has given up.
    auto promise = std::make_shared<std::promise<absl::StatusOr<std::string>>>();
    auto future = promise->get_future();
    pipeline_->Handle(
        {method, metadata, timeout, request.SerializeAsString()},
        [promise](absl::StatusOr<std::string> result) { promise->set_value(std::move(result)); });
    const auto wait = absl::ToChronoMilliseconds(std::min(timeout, kTimeoutMax));
    if (future.wait_for(wait) != std::future_status::ready) return MakeError(kDeadlinePassed);
    auto result = future.get();
    if (!result.ok()) return result.status();
    if (!response->ParseFromString(*result))
      return absl::InternalError("answer of another type than asked for: " + method);
    return absl::OkStatus();
  }

 private:
  Pipeline* const pipeline_;
};

}  // namespace

std::unique_ptr<Connection> MakeInProcessConnection(Pipeline* pipeline) {
  return std::make_unique<InProcessConnection>(pipeline);
}

}  // namespace jissho::runtime
