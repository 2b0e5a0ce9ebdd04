#include "services/programme/domain/call_rules.h"
#include "services/programme/mapping.h"
#include "services/programme/programme_service.h"
#include "services/programme/reasons.h"
#include "services/programme/store/store.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/paging.h"

namespace jissho::programme {
namespace {

using runtime::CallContext;
using runtime::Plan;

std::optional<absl::Time> TimeOf(bool present, const google::protobuf::Timestamp& timestamp) {
  return present ? std::optional<absl::Time>(FromTimestamp(timestamp)) : std::nullopt;
}

// Puts the rules into the row; columns that are searched or timed stand beside the JSON.
absl::Status SetRules(const v1::CallRules& rules, CallRow& row) {
  JISSHO_ASSIGN_OR_RETURN(row.content, CallContent(rules));
  row.fiscal_year = rules.fiscal_year();
  row.open_at = TimeOf(rules.has_open_time(), rules.open_time());
  row.close_at = TimeOf(rules.has_close_time(), rules.close_time());
  return absl::OkStatus();
}

absl::StatusOr<v1::Call> Answer(const act::View& view, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const CallRow row, view.Get<CallRow>(id, kCallNotFound));
  return ToCall(row);
}

Plan<v1::Call> PlanFor(const std::string& id) {
  Plan<v1::Call> plan;
  plan.partition = id;
  plan.reads = {act::ReadOf<CallRow>(id), act::ReadInstance(id)};
  return plan;
}

absl::StatusOr<Plan<v1::Call>> Create(const CallContext&, const v1::CreateCallRequest& request) {
  Plan<v1::Call> plan;
  plan.partition = request.programme_id();
  plan.reads = {act::ReadOf<ProgrammeRow>(request.programme_id())};
  plan.run = [request](const act::Context& context, const act::View& view,
                       act::WriteSet& writes) -> absl::StatusOr<v1::Call> {
    JISSHO_ASSIGN_OR_RETURN(const ProgrammeRow owner,
                            view.Get<ProgrammeRow>(request.programme_id(), kProgrammeNotFound));
    JISSHO_ASSIGN_OR_RETURN(const v1::Programme programme, ToProgramme(owner));
    v1::CallRules rules = request.rules();
    if (rules.budget_line().empty()) rules.set_budget_line(programme.budget_line());
    CallRow row;
    row.id = context.NewId("call");
    row.programme_id = owner.id;
    JISSHO_RETURN_IF_ERROR(SetRules(rules, row));
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    JISSHO_RETURN_IF_ERROR(writes.Start("call", row.id, "", "", act::Json::object()));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "call.draft"));
    return Answer(view, row.id);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Call>> Update(const CallContext&, const v1::UpdateCallRequest& request) {
  Plan<v1::Call> plan = PlanFor(request.id());
  plan.run = [request](const act::Context&, const act::View& view,
                       act::WriteSet& writes) -> absl::StatusOr<v1::Call> {
    JISSHO_ASSIGN_OR_RETURN(CallRow row, view.Get<CallRow>(request.id(), kCallNotFound));
    JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), row.version));
    if (row.published_at) return MakeError(kCallNotDraft, {{"id", row.id}});
    JISSHO_ASSIGN_OR_RETURN(const ProgrammeRow owner,
                            view.Get<ProgrammeRow>(row.programme_id, kProgrammeNotFound));
    JISSHO_ASSIGN_OR_RETURN(const v1::Programme programme, ToProgramme(owner));
    v1::CallRules rules = request.rules();
    if (rules.budget_line().empty()) rules.set_budget_line(programme.budget_line());
    JISSHO_RETURN_IF_ERROR(SetRules(rules, row));
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "call.revise"));
    return Answer(view, row.id);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Call>> Publish(const CallContext&, const v1::PublishCallRequest& request) {
  Plan<v1::Call> plan = PlanFor(request.id());
  plan.run = [request](const act::Context& context, const act::View& view,
                       act::WriteSet& writes) -> absl::StatusOr<v1::Call> {
    JISSHO_ASSIGN_OR_RETURN(CallRow row, view.Get<CallRow>(request.id(), kCallNotFound));
    if (!request.etag().empty()) JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), row.version));
    JISSHO_ASSIGN_OR_RETURN(const bool draft, writes.IsIn(row.id, "draft"));
    if (draft) {
      // Otherwise the chart refuses, and says in which state the call is.
      JISSHO_ASSIGN_OR_RETURN(const v1::CallRules rules, RulesOf(row));
      JISSHO_RETURN_IF_ERROR(CheckPublishable(ToDomain(rules), context.now()));
      row.published_at = context.now();
      JISSHO_RETURN_IF_ERROR(writes.Update(row));
    }
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "call.publish"));
    // The timer would open it only after this act; who publishes late finds the call open at once.
    if (*row.open_at <= context.now()) JISSHO_RETURN_IF_ERROR(writes.FireAsSystem(row.id, "call.opened"));
    return Answer(view, row.id);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Call>> Amend(const CallContext&, const v1::AmendCallRequest& request) {
  Plan<v1::Call> plan = PlanFor(request.id());
  plan.run = [request](const act::Context& context, const act::View& view,
                       act::WriteSet& writes) -> absl::StatusOr<v1::Call> {
    JISSHO_ASSIGN_OR_RETURN(CallRow row, view.Get<CallRow>(request.id(), kCallNotFound));
    JISSHO_ASSIGN_OR_RETURN(const bool announced, writes.IsIn(row.id, "announced"));
    if (announced) {
      JISSHO_ASSIGN_OR_RETURN(v1::CallRules rules, RulesOf(row));
      JISSHO_RETURN_IF_ERROR(
          CheckExtension(ToDomain(rules), FromTimestamp(request.close_time()), context.now()));
      *rules.mutable_close_time() = request.close_time();
      JISSHO_RETURN_IF_ERROR(SetRules(rules, row));
      ++row.amendments;
      JISSHO_RETURN_IF_ERROR(writes.Update(row));
    }
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "call.amend", {{"reason", request.reason()}}));
    return Answer(view, row.id);
  };
  return plan;
}

absl::StatusOr<v1::Call> Get(const CallContext& call, const v1::GetCallRequest& request,
                             storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindCall(session, request.id()));
  if (!row || (!row->published_at && !IsStaff(call.actor)))
    return MakeError(kCallNotFound, {{"id", request.id()}});
  return ToCall(*row);
}

absl::StatusOr<v1::ListCallsResponse> List(const CallContext& call, const v1::ListCallsRequest& request,
                                           storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  const CallFilter filter{request.programme_id(), request.fiscal_year(), StateName(request.state()),
                          IsStaff(call.actor)};
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListCalls(session, filter, page.after.empty() ? "" : page.after.front(), page.size + 1));
  v1::ListCallsResponse response;
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const CallRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(*response.add_calls(), ToCall(row));
  }
  return response;
}

}  // namespace

void RegisterCallMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::CreateCallRequest, v1::Call>("CreateCall", Create);
  registry.Act<v1::UpdateCallRequest, v1::Call>("UpdateCall", Update);
  registry.Act<v1::PublishCallRequest, v1::Call>("PublishCall", Publish);
  registry.Act<v1::AmendCallRequest, v1::Call>("AmendCall", Amend);
  registry.Read<v1::GetCallRequest, v1::Call>("GetCall", Get);
  registry.Read<v1::ListCallsRequest, v1::ListCallsResponse>("ListCalls", List);
}

}  // namespace jissho::programme
