#include "absl/strings/str_cat.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/paging.h"
#include "services/survey/actions.h"
#include "services/survey/cohort.h"
#include "services/survey/domain/plan.h"
#include "services/survey/mapping.h"
#include "services/survey/reasons.h"
#include "services/survey/store/store.h"
#include "services/survey/survey_service.h"
#include "services/survey/templates.h"

namespace jissho::survey {

namespace {

using act::Context;
using act::Json;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<v1::Campaign> Stored(const View& view, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<CampaignRow>(id, kCampaignNotFound));
  return ToMessage(row);
}

std::vector<FieldFault> CheckRequest(const v1::CreateCampaignRequest& request, absl::Time now) {
  CampaignPlan plan;
  if (request.has_open_time()) plan.open = FromTimestamp(request.open_time());
  plan.due = FromTimestamp(request.due_time());
  plan.close = FromTimestamp(request.close_time());
  plan.reminder_days.assign(request.reminder_days().begin(), request.reminder_days().end());
  std::vector<FieldFault> faults = CheckPlan(plan, now);
  if (request.kind() == v1::CAMPAIGN_KIND_MONITOR && request.cohorts_size() > 0) {
    faults.push_back({"cohorts", "モニター調査の対象は直接指定してください。",
                      "List the invitees of a monitor survey; it has no cohorts."});
  }
  if (request.kind() == v1::CAMPAIGN_KIND_MONITOR) return faults;
  for (int i = 0; i < request.invitees_size(); ++i) {
    if (!request.invitees(i).case_id().empty()) continue;
    faults.push_back(
        {absl::StrCat("invitees[", i, "].case_id"), "案件を指定してください。", "Name the case."});
  }
  return faults;
}

CampaignRow DraftRow(const v1::CreateCampaignRequest& request, const std::string& template_id) {
  CampaignRow row;
  row.title = request.title();
  row.kind = request.kind();
  row.template_id = template_id;
  row.programme_id = request.programme_id();
  row.fiscal_year = request.fiscal_year();
  row.cohorts = ToText(std::vector<int64_t>(request.cohorts().begin(), request.cohorts().end()));
  if (request.has_open_time()) row.open_at = FromTimestamp(request.open_time());
  row.due_at = FromTimestamp(request.due_time());
  row.close_at = FromTimestamp(request.close_time());
  row.reminder_days =
      ToText(std::vector<int64_t>(request.reminder_days().begin(), request.reminder_days().end()));
  return row;
}

absl::Status InsertInvitees(const CampaignRow& campaign, const std::vector<v1::Invitee>& invitees,
                            WriteSet& writes) {
  for (size_t i = 0; i < invitees.size(); ++i) {
    InvitationRow row;
    row.id = InvitationId(campaign.id, static_cast<int64_t>(i) + 1);
    row.campaign_id = campaign.id;
    row.organisation_id = invitees[i].organisation_id();
    row.name = invitees[i].name();
    row.case_id = invitees[i].case_id();
    row.contact = invitees[i].contact();
    const v1::Channel channel = invitees[i].channel();
    row.channel = channel == v1::CHANNEL_UNSPECIFIED ? v1::CHANNEL_MAIL : channel;
    row.state = "planned";
    row.due_at = campaign.due_at;
    row.close_at = campaign.close_at;
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
  }
  return absl::OkStatus();
}

absl::StatusOr<Plan<v1::Campaign>> Create(const CallContext& call, const v1::CreateCampaignRequest& request,
                                          storage::Session& session, runtime::Peers& peers,
                                          IdSource& secrets) {
  JISSHO_ASSIGN_OR_RETURN(const TemplateRow used, ResolveTemplate(session, request.template_()));
  JISSHO_ASSIGN_OR_RETURN(const auto invitees, FindInvitees(peers, call, request));
  CampaignRow draft = DraftRow(request, used.id);
  draft.invitee_count = static_cast<int64_t>(invitees.size());
  // Drawn here and not in the act: an act that runs twice must write the same.
  draft.secret = secrets.NewId() + secrets.NewId();
  Plan<v1::Campaign> plan;
  plan.partition = call.request_id;
  plan.reads = {act::ReadOf<TemplateRow>(used.id)};
  plan.run = [request, draft, used, invitees](const Context& context, const View& view,
                                              WriteSet& writes) -> absl::StatusOr<v1::Campaign> {
    // Here and not before: a repeat that comes when the dates have passed gets the first answer.
    const std::vector<FieldFault> faults = CheckRequest(request, context.now());
    if (!faults.empty()) return MakeFieldError(faults);
    CampaignRow row = draft;
    row.id = context.NewId("campaign");
    row.drafter = context.actor().id;
    JISSHO_ASSIGN_OR_RETURN(const auto standing, view.Find<TemplateRow>(used.id));
    if (!standing) JISSHO_RETURN_IF_ERROR(writes.Insert(used));
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    JISSHO_RETURN_IF_ERROR(InsertInvitees(row, invitees, writes));
    const Json data{{"due_at", InstantText(row.due_at)}, {"close_at", InstantText(row.close_at)}};
    JISSHO_RETURN_IF_ERROR(writes.Start("campaign", row.id, "", "", data));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "campaign.draft"));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<v1::Campaign> RunOpen(const v1::OpenCampaignRequest& request, const Context& context,
                                     const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<CampaignRow>(request.id(), kCampaignNotFound));
  JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), row.version));
  const absl::Time opens = OpeningOf(row, context.now());
  if (row.due_at <= opens) return MakeError(kCampaignOutOfDate);
  const auto reminders = ReminderTimes(row.due_at, row.close_at, NumbersFromText(row.reminder_days), opens);
  const Json data{{"begin", opens <= context.now()},
                  {"open_at", InstantText(opens)},
                  {"reminder_at", reminders.empty() ? "" : InstantText(reminders.front())}};
  JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "campaign.open", data));
  return Stored(view, row.id);
}

