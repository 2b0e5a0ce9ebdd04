// One call on its way through the pipeline, whatever transport brought it.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_CALL_H_
#define JISSHO_SERVICES_RUNTIME_RPC_CALL_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "workflow/act/act.h"

namespace jissho::runtime {

// Lower-case metadata keys, as gRPC has them.
using Metadata = std::map<std::string, std::string>;

// What a handler may know of its caller. Everything else of the transport stays outside.
struct CallContext {
  std::string method;       // full name, "jissho.intake.v1.IntakeService/SubmitProposal"
  act::Actor actor;         // empty id on a public method without a token
  std::string request_id;   // of an act: the request's own `request_id` field, or one made up
  std::string trace_id;     // W3C trace id, 32 hexadecimal characters
  std::string locale;       // "ja" or "en", from accept-language
  std::string token;        // the caller's bearer token, passed on downstream
  absl::Time now;           // calendar
  absl::Duration deadline;  // monotonic instant after which nobody waits
};

using Response = std::shared_ptr<google::protobuf::Message>;
using Respond = std::function<void(absl::StatusOr<Response>)>;

// A way to reach methods: the pipeline of this process, or a channel to another one. Thread-safe.
class Connection {
 public:
  virtual ~Connection() = default;
  // `method` as in CallContext. `response` is an empty message of the right type, filled on success.
  // Blocks until the answer or the deadline. Never called inside a transaction or from a gRPC reaction.
  virtual absl::Status Call(const std::string& method, const Metadata& metadata, absl::Duration timeout,
                            const google::protobuf::Message& request,
                            google::protobuf::Message* response) = 0;
};

// The services that a handler may ask, by service name ("cases"). In one process or many: configuration
// decides.
class Peers {
 public:
  virtual ~Peers() = default;
  // On behalf of the caller of `call` (token, trace and remaining time are passed on).
  // e.g. Call<CountCasesResponse>(call, "cases", "jissho.cases.v1.CasesService/CountCases", request)
  template <class ResponseMessage>
  absl::StatusOr<ResponseMessage> Call(const CallContext& call, const std::string& service,
                                       const std::string& method, const google::protobuf::Message& request) {
    ResponseMessage response;
    absl::Status status = CallMessage(&call, service, method, request, &response);
    if (!status.ok()) return status;
    return response;
  }
  // As the service itself (role "system").
  template <class ResponseMessage>
  absl::StatusOr<ResponseMessage> CallAsSystem(const std::string& service, const std::string& method,
                                               const google::protobuf::Message& request) {
    ResponseMessage response;
    absl::Status status = CallMessage(nullptr, service, method, request, &response);
    if (!status.ok()) return status;
    return response;
  }

 protected:
  virtual absl::Status CallMessage(const CallContext* call, const std::string& service,
                                   const std::string& method, const google::protobuf::Message& request,
                                   google::protobuf::Message* response) = 0;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_CALL_H_
