#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/rpc/paging.h"
#include "services/survey/access.h"
#include "services/survey/mapping.h"
#include "services/survey/reasons.h"
#include "services/survey/store/store.h"
#include "services/survey/survey_service.h"
#include "services/survey/templates.h"

namespace jissho::survey {

namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<Plan<v1::Invitation>> RecordUndeliverable(const CallContext&,
                                                         const v1::RecordUndeliverableRequest& request) {
  Plan<v1::Invitation> plan;
  plan.partition = request.invitation_id();
  plan.reads = {act::ReadOf<InvitationRow>(request.invitation_id()),
                act::ReadInstance(request.invitation_id())};
  plan.run = [request](const Context&, const View& view, WriteSet& writes) -> absl::StatusOr<v1::Invitation> {
    const std::string& id = request.invitation_id();
    JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<InvitationRow>(id, kInvitationNotFound));
    if (row.state == "planned") return MakeError(kSurveyNotOpen);
    JISSHO_RETURN_IF_ERROR(writes.Fire(id, "invitation.undeliverable", {{"reason", request.reason()}}));
    JISSHO_ASSIGN_OR_RETURN(const auto after, view.Get<InvitationRow>(id, kInvitationNotFound));
    return ToMessage(after);
  };
  return plan;
}

// The invitation that the caller may see, by token or id.
absl::StatusOr<InvitationRow> Seen(storage::Session& session, const act::Actor& actor, const std::string& id,
                                   const std::string& token) {
  if (token.empty()) {
    JISSHO_ASSIGN_OR_RETURN(const auto row, FindInvitation(session, id));
    if (!row || !Sees(actor, *row)) return MakeError(kInvitationNotFound);
    return *row;
  }
  JISSHO_ASSIGN_OR_RETURN(const auto found, FindToken(session, TokenHash(token)));
  if (!found) return MakeError(kInvitationNotFound);
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindInvitation(session, found->invitation_id));
  if (!row) return MakeError(kInvitationNotFound);
  return *row;
}

absl::StatusOr<v1::InvitationForm> Get(const CallContext& call, const v1::GetInvitationRequest& request,
                                       storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, Seen(session, call.actor, request.id(), request.token()));
  JISSHO_ASSIGN_OR_RETURN(const auto campaign, FindCampaign(session, row.campaign_id));
  if (!campaign) return MakeError(kCampaignNotFound, {{"id", row.campaign_id}});
  JISSHO_ASSIGN_OR_RETURN(const auto used, ResolveTemplate(session, campaign->template_id));
  v1::InvitationForm form;
  *form.mutable_invitation() = ToMessage(row);
  form.set_title(campaign->title);
  JISSHO_ASSIGN_OR_RETURN(*form.mutable_template_(), ToMessage(used));
  SetTimestamp(row.close_at, form.mutable_close_time());
  return form;
}

absl::StatusOr<v1::ListInvitationsResponse> List(const CallContext& call,
                                                 const v1::ListInvitationsRequest& request,
                                                 storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  InvitationFilter filter{request.campaign_id(), request.case_id(), "", request.state(), false};
  v1::ListInvitationsResponse response;
  if (!IsStaff(call.actor)) {
    if (call.actor.organisation.empty()) return response;
    filter.organisation_id = call.actor.organisation;
    filter.only_sent = true;
  }
  JISSHO_ASSIGN_OR_RETURN(
      auto rows,
      ListInvitations(session, filter, page.after.empty() ? "" : page.after.front(), page.size + 1));
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const InvitationRow& row : rows) *response.add_invitations() = ToMessage(row);
  return response;
}

absl::StatusOr<v1::ListNoticesResponse> Notices(const CallContext&, const v1::ListNoticesRequest& request,
                                                storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(const auto campaign, FindCampaign(session, request.campaign_id()));
  if (!campaign) return MakeError(kCampaignNotFound, {{"id", request.campaign_id()}});
  int64_t after_issued = INT64_MIN;
  std::string after_id;
  if (page.after.size() == 2 && absl::SimpleAtoi(page.after[0], &after_issued)) after_id = page.after[1];
  JISSHO_ASSIGN_OR_RETURN(auto rows,
                          ListNotices(session, campaign->id, after_issued, after_id, page.size + 1));
  v1::ListNoticesResponse response;
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(
        request, {absl::StrCat(absl::ToUnixMicros(rows.back().issued_at)), rows.back().id}));
  }
  if (rows.empty()) return response;
  // A campaign has at most 1,000 invitations: one read instead of one for each notice.
  JISSHO_ASSIGN_OR_RETURN(const auto invitations, AllInvitations(session, campaign->id));
  std::map<std::string, const InvitationRow*> by_id;
  for (const InvitationRow& row : invitations) by_id[row.id] = &row;
  for (const NoticeRow& row : rows) {
    const auto it = by_id.find(row.invitation_id);
    if (it != by_id.end()) *response.add_notices() = ToMessage(row, *it->second, *campaign);
  }
  return response;
}

}  // namespace

void AddInvitationMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::RecordUndeliverableRequest, v1::Invitation>("RecordUndeliverable", RecordUndeliverable);
  registry.Read<v1::GetInvitationRequest, v1::InvitationForm>("GetInvitation", Get);
  registry.Read<v1::ListInvitationsRequest, v1::ListInvitationsResponse>("ListInvitations", List);
  registry.Read<v1::ListNoticesRequest, v1::ListNoticesResponse>("ListNotices", Notices);
}

}  // namespace jissho::survey
