#include "tests/architecture/k8s_rules.h"

#include <algorithm>
#include <initializer_list>
#include <regex>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace jissho::architecture {
namespace {

constexpr int kGrpcPort = 50051;

std::string Text(const YAML::Node& node) { return node && node.IsScalar() ? node.as<std::string>() : ""; }
// The node at the end of a path of keys, or a null node: yaml-cpp throws on a key of a missing node.
YAML::Node At(const YAML::Node& node, std::initializer_list<const char*> keys) {
  YAML::Node at = node;
  for (const char* key : keys) {
    if (!at.IsMap() || !at[key]) return YAML::Node();
    at.reset(at[key]);
  }
  return at;
}

bool IsTrue(const YAML::Node& node) { return Text(node) == "true"; }
bool IsFalse(const YAML::Node& node) { return Text(node) == "false"; }

class Checker {
 public:
  explicit Checker(const std::vector<YAML::Node>& objects) : objects_(objects) {
    for (const YAML::Node& object : objects_) present_.insert(KeyOf(object));
  }

  std::vector<std::string> Run() {
    bool denies_by_default = false;
    for (const YAML::Node& object : objects_) {
      current_ = KeyOf(object);
      const std::string kind = Text(At(object, {"kind"}));
      if (kind == "Deployment" || kind == "StatefulSet" || kind == "Job") CheckWorkload(object, kind);
      if (kind == "Secret") Complain("a secret in plain text");
      if (kind == "ConfigMap") CheckConfig(At(object, {"data"}));
      if (kind == "NetworkPolicy") denies_by_default |= DeniesAll(At(object, {"spec"}));
    }
    current_ = "NetworkPolicy";
    if (!denies_by_default) Complain("none denies by default");
    current_ = "images";
    if (images_.size() > 1) Complain("workloads run different images");
    return faults_;
  }

 private:
  static std::string KeyOf(const YAML::Node& object) {
    return absl::StrCat(Text(At(object, {"kind"})), "/", Text(At(object, {"metadata", "name"})));
  }
  void Complain(absl::string_view what) { faults_.push_back(absl::StrCat(current_, ": ", what)); }
  void Require(bool holds, absl::string_view what) {
    if (!holds) Complain(what);
  }

  void CheckWorkload(const YAML::Node& object, const std::string& kind) {
    const YAML::Node pod = At(object, {"spec", "template", "spec"});
    const std::string name = Text(At(object, {"metadata", "name"}));
    CheckPodSecurity(pod);
    for (const char* list : {"initContainers", "containers"}) {
      for (const YAML::Node& container : At(pod, {list})) CheckContainer(container);
    }
    for (const YAML::Node& volume : At(pod, {"volumes"})) {
      const std::string config = Text(At(volume, {"configMap", "name"}));
      Require(config.empty() || present_.count("ConfigMap/" + config) > 0,
              "mounts a ConfigMap that is not here");
    }
    Require(present_.count("ServiceAccount/" + Text(At(pod, {"serviceAccountName"}))) > 0,
            "has no ServiceAccount");
    if (kind == "Job") return;
    CheckTarget(FirstContainer(pod), kind == "StatefulSet" ? "all" : name);
    CheckProbes(FirstContainer(pod), kind == "StatefulSet" ? "" : name);
    CheckCompanions(kind, name);
  }

  static YAML::Node FirstContainer(const YAML::Node& pod) {
    const YAML::Node containers = At(pod, {"containers"});
    return containers.size() > 0 ? YAML::Node(containers[0]) : YAML::Node();
  }

  void CheckPodSecurity(const YAML::Node& pod) {
    const YAML::Node context = At(pod, {"securityContext"});
    Require(IsTrue(At(context, {"runAsNonRoot"})), "the pod may run as root");
    Require(Text(At(context, {"seccompProfile", "type"})) == "RuntimeDefault", "no seccomp profile");
    Require(IsFalse(At(pod, {"automountServiceAccountToken"})), "mounts a token of the cluster");
  }

