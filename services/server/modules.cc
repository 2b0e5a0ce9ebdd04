#include "services/server/modules.h"

#ifdef JISSHO_WITH_PROGRAMME
#include "services/programme/programme_module.h"
#endif
#ifdef JISSHO_WITH_INTAKE
#include "services/intake/intake_module.h"
#endif
#ifdef JISSHO_WITH_REVIEW
#include "services/review/review_module.h"
#endif
#ifdef JISSHO_WITH_SUBSIDY
#include "services/subsidy/subsidy_module.h"
#endif
#ifdef JISSHO_WITH_TRIAL
#include "services/trial/trial_module.h"
#endif
#ifdef JISSHO_WITH_SURVEY
#include "services/survey/survey_module.h"
#endif
#ifdef JISSHO_WITH_CASES
#include "services/cases/cases_module.h"
#endif

namespace jissho::server {

using Dependencies = runtime::ModuleDependencies;

std::vector<ModuleFactory> AllModules() {
  std::vector<ModuleFactory> modules;
#ifdef JISSHO_WITH_PROGRAMME
  modules.push_back({"programme", [](const Dependencies& d) { return programme::MakeModule(d); }});
#endif
#ifdef JISSHO_WITH_INTAKE
  modules.push_back({"intake", [](const Dependencies& d) { return intake::MakeModule(d); }});
#endif
#ifdef JISSHO_WITH_REVIEW
  modules.push_back({"review", [](const Dependencies& d) { return review::MakeModule(d); }});
#endif
#ifdef JISSHO_WITH_SUBSIDY
  modules.push_back({"subsidy", [](const Dependencies& d) { return subsidy::MakeModule(d); }});
#endif
#ifdef JISSHO_WITH_TRIAL
  modules.push_back({"trial", [](const Dependencies& d) { return trial::MakeModule(d); }});
#endif
#ifdef JISSHO_WITH_SURVEY
  modules.push_back({"survey", [](const Dependencies& d) { return survey::MakeModule(d); }});
#endif
#ifdef JISSHO_WITH_CASES
  modules.push_back({"cases", [](const Dependencies& d) { return cases::MakeModule(d); }});
#endif
  return modules;
}

}  // namespace jissho::server
