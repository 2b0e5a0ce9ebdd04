#include "services/intake/intake_service.h"
#include "services/intake/mapping.h"
#include "services/intake/reasons.h"
#include "services/intake/store/store.h"
#include "services/runtime/rpc/paging.h"

namespace jissho::intake {

namespace {

using runtime::CallContext;

absl::StatusOr<v1::CallForApplicants> Get(const CallContext& call,
                                          const v1::GetCallForApplicantsRequest& request,
                                          storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindRow<CallRow>(session, request.id()));
  if (!row) return MakeError(kCallNotPublished, {{"id", request.id()}});
  return ToMessage(*row, call.now);
}

absl::StatusOr<v1::ListOpenCallsResponse> ListOpen(const CallContext& call,
                                                   const v1::ListOpenCallsRequest& request,
                                                   storage::Session& session) {
  v1::ListOpenCallsResponse response;
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListOpenCalls(session, call.now, page.after.empty() ? "" : page.after[0], page.size + 1));
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const CallRow& row : rows) *response.add_calls() = ToMessage(row, call.now);
  return response;
}

}  // namespace

void AddCallMethods(runtime::MethodRegistry& registry) {
  registry.Read<v1::GetCallForApplicantsRequest, v1::CallForApplicants>("GetCallForApplicants", Get);
  registry.Read<v1::ListOpenCallsRequest, v1::ListOpenCallsResponse>("ListOpenCalls", ListOpen);
}

}  // namespace jissho::intake
