// A typed client for all services, over one gRPC channel.
//
//   Client client("127.0.0.1:50051");
//   client.set_token(token);
//   auto proposal = client.Call<intake::v1::Proposal>("jissho.intake.v1.IntakeService/GetProposal", request);
//
// Errors come back as absl::Status with the server's reason, texts and field faults (GetErrorDetail of
// workflow/base/error.h). Nothing is retried here but what gRPC itself retries before a request has left.
// Threading: Call is thread-safe; the setters are not.
#ifndef JISSHO_CLIENTS_CPP_CLIENT_H_
#define JISSHO_CLIENTS_CPP_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

namespace grpc {
class Channel;
}

namespace jissho::client {

class Client {
 public:
  explicit Client(const std::string& address);
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
  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  std::string locale_ = "ja";
  absl::Duration timeout_ = absl::Seconds(30);
};

}  // namespace jissho::client

#endif  // JISSHO_CLIENTS_CPP_CLIENT_H_
