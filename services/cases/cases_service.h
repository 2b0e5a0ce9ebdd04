// The methods of jissho.cases.v1.CasesService: reads in cases_service.cc, acts in cases_acts.cc.
#ifndef JISSHO_SERVICES_CASES_CASES_SERVICE_H_
#define JISSHO_SERVICES_CASES_CASES_SERVICE_H_

#include "services/runtime/rpc/method_registry.h"

namespace jissho::cases {

void AddReads(runtime::MethodRegistry& registry);
void AddActs(runtime::MethodRegistry& registry);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_CASES_SERVICE_H_
