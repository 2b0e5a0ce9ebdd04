#include "services/survey/actions.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "jissho/survey/v1/survey.pb.h"
#include "services/survey/access.h"
#include "services/survey/domain/plan.h"
#include "services/survey/mapping.h"
#include "services/survey/reasons.h"
#include "services/survey/survey_service.h"

namespace jissho::survey {

namespace {

using act::ActionCall;
using act::Context;
using act::Json;
using act::View;
using act::WriteSet;

std::string Text(const Json& params, const char* name) {
  const auto it = params.find(name);
  return it != params.end() && it->is_string() ? it->get<std::string>() : "";
}

absl::Status SetCampaignState(const ActionCall& call, const Context&, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<CampaignRow>(call.instance_id, kCampaignNotFound));
  row.state = Text(call.params, "state");
  return writes.Update(row);
}

absl::Status SetInvitationState(const ActionCall& call, const Context&, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<InvitationRow>(call.instance_id, kInvitationNotFound));
  row.state = Text(call.params, "state");
  return writes.Update(row);
}

// The campaign opens: each invitation starts its own life.
absl::Status Begin(const ActionCall& call, const Context& context, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto campaign, view.Get<CampaignRow>(call.instance_id, kCampaignNotFound));
  campaign.open_at = context.now();
  JISSHO_RETURN_IF_ERROR(writes.Update(campaign));
  Json reminders = Json::array();
  for (absl::Time at : ReminderTimes(campaign.due_at, campaign.close_at,
                                     NumbersFromText(campaign.reminder_days), context.now())) {
    reminders.push_back(InstantText(at));
  }
  const Json data{{"due_at", InstantText(campaign.due_at)},
                  {"close_at", InstantText(campaign.close_at)},
                  {"reminders", std::move(reminders)}};
  for (int64_t number = 1; number <= campaign.invitee_count; ++number) {
    const std::string id = InvitationId(campaign.id, number);
    JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<InvitationRow>(id, kInvitationNotFound));
    JISSHO_RETURN_IF_ERROR(writes.Insert(TokenRow{TokenHash(TokenOf(campaign, id)), id}));
    JISSHO_RETURN_IF_ERROR(writes.Start("invitation", id, row.case_id, row.organisation_id, data));
  }
  return absl::OkStatus();
}

absl::Status Issue(const InvitationRow& row, int64_t number, const Context& context, WriteSet& writes) {
  NoticeRow notice;
  notice.id = absl::StrFormat("%s-%02d", row.id, number);
  notice.campaign_id = row.campaign_id;
  notice.invitation_id = row.id;
  notice.kind = number == 0 ? v1::NOTICE_KIND_INVITATION : v1::NOTICE_KIND_REMINDER;
  notice.number = number;
  notice.issued_at = context.now();
  return writes.Insert(notice);
}

absl::Status Sent(const ActionCall& call, const Context& context, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<InvitationRow>(call.instance_id, kInvitationNotFound));
  row.state = "waiting";
  row.sent_at = context.now();
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  return Issue(row, 0, context, writes);
}

absl::Status Reminded(const ActionCall& call, const Context& context, const View& view, WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<InvitationRow>(call.instance_id, kInvitationNotFound));
  ++row.reminders_sent;
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  return Issue(row, row.reminders_sent, context, writes);
}

}  // namespace

std::string InvitationId(const std::string& campaign_id, int64_t number) {
  return absl::StrFormat("%s-%04d", campaign_id, number);
}

absl::Time OpeningOf(const CampaignRow& row, absl::Time now) {
  return std::max(row.open_at.value_or(now), now);
}

void AddActions(act::Definitions& definitions) {
  definitions.actions["survey.campaign_state"] = SetCampaignState;
  definitions.actions["survey.invitation_state"] = SetInvitationState;
  definitions.actions["survey.begin"] = Begin;
  definitions.actions["survey.sent"] = Sent;
  definitions.actions["survey.reminded"] = Reminded;
}

}  // namespace jissho::survey
