#include "services/subsidy/subsidy_module.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "embedded/subsidy_charts.h"
#include "embedded/subsidy_schema.h"
#include "services/subsidy/desk.h"

namespace jissho::subsidy {
namespace {

class SubsidyModule : public runtime::Module {
 public:
  std::string name() const override { return "subsidy"; }

  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return storage::ParseMigrations("subsidy", embedded::subsidy_schema());
  }

  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    for (const auto& [file, text] : embedded::subsidy_charts()) {
      const size_t slash = file.rfind('/');
      const absl::string_view base = slash == absl::string_view::npos ? file : file.substr(slash + 1);
      definitions.charts.emplace_back(std::string(absl::StripSuffix(base, ".scxml")), std::string(text));
    }
    definitions.actions = Actions();
    definitions.events = EventHandlers();
    return definitions;
  }

  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.subsidy.v1.SubsidyService");
    RegisterBudgetMethods(registry);
    RegisterGrantMethods(registry);
    RegisterPerformanceMethods(registry);
    RegisterPaymentMethods(registry);
    RegisterPaymentRepairMethods(registry);
    RegisterSettlementMethods(registry);
    return {registry};
  }
};

}  // namespace

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies&) {
  return std::make_unique<SubsidyModule>();
}

}  // namespace jissho::subsidy
