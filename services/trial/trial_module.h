// The trial service as the server composes it.
#ifndef JISSHO_SERVICES_TRIAL_TRIAL_MODULE_H_
#define JISSHO_SERVICES_TRIAL_TRIAL_MODULE_H_

#include <memory>

#include "services/runtime/module.h"

namespace jissho::trial {

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_TRIAL_MODULE_H_
