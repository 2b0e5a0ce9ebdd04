#include "services/runtime/rpc/paging.h"
#include "services/trial/desk.h"
#include "services/trial/mapping.h"
#include "services/trial/reasons.h"
#include "workflow/act/queries.h"

namespace jissho::trial {

namespace {

using runtime::CallContext;

absl::StatusOr<v1::Trial> GetTrial(const CallContext& call, const v1::GetTrialRequest& request,
                                   storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(auto row, FindTrial(session, request.id()));
  if (!row || !MaySee(call.actor, *row)) return MakeError(kTrialNotFound, {{"id", request.id()}});
  JISSHO_ASSIGN_OR_RETURN(auto states, act::ActiveStates(session, row->id));
  JISSHO_ASSIGN_OR_RETURN(const Parts parts, ListParts(session, row->id));
  v1::Trial out = ToProto(*row, states);
  AddParts(parts, out);
  return out;
}

absl::StatusOr<v1::ListTrialsResponse> ListTrialsMethod(const CallContext& call,
                                                        const v1::ListTrialsRequest& request,
                                                        storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(runtime::Page page, runtime::ReadPage(request));
  TrialFilter filter{request.programme_id(), request.fiscal_year(), request.call_id(),
                     request.open_promises(), ""};
  v1::ListTrialsResponse response;
  if (const auto organisation = OnlyOrganisation(call.actor)) {
    if (organisation->empty()) return response;
    filter.organisation_id = *organisation;
  }
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListTrials(session, filter, page.after.empty() ? "" : page.after.front(), page.size + 1));
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const TrialRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(auto states, act::ActiveStates(session, row.id));
    *response.add_trials() = ToProto(row, states);
  }
  return response;
}

}  // namespace

void AddReads(runtime::MethodRegistry& registry) {
  registry.Read<v1::GetTrialRequest, v1::Trial>("GetTrial", GetTrial);
  registry.Read<v1::ListTrialsRequest, v1::ListTrialsResponse>("ListTrials", ListTrialsMethod);
}

}  // namespace jissho::trial
