// Grants: reading, and from the application to the decision.
#include "absl/strings/str_cat.h"
#include "jissho/subsidy/v1/events.pb.h"
#include "services/runtime/rpc/paging.h"
#include "services/subsidy/desk.h"
#include "services/subsidy/mapping.h"
#include "services/subsidy/reasons.h"
#include "services/subsidy/store/lists.h"

namespace jissho::subsidy {
namespace {

using runtime::CallContext;
using runtime::Plan;
template <class T>
using Or = absl::StatusOr<T>;

Or<v1::Grant> GetGrant(const CallContext& call, const v1::GetGrantRequest& request,
                       storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, ReadRow<GrantRow>(session, request.id()));
  if (!row || !MaySee(call.actor, row->organisation_id))
    return MakeError(kGrantNotFound, {{"id", request.id()}});
  JISSHO_ASSIGN_OR_RETURN(const auto balances, ReadSubjectBalances(session, {row->id}));
  JISSHO_ASSIGN_OR_RETURN(const Position position, PositionOf(ScopeOf(*row), balances));
  JISSHO_ASSIGN_OR_RETURN(v1::Grant grant, GrantMessage(*row, position));
  JISSHO_ASSIGN_OR_RETURN(const auto notes, ListProgressNotes(session, row->id));
  for (const ProgressNoteRow& note : notes) {
    JISSHO_RETURN_IF_ERROR(FromText(note.note, grant.add_progress_notes()));
  }
  return grant;
}

Or<v1::ListGrantsResponse> ListGrants(const CallContext& call, const v1::ListGrantsRequest& request,
                                      storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  GrantFilter filter{request.call_id(), request.programme_id(), request.state(), "", request.fiscal_year()};
  v1::ListGrantsResponse response;
  if (!MaySee(call.actor, "")) {
    if (call.actor.organisation.empty()) return response;
    filter.organisation_id = call.actor.organisation;
  }
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListGrantRows(session, filter, page.after.empty() ? "" : page.after[0], page.size + 1));
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  std::vector<std::string> ids;
  for (const GrantRow& row : rows) ids.push_back(row.id);
  JISSHO_ASSIGN_OR_RETURN(const auto balances, ReadSubjectBalances(session, ids));
  for (const GrantRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(const Position position, PositionOf(ScopeOf(row), balances));
    JISSHO_ASSIGN_OR_RETURN(*response.add_grants(), GrantMessage(row, position));
  }
  return response;
}

Or<v1::Grant> Apply(Desk& desk, const v1::ApplyForGrantRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.apply"));
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, desk.Grant(request.id()));
  JISSHO_ASSIGN_OR_RETURN(const int64_t eligible, EligibleSum(CostsOf(request.costs())));
  JISSHO_ASSIGN_OR_RETURN(const int64_t computed,
                          CheckApplication(TermsOf(row), row.offered_yen, request.requested_yen(), eligible));
  v1::Application application;
  *application.mutable_costs() = request.costs();
  application.set_eligible_yen(eligible);
  application.set_computed_yen(computed);
  application.set_requested_yen(request.requested_yen());
  application.set_own_money_yen(request.own_money_yen());
  application.set_other_income_yen(request.other_income_yen());
  *application.mutable_submit_time() = ToTimestamp(desk.context.now());
  JISSHO_ASSIGN_OR_RETURN(row.application, ToText(application));
  row.requested_yen = request.requested_yen();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerGrant(row.id);
}

Or<v1::Grant> Draft(Desk& desk, const v1::DraftGrantDecisionRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.draft"));
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, desk.Grant(request.id()));
  std::vector<ChecklistAnswer> checklist;
  for (const v1::ChecklistAnswer& answer : request.checklist()) {
    checklist.push_back({static_cast<int>(answer.item()), answer.passed()});
  }
  JISSHO_RETURN_IF_ERROR(
      CheckDraft(row.requested_yen, request.amount_yen(), request.modification_reason(), checklist));
  v1::Decision decision;
  decision.set_amount_yen(request.amount_yen());
  *decision.mutable_conditions() = request.conditions();
  decision.set_modification_reason(request.modification_reason());
  *decision.mutable_checklist() = request.checklist();
  JISSHO_ASSIGN_OR_RETURN(row.decision, ToText(decision));
  row.drafted_yen = request.amount_yen();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  return desk.AnswerGrant(row.id);
}

