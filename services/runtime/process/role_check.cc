#include "services/runtime/process/role_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "jissho/options/v1/options.pb.h"
#include "services/runtime/reasons.h"
#include "workflow/base/error.h"

namespace jissho::runtime {
namespace {

constexpr char kAnybody[] = "*";
constexpr char kSystem[] = "system";

using Roles = std::set<std::string>;
// Chart and event descriptor; who may fire it there, in whatever state.
using Awaited = std::map<std::pair<std::string, std::string>, Roles>;

Awaited AwaitedOf(const std::vector<chart::Chart>& charts) {
  Awaited awaited;
  for (const chart::Chart& chart : charts) {
    for (const chart::State& state : chart.states) {
      for (const chart::Transition& transition : state.transitions) {
        const auto& roles = transition.task.roles;
        if (roles.empty()) continue;
        for (const std::string& event : transition.events)
          awaited[{chart.name, event}].insert(roles.begin(), roles.end());
      }
    }
  }
  return awaited;
}

bool Fires(const FiringMethod& method, const std::string& descriptor) {
  return std::any_of(method.fires.begin(), method.fires.end(),
                     [&](const std::string& event) { return chart::DescriptorMatches(descriptor, event); });
}

bool Admits(const FiringMethod& method, const std::string& role) {
  return std::any_of(method.roles.begin(), method.roles.end(),
                     [&](const std::string& own) { return own == kAnybody || own == role; });
}

std::string NamesOf(const std::vector<const FiringMethod*>& methods) {
  return absl::StrJoin(methods, ", ", [](std::string* out, const FiringMethod* method) {
    absl::StrAppend(out, method->name);
  });
}

void CheckTransitions(const std::string& service, const std::vector<FiringMethod>& methods,
                      const Awaited& awaited, std::vector<RoleFault>& faults) {
  for (const auto& [place, all_roles] : awaited) {
    const auto& [chart, event] = place;
    Roles roles = all_roles;
    roles.erase(kSystem);
    if (roles.empty()) continue;
    std::vector<const FiringMethod*> firing;
    for (const FiringMethod& method : methods) {
      if (Fires(method, event)) firing.push_back(&method);
    }
    if (firing.empty()) {
      const std::string names = absl::StrJoin(roles, ", ");
      faults.push_back({service, chart, "", event, names,
                        absl::StrCat(service, "：図", chart, "は", names, "の", event,
                                     "を待ちますが、これを起こす操作がありません。"),
                        absl::StrCat(service, ": the chart ", chart, " awaits ", event, " from ", names,
                                     ", but no method fires it.")});
      continue;
    }
    for (const std::string& role : roles) {
      if (std::any_of(firing.begin(), firing.end(),
                      [&](const FiringMethod* method) { return Admits(*method, role); })) {
        continue;
      }
      const std::string names = NamesOf(firing);
      faults.push_back(
          {service, chart, names, event, role,
           absl::StrCat(service, "：図", chart, "は", event, "を", role, "に許しますが、これを起こす操作",
                        names, "は", role, "を受け付けません。"),
           absl::StrCat(service, ": the chart ", chart, " lets ", role, " fire ", event, ", but ", names,
                        ", which fires it, does not admit that role.")});
    }
  }
}

void CheckMethod(const std::string& service, const FiringMethod& method, const Awaited& awaited,
                 std::vector<RoleFault>& faults) {
  Roles may_fire;
  for (const std::string& event : method.fires) {
    bool known = false;
    for (const auto& [place, roles] : awaited) {
      if (!chart::DescriptorMatches(place.second, event)) continue;
      known = true;
      may_fire.insert(roles.begin(), roles.end());
    }
    if (known) continue;
    faults.push_back({service, "", method.name, event, "",
                      absl::StrCat(service, "/", method.name, "：", event,
                                   "を起こしますが、これを人から待つ図がありません。"),
                      absl::StrCat(service, "/", method.name, ": fires ", event,
                                   ", which no chart of the service awaits from a person.")});
  }
  if (may_fire.empty()) return;
  for (const std::string& role : method.roles) {
    if (role == kAnybody || may_fire.count(role) > 0) continue;
    const std::string events = absl::StrJoin(method.fires, ", ");
    faults.push_back({service, "", method.name, events, role,
                      absl::StrCat(service, "/", method.name, "：", role, "を受け付けますが、", role, "に",
                                   events, "を許す遷移がありません。"),
                      absl::StrCat(service, "/", method.name, ": admits ", role,
                                   ", but no transition lets that role fire ", events, ".")});
  }
}

std::string Lines(const std::vector<RoleFault>& faults, std::string RoleFault::*text) {
  std::string lines;
  for (const RoleFault& fault : faults) absl::StrAppend(&lines, "\n", fault.*text);
  return lines;
}

}  // namespace

std::vector<RoleFault> FindRoleFaults(const std::string& service, const std::vector<FiringMethod>& methods,
                                      const std::vector<chart::Chart>& charts) {
  const Awaited awaited = AwaitedOf(charts);
  std::vector<RoleFault> faults;
  CheckTransitions(service, methods, awaited, faults);
  for (const FiringMethod& method : methods) CheckMethod(service, method, awaited, faults);
  return faults;
}

std::vector<FiringMethod> FiringMethodsOf(const std::vector<MethodRegistry>& registries) {
  std::vector<FiringMethod> methods;
  for (const MethodRegistry& registry : registries) {
    for (const auto& [name, method] : registry.methods()) {
      const auto& rule = method.descriptor->options().GetExtension(options::v1::method);
      methods.push_back(
          {name, {rule.roles().begin(), rule.roles().end()}, {rule.fires().begin(), rule.fires().end()}});
    }
  }
  return methods;
}

absl::Status RoleStatus(const std::vector<RoleFault>& faults) {
  if (faults.empty()) return absl::OkStatus();
  return MakeError(kRolesDisagree, {{"faults_ja", Lines(faults, &RoleFault::ja)},
                                    {"faults_en", Lines(faults, &RoleFault::en)}});
}

}  // namespace jissho::runtime
