#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/programme/domain/programme_rules.h"
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

absl::Status Check(const v1::Programme& programme, bool id_optional) {
  return CheckProgramme(programme.id(), id_optional, IndicatorsOf(programme),
                        {programme.sdgs().begin(), programme.sdgs().end()}, RatesOf(programme));
}

absl::StatusOr<Plan<v1::Programme>> Create(const CallContext&, const v1::CreateProgrammeRequest& request) {
  JISSHO_RETURN_IF_ERROR(Check(request.programme(), /*id_optional=*/true));
  Plan<v1::Programme> plan;
  const std::string chosen = request.programme().id();
  plan.partition = chosen.empty() ? absl::StrCat("programme:", request.programme().no()) : chosen;
  if (!chosen.empty()) plan.reads = {act::ReadOf<ProgrammeRow>(chosen)};
  plan.run = [request, chosen](const act::Context& context, const act::View& view,
                               act::WriteSet& writes) -> absl::StatusOr<v1::Programme> {
    ProgrammeRow row;
    row.id = chosen.empty() ? context.NewId("programme") : chosen;
    JISSHO_ASSIGN_OR_RETURN(const auto existing, view.Find<ProgrammeRow>(row.id));
    if (existing) return MakeError(kProgrammeExists, {{"id", row.id}});
    JISSHO_ASSIGN_OR_RETURN(row.content, ProgrammeContent(request.programme()));
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    JISSHO_ASSIGN_OR_RETURN(row, view.Get<ProgrammeRow>(row.id, kProgrammeNotFound));
    return ToProgramme(row);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Programme>> Update(const CallContext&, const v1::UpdateProgrammeRequest& request) {
  JISSHO_RETURN_IF_ERROR(Check(request.programme(), /*id_optional=*/false));
  Plan<v1::Programme> plan;
  plan.partition = request.programme().id();
  plan.reads = {act::ReadOf<ProgrammeRow>(plan.partition)};
  plan.run = [programme = request.programme()](const act::Context&, const act::View& view,
                                               act::WriteSet& writes) -> absl::StatusOr<v1::Programme> {
    JISSHO_ASSIGN_OR_RETURN(ProgrammeRow row, view.Get<ProgrammeRow>(programme.id(), kProgrammeNotFound));
    JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(programme.etag(), row.version));
    JISSHO_ASSIGN_OR_RETURN(row.content, ProgrammeContent(programme));
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    JISSHO_ASSIGN_OR_RETURN(row, view.Get<ProgrammeRow>(row.id, kProgrammeNotFound));
    return ToProgramme(row);
  };
  return plan;
}

absl::StatusOr<v1::Programme> Get(const CallContext&, const v1::GetProgrammeRequest& request,
                                  storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindProgramme(session, request.id()));
  if (!row) return MakeError(kProgrammeNotFound, {{"id", request.id()}});
  return ToProgramme(*row);
}

absl::StatusOr<v1::ListProgrammesResponse> List(const CallContext&, const v1::ListProgrammesRequest& request,
                                                storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListProgrammes(session, page.after.empty() ? "" : page.after.front(), page.size + 1));
  v1::ListProgrammesResponse response;
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const ProgrammeRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(*response.add_programmes(), ToProgramme(row));
  }
  return response;
}

}  // namespace

bool IsStaff(const act::Actor& actor) {
  static constexpr absl::string_view kStaff[] = {"secretariat", "manager", "mayor", "division",
                                                 "accounting",  "auditor", "admin", "system"};
  return std::any_of(std::begin(kStaff), std::end(kStaff),
                     [&](absl::string_view role) { return actor.HasRole(role); });
}

void RegisterProgrammeMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::CreateProgrammeRequest, v1::Programme>("CreateProgramme", Create);
  registry.Act<v1::UpdateProgrammeRequest, v1::Programme>("UpdateProgramme", Update);
  registry.Read<v1::GetProgrammeRequest, v1::Programme>("GetProgramme", Get);
  registry.Read<v1::ListProgrammesRequest, v1::ListProgrammesResponse>("ListProgrammes", List);
}

}  // namespace jissho::programme
