// A typed client for all services, over one gRPC channel.
//
//   Client client("127.0.0.1:50051");
//   client.set_token(token);
//   auto proposal = client.Call<intake::v1::Proposal>("jissho.intake.v1.IntakeService/GetProposal", request);
//
// Errors come back as absl::Status with the server's reason, texts and field faults (GetErrorDetail of
// workflow/base/error.h). Nothing is retried here but what gRPC itself retries before a request has left.
// While a server refuses calls of a method because it is full, most further ones of that method are refused
// here, with what the server said last (throttle.h). Threading: Call is thread-safe; the setters are not.
#ifndef JISSHO_CLIENTS_CPP_CLIENT_H_
#define JISSHO_CLIENTS_CPP_CLIENT_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/throttle.h"
#include "google/protobuf/message.h"
#include "workflow/base/clock.h"

namespace grpc {
class Channel;
}

namespace jissho::client {

class Client {
 public:
  // The clock outlives the client.
  explicit Client(const std::string& address, const MonotonicClock* clock = &SystemMonotonic());
  ~Client();

  void set_token(const std::string& token) { token_ = token; }
  // "ja" (default) or "en": language of the error texts.
  void set_locale(const std::string& locale) { locale_ = locale; }
  // For each call; default 30 s.
  void set_timeout(absl::Duration timeout) { timeout_ = timeout; }

  template <class Response>
  absl::StatusOr<Response> Call(const std::string& method, const google::protobuf::Message& request) const {
    Response response;
    absl::Status status = CallMessage(method, request, &response);
    if (!status.ok()) return status;
    return response;
  }
  absl::Status CallMessage(const std::string& method, const google::protobuf::Message& request,
                           google::protobuf::Message* response) const;

 private:
  // To one method: the server refuses payments and approvals last, and so does the client.
  struct Way {
    Throttle throttle;
    absl::Status refusal;  // the server's last
  };
  absl::Status Send(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response) const;

  const MonotonicClock* const clock_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  std::string locale_ = "ja";
  absl::Duration timeout_ = absl::Seconds(30);
  mutable std::mutex mutex_;
  mutable std::map<std::string, Way> ways_;
};

}  // namespace jissho::client

#endif  // JISSHO_CLIENTS_CPP_CLIENT_H_
