#include "services/intake/access.h"
#include "services/intake/domain/organisation.h"
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

// Gives the number to the organisation and takes its former one away.
absl::Status ClaimNumber(const View& view, WriteSet& writes, const std::string& organisation_id,
                         const std::string& former, const std::string& number) {
  if (former == number) return absl::OkStatus();
  if (!number.empty()) {
    JISSHO_ASSIGN_OR_RETURN(const auto holder, view.Find<CorporateNumberRow>(number));
    if (holder) return MakeError(kCorporateNumberTaken, {{"number", number}});
    JISSHO_RETURN_IF_ERROR(writes.Insert(CorporateNumberRow{number, organisation_id}));
  }
  if (former.empty()) return absl::OkStatus();
  return writes.Delete<CorporateNumberRow>(storage::KeyOf(former));
}

absl::StatusOr<v1::Organisation> Stored(const View& view, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<OrganisationRow>(id, kOrganisationNotFound));
  return ToMessage(row);
}

absl::StatusOr<Plan<v1::Organisation>> Register(const CallContext& call,
                                                const v1::RegisterOrganisationRequest& request) {
  const v1::Organisation& organisation = request.organisation();
  JISSHO_ASSIGN_OR_RETURN(const std::string chosen, ActingOrganisation(call.actor, organisation.id()));
  CheckedRegistration checked = CheckRegistration(chosen, static_cast<OrganisationKind>(organisation.kind()),
                                                  organisation.corporate_number());
  if (!checked.faults.empty()) return MakeFieldError(checked.faults);
  Plan<v1::Organisation> plan;
  plan.partition = chosen.empty() ? call.request_id : chosen;
  plan.run = [organisation, chosen, number = checked.corporate_number](
                 const Context& context, const View& view,
                 WriteSet& writes) -> absl::StatusOr<v1::Organisation> {
    OrganisationRow row;
    row.id = chosen.empty() ? context.NewId("organisation") : chosen;
    JISSHO_ASSIGN_OR_RETURN(const auto present, view.Find<OrganisationRow>(row.id));
    if (present) return MakeError(kOrganisationExists, {{"id", row.id}});
    JISSHO_RETURN_IF_ERROR(ClaimNumber(view, writes, row.id, "", number));
    row.corporate_number = number;
    row.created_at = context.now();
    SetOrganisation(organisation, row);
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Organisation>> Update(const CallContext& call,
                                              const v1::UpdateOrganisationRequest& request) {
  const v1::Organisation& organisation = request.organisation();
  CheckedRegistration checked = CheckRegistration(
      organisation.id(), static_cast<OrganisationKind>(organisation.kind()), organisation.corporate_number());
  if (!checked.faults.empty()) return MakeFieldError(checked.faults);
  if (!SeesOrganisation(call.actor, organisation.id())) {
    return MakeError(kOrganisationNotFound, {{"id", organisation.id()}});
  }
  Plan<v1::Organisation> plan;
  plan.partition = organisation.id();
  plan.reads = {act::ReadOf<OrganisationRow>(organisation.id())};
  plan.run = [organisation, number = checked.corporate_number](
                 const Context&, const View& view, WriteSet& writes) -> absl::StatusOr<v1::Organisation> {
    JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<OrganisationRow>(organisation.id(), kOrganisationNotFound));
    JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(organisation.etag(), row.version));
    JISSHO_RETURN_IF_ERROR(ClaimNumber(view, writes, row.id, row.corporate_number, number));
    row.corporate_number = number;
    SetOrganisation(organisation, row);
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<v1::Organisation> Get(const CallContext& call, const v1::GetOrganisationRequest& request,
                                     storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindRow<OrganisationRow>(session, request.id()));
  if (!row || !SeesOrganisation(call.actor, row->id))
    return MakeError(kOrganisationNotFound, {{"id", request.id()}});
  return ToMessage(*row);
}

absl::StatusOr<v1::ListOrganisationsResponse> List(const CallContext& call,
                                                   const v1::ListOrganisationsRequest& request,
                                                   storage::Session& session) {
  v1::ListOrganisationsResponse response;
  OrganisationFilter filter{.id = "", .name_contains = request.name_contains(), .kind = request.kind()};
  if (!IsStaff(call.actor)) {
    if (call.actor.organisation.empty()) return response;
    filter.id = call.actor.organisation;
  }
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListOrganisations(session, filter, page.after.empty() ? "" : page.after[0], page.size + 1));
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const OrganisationRow& row : rows) *response.add_organisations() = ToMessage(row);
  return response;
}

}  // namespace

void AddOrganisationMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::RegisterOrganisationRequest, v1::Organisation>("RegisterOrganisation", Register);
  registry.Act<v1::UpdateOrganisationRequest, v1::Organisation>("UpdateOrganisation", Update);
  registry.Read<v1::GetOrganisationRequest, v1::Organisation>("GetOrganisation", Get);
  registry.Read<v1::ListOrganisationsRequest, v1::ListOrganisationsResponse>("ListOrganisations", List);
}

}  // namespace jissho::intake
