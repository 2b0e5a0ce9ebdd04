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

std::vector<ModuleFactory> AllModules() {
  std::vector<ModuleFactory> modules;
#ifdef JISSHO_WITH_PROGRAMME
  modules.push_back({"programme", programme::MakeModule});
#endif
#ifdef JISSHO_WITH_INTAKE
  modules.push_back({"intake", intake::MakeModule});
#endif
#ifdef JISSHO_WITH_REVIEW
  modules.push_back({"review", review::MakeModule});
#endif
#ifdef JISSHO_WITH_SUBSIDY
  modules.push_back({"subsidy", subsidy::MakeModule});
#endif
#ifdef JISSHO_WITH_TRIAL
  modules.push_back({"trial", trial::MakeModule});
#endif
#ifdef JISSHO_WITH_SURVEY
  modules.push_back({"survey", survey::MakeModule});
#endif
#ifdef JISSHO_WITH_CASES
  modules.push_back({"cases", cases::MakeModule});
#endif
  return modules;
}

}  // namespace jissho::server
