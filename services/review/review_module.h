// The review service as the server composes it.
#ifndef JISSHO_SERVICES_REVIEW_REVIEW_MODULE_H_
#define JISSHO_SERVICES_REVIEW_REVIEW_MODULE_H_

#include <memory>

#include "services/runtime/module.h"

namespace jissho::review {

// Asks no other service anything; `dependencies.peers` may be null.
std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_REVIEW_MODULE_H_
