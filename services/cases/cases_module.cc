#include "services/cases/cases_module.h"

#include "embedded/cases_charts.h"
#include "embedded/cases_schema.h"
#include "jissho/engine/v1/engine.pb.h"
#include "services/cases/cases_service.h"
#include "services/cases/history.h"
#include "services/cases/relay.h"

namespace jissho::cases {

namespace {

class CasesModule : public runtime::Module {
 public:
  std::string name() const override { return "cases"; }

  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return storage::ParseMigrations("cases", embedded::cases_schema());
  }

  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    definitions.charts = {{"case", std::string(embedded::cases_charts().front().second)}};
    definitions.actions = RelayActions();
    definitions.events = RelayHandlers();
    definitions.events[std::string(engine::v1::InstanceProgressed::descriptor()->full_name())] =
        OnInstanceProgressed;
    return definitions;
  }

  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.cases.v1.CasesService");
    AddReads(registry);
    AddActs(registry);
    return {registry};
  }
};

}  // namespace

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies&) {
  return std::make_unique<CasesModule>();
}

}  // namespace jissho::cases
