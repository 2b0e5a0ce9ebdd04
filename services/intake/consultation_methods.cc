#include "services/intake/access.h"
#include "services/intake/intake_service.h"
#include "services/intake/mapping.h"
#include "services/intake/store/store.h"
#include "services/runtime/rpc/paging.h"

namespace jissho::intake {

namespace {

using act::Context;
using act::View;
using act::WriteSet;
using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<v1::Consultation> Stored(const View& view, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, view.Get<ConsultationRow>(id, kConsultationNotFound));
  return ToMessage(row);
}

absl::StatusOr<Plan<v1::Consultation>> Open(const CallContext& call,
                                            const v1::OpenConsultationRequest& request) {
  JISSHO_ASSIGN_OR_RETURN(const std::string organisation_id,
                          ActingOrganisation(call.actor, request.organisation_id()));
  Plan<v1::Consultation> plan;
  plan.partition = call.request_id;
  plan.run = [request, organisation_id](const Context& context, const View& view,
                                        WriteSet& writes) -> absl::StatusOr<v1::Consultation> {
    if (!request.call_id().empty()) {
      JISSHO_RETURN_IF_ERROR(view.Get<CallRow>(request.call_id(), kCallNotPublished).status());
    }
    ConsultationRow row;
    row.id = context.NewId("consultation");
    row.organisation_id = organisation_id;
    if (IsStaff(context.actor())) row.asker = request.asker();
    row.call_id = request.call_id();
    row.subject = request.subject();
    row.question = request.question();
    row.opened_at = context.now();
    JISSHO_RETURN_IF_ERROR(writes.Insert(row));
    JISSHO_RETURN_IF_ERROR(writes.Start("consultation", row.id, "", organisation_id, act::Json::object()));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Consultation>> Answer(const CallContext&,
                                              const v1::AnswerConsultationRequest& request) {
  Plan<v1::Consultation> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<ConsultationRow>(request.id()), act::ReadInstance(request.id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Consultation> {
    JISSHO_RETURN_IF_ERROR(
        GetSeen<ConsultationRow>(context, view, request.id(), kConsultationNotFound).status());
    JISSHO_RETURN_IF_ERROR(writes.Fire(request.id(), "consultation.answer"));
    JISSHO_ASSIGN_OR_RETURN(auto row, view.Get<ConsultationRow>(request.id(), kConsultationNotFound));
    row.answer = request.answer();
    row.answered_by = context.actor().id;
    row.answered_at = context.now();
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    return Stored(view, row.id);
  };
  return plan;
}

absl::StatusOr<Plan<v1::Consultation>> Close(const CallContext&,
                                             const v1::CloseConsultationRequest& request) {
  Plan<v1::Consultation> plan;
  plan.partition = request.id();
  plan.reads = {act::ReadOf<ConsultationRow>(request.id()), act::ReadInstance(request.id())};
  plan.run = [request](const Context& context, const View& view,
                       WriteSet& writes) -> absl::StatusOr<v1::Consultation> {
    JISSHO_RETURN_IF_ERROR(
        GetSeen<ConsultationRow>(context, view, request.id(), kConsultationNotFound).status());
    JISSHO_RETURN_IF_ERROR(writes.Fire(request.id(), "consultation.close"));
    return Stored(view, request.id());
  };
  return plan;
}

absl::StatusOr<v1::Consultation> Get(const CallContext& call, const v1::GetConsultationRequest& request,
                                     storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindRow<ConsultationRow>(session, request.id()));
  if (!row || !Sees(call.actor, *row)) return MakeError(kConsultationNotFound, {{"id", request.id()}});
  return ToMessage(*row);
}

absl::StatusOr<v1::ListConsultationsResponse> List(const CallContext& call,
                                                   const v1::ListConsultationsRequest& request,
                                                   storage::Session& session) {
  v1::ListConsultationsResponse response;
  ConsultationFilter filter{.state = StateName(request.state()), .organisation_id = ""};
  if (!IsStaff(call.actor)) {
    if (call.actor.organisation.empty()) return response;
    filter.organisation_id = call.actor.organisation;
  }
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows, ListConsultations(session, filter, page.after.empty() ? "" : page.after[0], page.size + 1));
  if (static_cast<int>(rows.size()) > page.size) {
    rows.resize(page.size);
    response.set_next_page_token(runtime::MakePageToken(request, {rows.back().id}));
  }
  for (const ConsultationRow& row : rows) *response.add_consultations() = ToMessage(row);
  return response;
}

}  // namespace

void AddConsultationMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::OpenConsultationRequest, v1::Consultation>("OpenConsultation", Open);
  registry.Act<v1::AnswerConsultationRequest, v1::Consultation>("AnswerConsultation", Answer);
  registry.Act<v1::CloseConsultationRequest, v1::Consultation>("CloseConsultation", Close);
  registry.Read<v1::GetConsultationRequest, v1::Consultation>("GetConsultation", Get);
  registry.Read<v1::ListConsultationsRequest, v1::ListConsultationsResponse>("ListConsultations", List);
}

}  // namespace jissho::intake