Or<v1::Grant> Decide(Desk& desk, const v1::DecideGrantRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.decide"));
  JISSHO_ASSIGN_OR_RETURN(GrantRow row, desk.Grant(request.id()));
  const Scope scope = ScopeOf(row);
  JISSHO_RETURN_IF_ERROR(CheckBooks(scope.book.fiscal_year, desk.today));
  JISSHO_ASSIGN_OR_RETURN(const Position position, desk.ledger.PositionOf(scope));
  JISSHO_RETURN_IF_ERROR(
      desk.ledger
          .Post(Commit(scope, position.reserved, row.drafted_yen), {row.decision_id, desk.today_text(), ""})
          .status());
  v1::Decision decision;
  JISSHO_RETURN_IF_ERROR(FromText(row.decision, &decision));
  JISSHO_ASSIGN_OR_RETURN(const int64_t number,
                          desk.writes.NextNumber(absl::StrCat("subsidy.notice/", row.fiscal_year)));
  decision.set_decision_date(desk.today_text());
  decision.set_notice_number(number);
  decision.set_withdrawal_due_date(civil::FormatDate(desk.today + kWithdrawalDays));
  JISSHO_ASSIGN_OR_RETURN(row.decision, ToText(decision));
  row.decided_yen = row.drafted_yen;
  row.decision_date = desk.today_text();
  JISSHO_RETURN_IF_ERROR(desk.writes.Update(row));
  v1::GrantDecided event;
  event.set_case_id(row.id);
  event.set_decided_yen(row.decided_yen);
  event.set_decision_date(row.decision_date);
  desk.Tell(row.id, event);
  return desk.AnswerGrant(row.id);
}

// What follows (the reservation's release, the word to cases) is the chart's.
Or<v1::Grant> Refuse(Desk& desk, const v1::RefuseGrantRequest& request) {
  JISSHO_RETURN_IF_ERROR(desk.Grant(request.id(), request.etag()).status());
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(request.id(), "grant.refuse", {{"reason", request.reason()}}));
  return desk.AnswerGrant(request.id());
}

Or<v1::Grant> Withdraw(Desk& desk, const v1::WithdrawGrantRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(const GrantRow row, desk.Grant(request.id(), request.etag()));
  JISSHO_ASSIGN_OR_RETURN(const Position position, desk.ledger.PositionOf(ScopeOf(row)));
  JISSHO_RETURN_IF_ERROR(desk.writes.Fire(row.id, "grant.withdraw", {{"reason", request.reason()}}));
  JISSHO_ASSIGN_OR_RETURN(const civil::CivilDate decided_on, civil::ParseDate(row.decision_date));
  JISSHO_RETURN_IF_ERROR(CheckWithdrawal(decided_on, desk.today, position.paid));
  return desk.AnswerGrant(row.id);
}

template <class Request>
void AddGrantAct(runtime::MethodRegistry& registry, const std::string& name,
                 Or<v1::Grant> (*work)(Desk&, const Request&)) {
  registry.Act<Request, v1::Grant>(
      name, [work](const CallContext&, const Request& request) -> Or<Plan<v1::Grant>> {
        return GrantPlan<v1::Grant>(request.id(),
                                    [work, request](Desk& desk) { return work(desk, request); });
      });
}

}  // namespace

void RegisterGrantMethods(runtime::MethodRegistry& registry) {
  registry.Read<v1::GetGrantRequest, v1::Grant>("GetGrant", GetGrant);
  registry.Read<v1::ListGrantsRequest, v1::ListGrantsResponse>("ListGrants", ListGrants);
  AddGrantAct(registry, "ApplyForGrant", Apply);
  AddGrantAct(registry, "DraftGrantDecision", Draft);
  AddGrantAct(registry, "DecideGrant", Decide);
  AddGrantAct(registry, "RefuseGrant", Refuse);
  AddGrantAct(registry, "WithdrawGrant", Withdraw);
}

}  // namespace jissho::subsidy
