// The intake service as the server composes it.
#ifndef JISSHO_SERVICES_INTAKE_INTAKE_MODULE_H_
#define JISSHO_SERVICES_INTAKE_INTAKE_MODULE_H_

#include <memory>

#include "services/runtime/module.h"

namespace jissho::intake {

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_INTAKE_MODULE_H_
