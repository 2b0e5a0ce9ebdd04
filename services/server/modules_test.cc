// What can be said of all the product's modules before any of them runs.
#include "services/server/modules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/process/role_check.h"
#include "services/runtime/rpc/peers.h"
#include "workflow/chart/parser.h"

namespace jissho::server {
namespace {

TEST(ModulesTest, MethodsAdmitWhomTheChartsLetFireTheirEvents) {
  runtime::ConfiguredPeers nobody(nullptr, nullptr);
  std::vector<runtime::RoleFault> faults;
  int firing = 0;
  for (const ModuleFactory& factory : AllModules()) {
    const auto module = factory.make({&nobody, "082201", &RandomIds()});
    const auto definitions = module->definitions();
    ASSERT_TRUE(definitions.ok()) << definitions.status();
    std::vector<chart::Chart> charts;
    for (const auto& [name, text] : definitions->charts) {
      const auto chart = chart::Parse(text);
      ASSERT_TRUE(chart.ok()) << name << ": " << chart.status();
      charts.push_back(*chart);
    }
    const auto methods = runtime::FiringMethodsOf(module->methods());
    for (const runtime::FiringMethod& method : methods) firing += method.fires.empty() ? 0 : 1;
    for (auto& fault : runtime::FindRoleFaults(factory.name, methods, charts)) faults.push_back(fault);
  }
  EXPECT_GT(firing, 0);
  const absl::Status status = runtime::RoleStatus(faults);
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace jissho::server
