// The methods of jissho.survey.v1.SurveyService, by resource, and what the charts do.
#ifndef JISSHO_SERVICES_SURVEY_SURVEY_SERVICE_H_
#define JISSHO_SERVICES_SURVEY_SURVEY_SERVICE_H_

#include "services/runtime/module.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/act/act.h"
#include "workflow/base/id.h"

namespace jissho::survey {

void AddTemplateMethods(runtime::MethodRegistry& registry);
// `peers` is asked for the cases of the cohorts; `secrets` must not be guessable: tokens are made from it.
void AddCampaignMethods(runtime::MethodRegistry& registry, runtime::Peers* peers, IdSource* secrets);
void AddInvitationMethods(runtime::MethodRegistry& registry);
void AddAnswerMethods(runtime::MethodRegistry& registry);
void AddResultMethods(runtime::MethodRegistry& registry);

void AddActions(act::Definitions& definitions);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_SURVEY_SERVICE_H_
