// Composes the programme service.
#ifndef JISSHO_SERVICES_PROGRAMME_PROGRAMME_MODULE_H_
#define JISSHO_SERVICES_PROGRAMME_PROGRAMME_MODULE_H_

#include <memory>

#include "services/programme/findings_source.h"
#include "services/runtime/module.h"

namespace jissho::programme {

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

// With another source of a sheet's counts and sums than the peers.
std::unique_ptr<runtime::Module> MakeModule(std::unique_ptr<FindingsSource> findings);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_PROGRAMME_MODULE_H_
