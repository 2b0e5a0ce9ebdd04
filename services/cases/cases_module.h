// The cases service as the server composes it.
#ifndef JISSHO_SERVICES_CASES_CASES_MODULE_H_
#define JISSHO_SERVICES_CASES_CASES_MODULE_H_

#include <memory>

#include "services/runtime/module.h"

namespace jissho::cases {

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_CASES_MODULE_H_