absl::StatusOr<Plan<v1::Campaign>> Open(const CallContext&, const v1::OpenCampaignRequest& request,
                                        storage::Session& session) {
  Plan<v1::Campaign> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<CampaignRow>(request.id()), act::ReadInstance(request.id())};
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindCampaign(session, request.id()));
  for (int64_t number = 1; row && number <= row->invitee_count; ++number) {
    plan.reads.push_back(act::ReadOf<InvitationRow>(InvitationId(row->id, number)));
    plan.reads.push_back(act::ReadInstance(InvitationId(row->id, number)));
  }
  plan.run = [request](const Context& context, const View& view, WriteSet& writes) {
    return RunOpen(request, context, view, writes);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Campaign>> Discard(const CallContext&, const v1::DiscardCampaignRequest& request) {
  Plan<v1::Campaign> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<CampaignRow>(request.id()), act::ReadInstance(request.id())};
  plan.run = [request](const Context&, const View& view, WriteSet& writes) -> absl::StatusOr<v1::Campaign> {
    JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<CampaignRow>(request.id(), kCampaignNotFound));
    JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), row.version));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "campaign.discard", {{"reason", request.reason()}}));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<v1::Campaign> Get(const CallContext&, const v1::GetCampaignRequest& request,
                                 storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindCampaign(session, request.id()));
  if (!row) return MakeError(kCampaignNotFound, {{"id", request.id()}});
  return ToMessage(*row);
}

absl::StatusOr<v1::ListCampaignsResponse> List(const CallContext&, const v1::ListCampaignsRequest& request,
                                               storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  const CampaignFilter filter{request.programme_id(), request.fiscal_year(), request.state()};
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListCampaigns(session, filter, page.after.empty() ? "" : page.after.front(), page.size + 1));
  v1::ListCampaignsResponse response;
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const CampaignRow& row : rows) *response.add_campaigns() = ToMessage(row);
  return response;
}

}  // namespace

void AddCampaignMethods(runtime::MethodRegistry& registry, runtime::Peers* peers, IdSource* secrets) {
  registry.ActAfterReading<v1::CreateCampaignRequest, v1::Campaign>(
      "CreateCampaign", [peers, secrets](const CallContext& call, const v1::CreateCampaignRequest& request,
                                         storage::Session& session) {
        return Create(call, request, session, *peers, *secrets);
      });
  registry.ActAfterReading<v1::OpenCampaignRequest, v1::Campaign>("OpenCampaign", Open);
  registry.Act<v1::DiscardCampaignRequest, v1::Campaign>("DiscardCampaign", Discard);
  registry.Read<v1::GetCampaignRequest, v1::Campaign>("GetCampaign", Get);
  registry.Read<v1::ListCampaignsRequest, v1::ListCampaignsResponse>("ListCampaigns", List);
}

}  // namespace jissho::survey
