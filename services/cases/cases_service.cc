#include "services/cases/cases_service.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "jissho/cases/v1/cases.pb.h"
#include "services/cases/domain/search_text.h"
#include "services/cases/history.h"
#include "services/cases/mapping.h"
#include "services/cases/reasons.h"
#include "services/cases/store/queries.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/paging.h"
#include "workflow/act/queries.h"

namespace jissho::cases {

namespace {

using runtime::CallContext;
using runtime::Page;

// The organisation whose cases alone the caller may see; nullopt when he may see all.
std::optional<std::string> OnlyOrganisation(const act::Actor& actor) {
  const bool only_applicant = std::all_of(actor.roles.begin(), actor.roles.end(),
                                          [](const std::string& role) { return role == "applicant"; });
  if (!only_applicant) return std::nullopt;
  return actor.organisation;
}

// The case, when the caller may know of it.
absl::StatusOr<CaseRow> GetVisible(const CallContext& call, const std::string& id,
                                   storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(auto row, FindCase(session, id));
  const auto organisation = OnlyOrganisation(call.actor);
  const bool visible =
      row && (!organisation || (!organisation->empty() && row->organisation_id == *organisation));
  if (!visible) return MakeError(kCaseNotFound, {{"id", id}});
  return *std::move(row);
}

absl::StatusOr<int64_t> NumberIn(const std::string& text) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return MakeError(runtime::kPageTokenInvalid);
  return number;
}

absl::StatusOr<v1::Case> GetCase(const CallContext& call, const v1::GetCaseRequest& request,
                                 storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, GetVisible(call, request.id(), session));
  JISSHO_ASSIGN_OR_RETURN(auto states, act::ActiveStates(session, row.id));
  JISSHO_ASSIGN_OR_RETURN(auto head, FindHead(session, row.id));
  return ToProto(row, states, head && head->broken);
}

absl::StatusOr<v1::ListCasesResponse> ListCasesMethod(const CallContext& call,
                                                      const v1::ListCasesRequest& request,
                                                      storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(Page page, runtime::ReadPage(request));
  std::optional<CaseKey> after;
  if (page.after.size() == 2) {
    JISSHO_ASSIGN_OR_RETURN(const int64_t year, NumberIn(page.after[0]));
    after = CaseKey{year, page.after[1]};
  }
  CaseFilter filter{request.programme_id(),  request.fiscal_year(),     request.call_id(),
                    NameOf(request.state()), request.organisation_id(), WordsOf(request.query())};
  v1::ListCasesResponse response;
  if (const auto organisation = OnlyOrganisation(call.actor)) {
    const bool asks_for_others = !filter.organisation_id.empty() && filter.organisation_id != *organisation;
    if (organisation->empty() || asks_for_others) return response;
    filter.organisation_id = *organisation;
  }
  JISSHO_ASSIGN_OR_RETURN(auto rows, ListCases(session, filter, after, page.size + 1));
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    response.set_next_page_token(
        runtime::MakePageToken(request, {absl::StrCat(rows.back().fiscal_year), rows.back().id}));
  }
  for (const CaseRow& row : rows) *response.add_cases() = ToProto(row, {}, false);
  return response;
}

absl::StatusOr<v1::GetCaseHistoryResponse> GetCaseHistory(const CallContext& call,
                                                          const v1::GetCaseHistoryRequest& request,
                                                          storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, GetVisible(call, request.id(), session));
  JISSHO_ASSIGN_OR_RETURN(Page page, runtime::ReadPage(request));
  int64_t after = 0;
  if (page.after.size() == 1) {
    JISSHO_ASSIGN_OR_RETURN(after, NumberIn(page.after[0]));
  }
  JISSHO_ASSIGN_OR_RETURN(auto rows, ListHistory(session, row.id, after, page.size + 1));
  v1::GetCaseHistoryResponse response;
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {absl::StrCat(rows.back().position)}));
  }
  // An applicant is not shown what the city's people and the board did on the way, only what his own people
  // did and where the case went.
  const bool applicant = OnlyOrganisation(call.actor).has_value();
  for (const HistoryRow& entry : rows) {
    if (applicant && entry.actor != call.actor.id && entry.service != "cases" && entry.service != "intake")
      continue;
    *response.add_entries() = ToProto(entry);
  }
  return response;
}

