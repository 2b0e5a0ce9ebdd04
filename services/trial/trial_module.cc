#include "services/trial/trial_module.h"

#include "embedded/trial_charts.h"
#include "embedded/trial_schema.h"
#include "services/trial/desk.h"
#include "services/trial/events.h"

namespace jissho::trial {

namespace {

class TrialModule : public runtime::Module {
 public:
  std::string name() const override { return "trial"; }

  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return storage::ParseMigrations("trial", embedded::trial_schema());
  }

  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    definitions.charts = {{"trial", std::string(embedded::trial_charts().front().second)}};
    definitions.actions = Actions();
    definitions.events = EventHandlers();
    return definitions;
  }

  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.trial.v1.TrialService");
    AddReads(registry);
    AddConduct(registry);
    AddSupport(registry);
    return {registry};
  }
};

}  // namespace

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies&) {
  return std::make_unique<TrialModule>();
}

}  // namespace jissho::trial
