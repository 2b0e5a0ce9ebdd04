// Calls to one of this process's own services, by the name that a request gives.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_LOCAL_CALLS_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_LOCAL_CALLS_H_

#include <functional>
#include <string>
#include <utility>

#include "services/runtime/process/local_service.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/call.h"
#include "services/runtime/rpc/serialize.h"
#include "workflow/act/service.h"

namespace jissho::runtime {

inline constexpr absl::Duration kLocalSessionWait = absl::Seconds(5);

// Runs `work` with the service on one of its read threads. NOT_FOUND (SERVICE_NOT_HERE), or SERVER_BUSY,
// given to `fail`.
inline void OnReadThread(const LocalServices* services, const std::string& name, Rank rank,
                         const std::function<void(absl::Status)>& fail,
                         std::function<void(act::Service&)> work) {
  const auto found = services->find(name);
  if (found == services->end()) return fail(MakeError(kServiceNotHere, {{"service", name}}));
  act::Service* service = found->second.service;
  if (!found->second.reads->Post(rank, [service, work = std::move(work)] { work(*service); }))
    fail(WithRetryAfter(MakeError(kServerBusy), absl::Seconds(1)));
}

// Answers a read with a session of the service.
template <class Out>
void ReadLocally(const LocalServices* services, const std::string& name,
                 std::function<absl::StatusOr<Out>(act::Service&, storage::Session&)> read,
                 std::function<void(absl::StatusOr<Out>)> respond, Rank rank = Rank::kRead) {
  OnReadThread(services, name, rank, respond, [read = std::move(read), respond](act::Service& service) {
    absl::StatusOr<Out> answer = absl::UnknownError("");
    {
      auto session = service.pool().Acquire(kLocalSessionWait);
      answer = session.ok() ? read(service, **session) : absl::StatusOr<Out>(session.status());
    }
    // The session is back in its pool before anybody is answered.
    respond(std::move(answer));
  });
}

// Runs an act of the caller on the service. `run` may outlive the request.
template <class Out>
void ActLocally(act::Service& service, const CallContext& call, const std::string& request_hash,
                const std::string& partition,
                std::function<absl::StatusOr<Out>(const act::Context&, const act::View&, act::WriteSet&)> run,
                std::function<void(absl::StatusOr<Out>)> respond) {
  act::Act act;
  act.actor = call.actor;
  act.command = {call.actor.id, call.method, call.request_id, request_hash};
  act.partition = partition;
  act.expires = call.deadline;
  act.run = [run = std::move(run)](const act::Context& context, const act::View& view,
                                   act::WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_ASSIGN_OR_RETURN(const Out answer, run(context, view, writes));
    return answer.SerializeAsString();
  };
  service.Submit(std::move(act), [respond](absl::StatusOr<std::string> bytes) {
    if (!bytes.ok()) return respond(bytes.status());
    Out answer;
    answer.ParseFromString(*bytes);
    respond(std::move(answer));
  });
}

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_LOCAL_CALLS_H_
