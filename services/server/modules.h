// The services that this program was built with: the only place that names them all.
#ifndef JISSHO_SERVICES_SERVER_MODULES_H_
#define JISSHO_SERVICES_SERVER_MODULES_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/runtime/module.h"

namespace jissho::server {

struct ModuleFactory {
  std::string name;
  std::function<std::unique_ptr<runtime::Module>(const runtime::ModuleDependencies&)> make;
};

std::vector<ModuleFactory> AllModules();

}  // namespace jissho::server

#endif  // JISSHO_SERVICES_SERVER_MODULES_H_
