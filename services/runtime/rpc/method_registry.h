// The methods of a service, as its module registers them: one typed function each, no transport in sight.
//
//   registry.Act<SubmitProposalRequest, Proposal>("SubmitProposal", [](const CallContext& call, const
//   SubmitProposalRequest& request)
//       -> absl::StatusOr<Plan<Proposal>> { … });
//   registry.Read<GetProposalRequest, Proposal>("GetProposal", [](const CallContext& call, const
//   GetProposalRequest& request,
//       storage::Session& session) -> absl::StatusOr<Proposal> { … });
//
// What the method demands (kind, roles, priority) stands in its proto option and is checked before the
// function runs.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_METHOD_REGISTRY_H_
#define JISSHO_SERVICES_RUNTIME_RPC_METHOD_REGISTRY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/runtime/rpc/call.h"
#include "workflow/act/act.h"
#include "workflow/storage/session.h"

namespace jissho::runtime {

// What an act's method gives to the executor. See act::Act for the fields.
template <class ResponseMessage>
struct Plan {
  std::string partition;
  std::vector<act::Read> reads;
  bool alone = false;
  std::function<absl::StatusOr<ResponseMessage>(const act::Context&, const act::View&, act::WriteSet&)> run;
};

// A registered method with its types erased.
struct Method {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  std::function<std::unique_ptr<google::protobuf::Message>()> new_request;
  std::function<std::unique_ptr<google::protobuf::Message>()> new_response;
  // Exactly one of these is set. `plan` is quick and pure; it runs on the caller's thread. `slow_plan` may
  // ask peers and read; it runs on the read pool. `read` runs on the read pool. `direct` needs neither
  // database nor executor.
  std::function<absl::StatusOr<act::Act>(const CallContext&, const google::protobuf::Message&)> plan;
  std::function<absl::StatusOr<act::Act>(const CallContext&, const google::protobuf::Message&,
                                         storage::Session&)>
      slow_plan;
  std::function<absl::StatusOr<Response>(const CallContext&, const google::protobuf::Message&,
                                         storage::Session&)>
      read;
  std::function<absl::StatusOr<Response>(const CallContext&, const google::protobuf::Message&)> direct;
  // Answers later, from a thread of its own choice; must not block. The request lives until it has answered.
  std::function<void(const CallContext&, const google::protobuf::Message&, Respond)> async;
};

class MethodRegistry {
 public:
  // `service` is a full service name such as "jissho.intake.v1.IntakeService".
  explicit MethodRegistry(std::string service) : service_(std::move(service)) {}

  template <class Request, class ResponseMessage>
  void Act(const std::string& name,
           std::function<absl::StatusOr<Plan<ResponseMessage>>(const CallContext&, const Request&)> plan) {
    Method method = Make<Request, ResponseMessage>(name);
    method.plan = [plan](const CallContext& call,
                         const google::protobuf::Message& request) -> absl::StatusOr<act::Act> {
      auto typed = plan(call, static_cast<const Request&>(request));
      if (!typed.ok()) return typed.status();
      return Erase(*std::move(typed));
    };
    Add(std::move(method));
  }

  // For an act that first has to ask other services or to read widely; what it learned is fixed before it
  // runs.
  template <class Request, class ResponseMessage>
  void ActAfterReading(const std::string& name,
                       std::function<absl::StatusOr<Plan<ResponseMessage>>(const CallContext&, const Request&,
                                                                           storage::Session&)>
                           plan) {
    Method method = Make<Request, ResponseMessage>(name);
    method.slow_plan = [plan](const CallContext& call, const google::protobuf::Message& request,
                              storage::Session& session) -> absl::StatusOr<act::Act> {
      auto typed = plan(call, static_cast<const Request&>(request), session);
      if (!typed.ok()) return typed.status();
      return Erase(*std::move(typed));
    };
    Add(std::move(method));
  }

  template <class Request, class ResponseMessage>
  void Read(
      const std::string& name,
      std::function<absl::StatusOr<ResponseMessage>(const CallContext&, const Request&, storage::Session&)>
          read) {
    Method method = Make<Request, ResponseMessage>(name);
    method.read = [read](const CallContext& call, const google::protobuf::Message& request,
                         storage::Session& session) -> absl::StatusOr<Response> {
      auto typed = read(call, static_cast<const Request&>(request), session);
      if (!typed.ok()) return typed.status();
      return Response(std::make_shared<ResponseMessage>(*std::move(typed)));
    };
    Add(std::move(method));
  }

  template <class Request, class ResponseMessage>
  void Direct(const std::string& name,
              std::function<absl::StatusOr<ResponseMessage>(const CallContext&, const Request&)> function) {
    Method method = Make<Request, ResponseMessage>(name);
    method.direct = [function](const CallContext& call,
                               const google::protobuf::Message& request) -> absl::StatusOr<Response> {
      auto typed = function(call, static_cast<const Request&>(request));
      if (!typed.ok()) return typed.status();
      return Response(std::make_shared<ResponseMessage>(*std::move(typed)));
    };
    Add(std::move(method));
  }

  // For what neither the executor nor the read pool can do: work on other threads. The request outlives the
  // answer.
  template <class Request, class ResponseMessage>
  void Async(const std::string& name,
             std::function<void(const CallContext&, const Request&,
                                std::function<void(absl::StatusOr<ResponseMessage>)>)>
                 function) {
    Method method = Make<Request, ResponseMessage>(name);
    method.async = [function](const CallContext& call, const google::protobuf::Message& request,
                              Respond respond) {
      function(call, static_cast<const Request&>(request), [respond](absl::StatusOr<ResponseMessage> typed) {
        if (!typed.ok()) return respond(typed.status());
        respond(Response(std::make_shared<ResponseMessage>(*std::move(typed))));
      });
    };
    Add(std::move(method));
  }

  const std::string& service() const { return service_; }
  // By method name without the service.
  const std::map<std::string, Method>& methods() const { return methods_; }

 private:
  template <class Request, class ResponseMessage>
  Method Make(const std::string& name) {
    Method method;
    method.descriptor = FindDescriptor(name);
    method.new_request = [] { return std::make_unique<Request>(); };
    method.new_response = [] { return std::make_unique<ResponseMessage>(); };
    return method;
  }

  template <class ResponseMessage>
  static act::Act Erase(Plan<ResponseMessage> plan) {
    act::Act act;
    act.partition = std::move(plan.partition);
    act.reads = std::move(plan.reads);
    act.alone = plan.alone;
    act.run = [run = std::move(plan.run)](const act::Context& context, const act::View& view,
                                          act::WriteSet& writes) -> absl::StatusOr<std::string> {
      auto response = run(context, view, writes);
      if (!response.ok()) return response.status();
      return response->SerializeAsString();
    };
    return act;
  }

  // The method's descriptor; stops the process when the service has no such method or the method is added
  // twice: a mistake of the programmer that the first start shows.
  const google::protobuf::MethodDescriptor* FindDescriptor(const std::string& name) const;
  void Add(Method method);

  std::string service_;
  std::map<std::string, Method> methods_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_METHOD_REGISTRY_H_