  void CheckContainer(const YAML::Node& container) {
    const YAML::Node context = At(container, {"securityContext"});
    Require(IsTrue(At(context, {"runAsNonRoot"})), "a container may run as root");
    Require(IsTrue(At(context, {"readOnlyRootFilesystem"})), "a container may write its root file system");
    Require(IsFalse(At(context, {"allowPrivilegeEscalation"})), "a container may gain privileges");
    const YAML::Node drop = At(context, {"capabilities", "drop"});
    Require(drop.size() == 1 && Text(drop[0]) == "ALL", "a container keeps capabilities");
    const std::string image = Text(At(container, {"image"}));
    const size_t colon = image.rfind(':');
    const bool tagged = colon != std::string::npos && image.find('/', colon) == std::string::npos;
    Require(tagged && !absl::EndsWith(image, ":latest"), "an image without a fixed tag");
    images_.insert(image);
    for (const YAML::Node& variable : At(container, {"env"})) {
      const bool secret =
          std::regex_search(Text(At(variable, {"name"})), std::regex("PASSWORD|SECRET|TOKEN|KEY|DATABASE"));
      Require(!(secret && !At(variable, {"value"}).IsNull()), "a secret in the environment");
    }
  }

  void CheckTarget(const YAML::Node& container, const std::string& target) {
    const YAML::Node args = At(container, {"args"});
    const bool found = std::any_of(args.begin(), args.end(), [&](const YAML::Node& argument) {
      return Text(argument) == "--target=" + target;
    });
    Require(found, absl::StrCat("does not run --target=", target));
  }

  void CheckProbes(const YAML::Node& container, const std::string& service) {
    for (const char* probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
      Require(Text(At(container, {probe, "grpc", "port"})) == absl::StrCat(kGrpcPort),
              absl::StrCat("no gRPC ", probe));
    }
    Require(Text(At(container, {"startupProbe", "grpc", "service"})).empty(),
            "startupProbe asks for a service");
    Require(Text(At(container, {"livenessProbe", "grpc", "service"})).empty(),
            "livenessProbe asks for a service");
    const std::string ready = Text(At(container, {"readinessProbe", "grpc", "service"}));
    const bool right = service.empty() ? absl::StartsWith(ready, "jissho.")
                                       : absl::StartsWith(ready, "jissho." + service + ".v1.");
    Require(right, "readinessProbe does not ask for the service");
  }

  void CheckCompanions(const std::string& kind, const std::string& name) {
    bool headless = false;
    for (const YAML::Node& object : objects_) {
      headless |= KeyOf(object) == "Service/" + name && Text(At(object, {"spec", "clusterIP"})) == "None";
    }
    Require(headless, "has no headless Service");
    Require(kind == "StatefulSet" || present_.count("PodDisruptionBudget/" + name) > 0,
            "has no PodDisruptionBudget");
  }

  void CheckConfig(const YAML::Node& data) {
    static const auto& secret =
        *new std::regex(R"((^|\n)\s*(\w*password|\w*secret|\w*token)\s*:|://[^/\s:]+:[^/\s]+@)");
    for (const auto& entry : data) {
      Require(!std::regex_search(Text(entry.second), secret), "a secret in the configuration");
    }
  }

  static bool DeniesAll(const YAML::Node& spec) {
    return At(spec, {"podSelector"}).IsMap() && At(spec, {"podSelector"}).size() == 0 &&
           At(spec, {"ingress"}).IsNull() && At(spec, {"egress"}).IsNull() &&
           At(spec, {"policyTypes"}).size() == 2;
  }

  const std::vector<YAML::Node>& objects_;
  std::set<std::string> present_;
  std::set<std::string> images_;
  std::string current_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> CheckObjects(const std::vector<YAML::Node>& objects) {
  return Checker(objects).Run();
}

}  // namespace jissho::architecture
