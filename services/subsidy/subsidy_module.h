// The subsidy service as the server composes it.
#ifndef JISSHO_SERVICES_SUBSIDY_SUBSIDY_MODULE_H_
#define JISSHO_SERVICES_SUBSIDY_SUBSIDY_MODULE_H_

#include <memory>

#include "services/runtime/module.h"

namespace jissho::subsidy {

// Asks no other service and so needs no peers.
std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_SUBSIDY_MODULE_H_
