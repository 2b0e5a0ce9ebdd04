// The survey service as the server composes it.
#ifndef JISSHO_SERVICES_SURVEY_SURVEY_MODULE_H_
#define JISSHO_SERVICES_SURVEY_SURVEY_MODULE_H_

#include <memory>

#include "services/runtime/module.h"

namespace jissho::survey {

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_SURVEY_MODULE_H_