absl::StatusOr<TaskFilter> FilterOf(const CallContext& call, const v1::ListTasksRequest& request) {
  TaskFilter filter;
  filter.case_id = request.case_id();
  filter.roles = call.actor.roles;
  const bool may_see_all = call.actor.HasRole("secretariat") || call.actor.HasRole("manager") ||
                           call.actor.HasRole("auditor") || call.actor.HasRole("admin");
  if (request.all_roles() && may_see_all) filter.roles.clear();
  if (const auto organisation = OnlyOrganisation(call.actor)) {
    filter.only_organisation = true;
    filter.organisation = *organisation;
  }
  if (request.overdue()) filter.due_before = absl::ToUnixMicros(call.now);
  return filter;
}

absl::StatusOr<v1::ListTasksResponse> ListTasksMethod(const CallContext& call,
                                                      const v1::ListTasksRequest& request,
                                                      storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(Page page, runtime::ReadPage(request));
  std::optional<TaskKey> after;
  if (page.after.size() == 4) {
    JISSHO_ASSIGN_OR_RETURN(const int64_t due, NumberIn(page.after[0]));
    JISSHO_ASSIGN_OR_RETURN(const int64_t number, NumberIn(page.after[3]));
    after = TaskKey{due, page.after[1], page.after[2], number};
  }
  JISSHO_ASSIGN_OR_RETURN(const TaskFilter filter, FilterOf(call, request));
  v1::ListTasksResponse response;
  // Nobody's tasks: an applicant without an organisation, or a token without a role.
  if (filter.only_organisation && filter.organisation.empty()) return response;
  JISSHO_ASSIGN_OR_RETURN(auto rows, ListTasks(session, filter, after, page.size + 1));
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    const TaskRow& last = rows.back();
    response.set_next_page_token(runtime::MakePageToken(
        request, {absl::StrCat(last.due), last.service, last.instance_id, absl::StrCat(last.number)}));
  }
  std::vector<std::string> case_ids;
  for (const TaskRow& row : rows) case_ids.push_back(row.case_id);
  std::sort(case_ids.begin(), case_ids.end());
  case_ids.erase(std::unique(case_ids.begin(), case_ids.end()), case_ids.end());
  JISSHO_ASSIGN_OR_RETURN(auto titles, TitlesOf(session, case_ids));
  for (const TaskRow& row : rows) *response.add_tasks() = ToProto(row, titles[row.case_id], call.now);
  return response;
}

absl::StatusOr<v1::CountCasesResponse> CountCasesMethod(const CallContext&,
                                                        const v1::CountCasesRequest& request,
                                                        storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const Counts counts,
                          CountCases(session, request.programme_id(), request.fiscal_year()));
  v1::CountCasesResponse response;
  response.set_proposals_received(static_cast<int32_t>(counts.received));
  response.set_adopted(static_cast<int32_t>(counts.adopted));
  response.set_declined(static_cast<int32_t>(counts.declined));
  response.set_trials_run(static_cast<int32_t>(counts.trials_run));
  response.set_trials_completed(static_cast<int32_t>(counts.trials_completed));
  response.set_ineligible(static_cast<int32_t>(counts.ineligible));
  response.set_withdrawn(static_cast<int32_t>(counts.withdrawn));
  response.set_in_progress(static_cast<int32_t>(counts.in_progress));
  return response;
}

absl::StatusOr<v1::VerifyCaseResponse> VerifyCase(const CallContext& call,
                                                  const v1::VerifyCaseRequest& request,
                                                  storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, GetVisible(call, request.id(), session));
  JISSHO_ASSIGN_OR_RETURN(const HistoryReport report, VerifyHistory(session, row.id));
  v1::VerifyCaseResponse response;
  response.set_intact(report.intact);
  response.set_entries(report.entries);
  for (const ChainReport& chain : report.chains) {
    v1::VerifiedChain& out = *response.add_chains();
    out.set_service(chain.service);
    out.set_instance_id(chain.instance_id);
    out.set_entries(chain.entries);
    out.set_last_hash(chain.last_hash);
    out.set_intact(chain.first_broken == 0);
    out.set_first_broken(chain.first_broken);
  }
  return response;
}

}  // namespace

void AddReads(runtime::MethodRegistry& registry) {
  registry.Read<v1::GetCaseRequest, v1::Case>("GetCase", GetCase);
  registry.Read<v1::ListCasesRequest, v1::ListCasesResponse>("ListCases", ListCasesMethod);
  registry.Read<v1::GetCaseHistoryRequest, v1::GetCaseHistoryResponse>("GetCaseHistory", GetCaseHistory);
  registry.Read<v1::ListTasksRequest, v1::ListTasksResponse>("ListTasks", ListTasksMethod);
  registry.Read<v1::CountCasesRequest, v1::CountCasesResponse>("CountCases", CountCasesMethod);
  registry.Read<v1::VerifyCaseRequest, v1::VerifyCaseResponse>("VerifyCase", VerifyCase);
}

}  // namespace jissho::cases
