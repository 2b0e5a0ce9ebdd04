// The methods of jissho.intake.v1.IntakeService, by resource.
#ifndef JISSHO_SERVICES_INTAKE_INTAKE_SERVICE_H_
#define JISSHO_SERVICES_INTAKE_INTAKE_SERVICE_H_

#include "services/runtime/rpc/method_registry.h"
#include "workflow/act/act.h"

namespace jissho::intake {

void AddOrganisationMethods(runtime::MethodRegistry& registry);
void AddCallMethods(runtime::MethodRegistry& registry);
void AddProposalMethods(runtime::MethodRegistry& registry);     // writing and reading
void AddSubmissionMethods(runtime::MethodRegistry& registry);   // submitting, receipts, revisions
void AddFormalCheckMethods(runtime::MethodRegistry& registry);  // what follows a submission
void AddAttachmentMethods(runtime::MethodRegistry& registry);
void AddConsultationMethods(runtime::MethodRegistry& registry);

// What the charts do (<jissho:do>), and what other services' events do.
void AddActions(act::Definitions& definitions);
void AddEventHandlers(act::Definitions& definitions);

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_INTAKE_SERVICE_H_
