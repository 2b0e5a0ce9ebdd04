// The survey service as the server composes it.
#ifndef JISSHO_SERVICES_SURVEY_SURVEY_MODULE_H_
#define JISSHO_SERVICES_SURVEY_SURVEY_MODULE_H_

#include <memory>

#include "services/runtime/module.h"
#include "workflow/base/id.h"

namespace jissho::survey {

// With the operating system's random device as the source of the campaigns' secrets.
std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies);

// With another source, which outlives the module: for simulations that must repeat.
std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies,
                                            IdSource* secrets);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_SURVEY_MODULE_H_
