// Rules for a rendered set of Kubernetes objects.
#ifndef JISSHO_TESTS_ARCHITECTURE_K8S_RULES_H_
#define JISSHO_TESTS_ARCHITECTURE_K8S_RULES_H_

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

namespace jissho::architecture {

// Each fault as "Kind/name: what is wrong". Checked:
// - all containers run one image with a fixed tag;
// - a Deployment's --target is its name, a StatefulSet's is "all";
// - servers have gRPC probes: start-up and liveness ask for the process, readiness for a service;
// - pods and containers hold the restricted security profile;
// - no Secret, no password in an environment or a configuration;
// - a Deployment has its headless Service, ServiceAccount and PodDisruptionBudget; a ConfigMap that is
// mounted exists;
// - a NetworkPolicy denies by default.
std::vector<std::string> CheckObjects(const std::vector<YAML::Node>& objects);

}  // namespace jissho::architecture

#endif  // JISSHO_TESTS_ARCHITECTURE_K8S_RULES_H_
