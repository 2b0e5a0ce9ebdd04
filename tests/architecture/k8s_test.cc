#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/architecture/k8s_rules.h"

namespace jissho::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Standard output of a command; nullopt-like empty when it fails.
std::string OutputOf(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  std::string output;
  char buffer[4096];
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
  return pclose(pipe) == 0 ? output : "";
}

class OverlayTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (OutputOf("command -v kubectl").empty())
      GTEST_SKIP() << "kubectl is not installed: the overlays were not rendered";
    const std::string folder = absl::StrCat(std::getenv("JISSHO_SOURCE_DIR"), "/k8s/overlays/", GetParam());
    objects_ = YAML::LoadAll(OutputOf("kubectl kustomize '" + folder + "'"));
    ASSERT_FALSE(objects_.empty());
  }
  std::set<std::string> Names(const std::string& kind) const {
    std::set<std::string> names;
    for (const YAML::Node& object : objects_) {
      if (object["kind"].as<std::string>() == kind)
        names.insert(object["metadata"]["name"].as<std::string>());
    }
    return names;
  }
  std::vector<YAML::Node> objects_;
};

TEST_P(OverlayTest, KeepsTheRules) { EXPECT_THAT(CheckObjects(objects_), IsEmpty()); }

INSTANTIATE_TEST_SUITE_P(All, OverlayTest, ::testing::Values("production", "all-in-one"),
                         [](const auto& info) {
                           return absl::StrReplaceAll(info.param, {{"-", "_"}});
                         });

using ProductionTest = OverlayTest;
TEST_P(ProductionTest, RunsEveryServiceAndMigratesOnce) {
  EXPECT_THAT(Names("Deployment"),
              ElementsAre("cases", "intake", "programme", "review", "subsidy", "survey", "trial"));
  EXPECT_THAT(Names("Job"), ElementsAre("migrate"));
}
INSTANTIATE_TEST_SUITE_P(One, ProductionTest, ::testing::Values("production"));

using AllInOneTest = OverlayTest;
TEST_P(AllInOneTest, RunsOneProcessOnly) {
  EXPECT_THAT(Names("StatefulSet"), ElementsAre("jissho"));
  EXPECT_THAT(Names("Deployment"), IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(One, AllInOneTest, ::testing::Values("all-in-one"));

constexpr char kGood[] = R"(
kind: ServiceAccount
metadata: {name: trial}
---
kind: Service
metadata: {name: trial}
spec: {clusterIP: None}
---
kind: PodDisruptionBudget
metadata: {name: trial}
---
kind: ConfigMap
metadata: {name: config}
data:
  jissho.yaml: |
    mode: production
    database_password_file: /run/password
---
kind: NetworkPolicy
metadata: {name: default-deny}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
kind: Deployment
metadata: {name: trial}
spec:
  template:
    spec:
      serviceAccountName: trial
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - image: registry.example.jp:5000/jissho:1.2.3
          args: [serve, --target=trial]
          env: []
          securityContext:
            runAsNonRoot: true
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
          startupProbe: {grpc: {port: 50051}}
          livenessProbe: {grpc: {port: 50051}}
          readinessProbe: {grpc: {port: 50051, service: jissho.trial.v1.TrialService}}
      volumes:
        - configMap: {name: config}
)";

TEST(K8sRulesTest, AcceptsAWellKeptSet) { EXPECT_THAT(CheckObjects(YAML::LoadAll(kGood)), IsEmpty()); }

TEST(K8sRulesTest, FindsEachPlantedFaultAlone) {
  const struct {
    const char* from;
    const char* to;
    const char* fault;
  } plants[] = {
      {"--target=trial", "--target=all", "Deployment/trial: does not run --target=trial"},
      {"jissho:1.2.3", "jissho", "Deployment/trial: an image without a fixed tag"},
      {"jissho:1.2.3", "jissho:latest", "Deployment/trial: an image without a fixed tag"},
      {"            runAsNonRoot: true\n", "", "Deployment/trial: a container may run as root"},
      {"{runAsNonRoot: true, ", "{", "Deployment/trial: the pod may run as root"},
      {"type: RuntimeDefault", "type: Unconfined", "Deployment/trial: no seccomp profile"},
      {"automountServiceAccountToken: false", "x: y", "Deployment/trial: mounts a token of the cluster"},
      {"readOnlyRootFilesystem: true", "x: y",
       "Deployment/trial: a container may write its root file system"},
      {"allowPrivilegeEscalation: false", "x: y", "Deployment/trial: a container may gain privileges"},
      {"drop: [ALL]", "drop: [NET_RAW]", "Deployment/trial: a container keeps capabilities"},
      {"startupProbe: {grpc: {port: 50051}}", "x: y", "Deployment/trial: no gRPC startupProbe"},
      {"livenessProbe: {grpc: {port: 50051}}",
       "livenessProbe: {grpc: {port: 50051, service: jissho.trial.v1.TrialService}}",
       "Deployment/trial: livenessProbe asks for a service"},
      {"service: jissho.trial.v1.TrialService", "service: jissho.cases.v1.CasesService",
       "Deployment/trial: readinessProbe does not ask for the service"},
      {"env: []", "env: [{name: DB_PASSWORD, value: x}]", "Deployment/trial: a secret in the environment"},
      {"database_password_file:", "database_password:", "ConfigMap/config: a secret in the configuration"},
      {"mode: production", "database: mysql://a:b@host/x", "ConfigMap/config: a secret in the configuration"},
      {"clusterIP: None", "x: y", "Deployment/trial: has no headless Service"},
      {"kind: PodDisruptionBudget", "kind: Other", "Deployment/trial: has no PodDisruptionBudget"},
      {"kind: ServiceAccount", "kind: Other", "Deployment/trial: has no ServiceAccount"},
      {"configMap: {name: config}", "configMap: {name: gone}",
       "Deployment/trial: mounts a ConfigMap that is not here"},
      {"policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", "NetworkPolicy: none denies by default"},
      {"kind: PodDisruptionBudget\n", "kind: Secret\nmetadata: {name: s}\n---\nkind: PodDisruptionBudget\n",
       "Secret/s: a secret in plain text"},
  };
  for (const auto& plant : plants) {
    const std::string planted = absl::StrReplaceAll(kGood, {{plant.from, plant.to}});
    EXPECT_THAT(CheckObjects(YAML::LoadAll(planted)), ElementsAre(plant.fault)) << plant.from;
  }
}

TEST(K8sRulesTest, FindsWorkloadsOfDifferentImages) {
  const std::string other = absl::StrReplaceAll(
      kGood, {{"          env: []\n", ""},
              {"      volumes:",
               "      initContainers:\n        - image: other:1\n          securityContext: {runAsNonRoot: "
               "true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: "
               "[ALL]}}\n      volumes:"}});
  EXPECT_THAT(CheckObjects(YAML::LoadAll(other)), ElementsAre("images: workloads run different images"));
}

}  // namespace
}  // namespace jissho::architecture
