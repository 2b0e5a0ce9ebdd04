// The methods, chart actions and event handlers of the programme service.
//
// Threading: what is registered keeps only the pointers given here and may be called from any thread.
#ifndef JISSHO_SERVICES_PROGRAMME_PROGRAMME_SERVICE_H_
#define JISSHO_SERVICES_PROGRAMME_PROGRAMME_SERVICE_H_

#include "services/programme/findings_source.h"
#include "services/runtime/rpc/method_registry.h"
#include "workflow/act/act.h"

namespace jissho::programme {

inline constexpr char kServiceName[] = "jissho.programme.v1.ProgrammeService";

void RegisterProgrammeMethods(runtime::MethodRegistry& registry);
void RegisterCallMethods(runtime::MethodRegistry& registry);
void RegisterSheetMethods(FindingsSource* findings, runtime::MethodRegistry& registry);

// programme.call_state, programme.call_announced, programme.call_closed; jissho.review.v1.RoundReleased.
void AddCallDefinitions(act::Definitions& definitions);
// programme.sheet_state.
void AddSheetDefinitions(act::Definitions& definitions);

// Whether the actor is of the city's staff (or a service): sees drafts.
bool IsStaff(const act::Actor& actor);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_PROGRAMME_SERVICE_H_
