#include "services/intake/access.h"
#include "services/intake/intake_service.h"
#include "services/intake/mapping.h"
#include "services/intake/store/store.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/paging.h"

namespace jissho::intake {

namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<v1::Proposal> Stored(const View& view, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<ProposalRow>(id, kProposalNotFound));
  return ToMessage(row);
}

absl::StatusOr<Plan<v1::Proposal>> Create(const CallContext& call, const v1::CreateProposalRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(const std::string organisation_id,
                          ActingOrganisation(call.actor, request.organisation_id()));
  Plan<v1::Proposal> plan;
  plan.partition = call.request_id;
  plan.reads = {act::ReadOf<CallRow>(request.call_id()), act::ReadOf<OrganisationRow>(organisation_id)};
  plan.run = [request, organisation_id](const Context& context, const View& view,
                                        WriteSet& writes) -> absl::StatusOr<v1::Proposal> {
    JISSHO_RETURN_IF_ERROR(view.Get<CallRow>(request.call_id(), kCallNotPublished).status());
    JISSHO_ASSIGN_OR_RETURN(const auto organisation,
                            view.Get<OrganisationRow>(organisation_id, kOrganisationNotFound));
    ProposalRow row;
    row.id = context.NewId("proposal");
    row.call_id = request.call_id();
    row.organisation_id = organisation.id;
    row.organisation_name = organisation.name;
    row.content = ToJson(FromMessage(request.content())).dump();
    row.attachments = "[]";
    row.created_at = context.now();
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    // Sets the row's state, which is why the row comes first.
    JISSHO_RETURN_IF_ERROR(writes.Start("proposal", row.id, row.id, organisation.id, act::Json::object()));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Proposal>> Update(const CallContext&, const v1::UpdateProposalRequest& request) {
  Plan<v1::Proposal> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<ProposalRow>(request.id()), act::ReadInstance(request.id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Proposal> {
    JISSHO_ASSIGN_OR_RETURN(auto row, GetSeen<ProposalRow>(context, view, request.id(), kProposalNotFound));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "proposal.revise"));
    JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), row.version));
    row.content = ToJson(FromMessage(request.content())).dump();
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<v1::Proposal> Get(const CallContext& call, const v1::GetProposalRequest& request,
                                 storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindRow<ProposalRow>(session, request.id()));
  if (!row || !Sees(call.actor, *row)) return MakeError(kProposalNotFound, {{"id", request.id()}});
  return ToMessage(*row);
}

absl::StatusOr<v1::ListProposalsResponse> List(const CallContext& call,
                                               const v1::ListProposalsRequest& request,
                                               storage::Session& session) {
  v1::ListProposalsResponse response;
  ProposalFilter filter{.call_id = request.call_id(),
                        .state = StateName(request.state()),
                        .organisation_id = request.organisation_id(),
                        .drafts = SeesDrafts(call.actor)};
  if (!IsStaff(call.actor)) {
    const std::string& own = call.actor.organisation;
    if (own.empty() || (!filter.organisation_id.empty() && filter.organisation_id != own)) return response;
    filter.organisation_id = own;
    filter.drafts = true;
  }
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListProposals(session, filter, page.after.empty() ? "" : page.after[0], page.size + 1));
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const ProposalRow& row : rows) *response.add_proposals() = ToMessage(row);
  return response;
}

}  // namespace

void AddProposalMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::CreateProposalRequest, v1::Proposal>("CreateProposal", Create);
  registry.Act<v1::UpdateProposalRequest, v1::Proposal>("UpdateProposal", Update);
  registry.Read<v1::GetProposalRequest, v1::Proposal>("GetProposal", Get);
  registry.Read<v1::ListProposalsRequest, v1::ListProposalsResponse>("ListProposals", List);
}

}  // namespace jissho::intake
