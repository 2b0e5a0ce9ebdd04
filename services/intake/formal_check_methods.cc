#include "services/intake/access.h"
#include "services/intake/intake_service.h"
#include "services/intake/mapping.h"

namespace jissho::intake {

namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

// What the event carries besides the reason; most carry nothing.
using EventData = absl::StatusOr<act::Json> (*)(const ProposalRow&, const Context&, const View&);

absl::StatusOr<act::Json> Nothing(const ProposalRow&, const Context&, const View&) {
  return act::Json::object();
}

absl::StatusOr<act::Json> Due(const ProposalRow& row, const Context& context, const View& view) {
  JISSHO_ASSIGN_OR_RETURN(const auto call, view.Get<CallRow>(row.call_id, kCallNotPublished));
  const absl::Time due = CorrectionDue(context.now(), call.correction_days);
  return act::Json{{"due", absl::FormatTime(absl::RFC3339_full, due, absl::UTCTimeZone())}};
}

template <class Request>
std::string ReasonOf(const Request& request) {
  if constexpr (requires { request.reason(); }) {
    return request.reason();
  } else {
    return "";
  }
}

// These methods are one event each: the chart decides, and its actions note and tell what follows.
template <class Request>
void AddEvent(runtime::MethodRegistry& registry, const std::string& method, const std::string& event,
              EventData extra = Nothing) {
  registry.Act<Request, v1::Proposal>(
      method,
      [event, extra](const CallContext&, const Request& request) -> absl::StatusOr<Plan<v1::Proposal>> {
        Plan<v1::Proposal> plan;
        plan.partition = request.id();
        plan.reads = {act::ReadOf<ProposalRow>(request.id()), act::ReadInstance(request.id())};
        plan.run = [id = request.id(), reason = ReasonOf(request), event, extra](
                       const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Proposal> {
          JISSHO_ASSIGN_OR_RETURN(const auto row, GetSeen<ProposalRow>(context, view, id, kProposalNotFound));
          JISSHO_ASSIGN_OR_RETURN(act::Json data, extra(row, context, view));
          if (!reason.empty()) data["reason"] = reason;
          JISSHO_RETURN_IF_ERROR(writes.Fire(id, event, data));
          JISSHO_ASSIGN_OR_RETURN(const auto after, view.Get<ProposalRow>(id, kProposalNotFound));
          return ToMessage(after);
        };
        return plan;
      });
}

}  // namespace

void AddFormalCheckMethods(runtime::MethodRegistry& registry) {
  AddEvent<v1::ReturnProposalRequest>(registry, "ReturnProposal", "proposal.return", Due);
  AddEvent<v1::AcceptProposalRequest>(registry, "AcceptProposal", "proposal.accept");
  AddEvent<v1::RejectProposalRequest>(registry, "RejectProposal", "proposal.reject");
  AddEvent<v1::WithdrawProposalRequest>(registry, "WithdrawProposal", "proposal.withdraw");
  AddEvent<v1::DeclineAdoptionRequest>(registry, "DeclineAdoption", "proposal.decline");
}

}  // namespace jissho::intake
