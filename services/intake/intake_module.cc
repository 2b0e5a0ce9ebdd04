#include "services/intake/intake_module.h"

#include "absl/strings/strip.h"
#include "embedded/intake_charts.h"
#include "embedded/intake_schema.h"
#include "services/intake/intake_service.h"

namespace jissho::intake {

namespace {

// "…/proposal.scxml" is the chart "proposal".
std::string ChartName(absl::string_view file) {
  const size_t slash = file.rfind('/');
  if (slash != absl::string_view::npos) file.remove_prefix(slash + 1);
  return std::string(absl::StripSuffix(file, ".scxml"));
}

class IntakeModule : public runtime::Module {
 public:
  std::string name() const override { return "intake"; }

  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return storage::ParseMigrations(name(), embedded::intake_schema());
  }

  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    for (const auto& [file, text] : embedded::intake_charts()) {
      definitions.charts.emplace_back(ChartName(file), std::string(text));
    }
    AddActions(definitions);
    AddEventHandlers(definitions);
    return definitions;
  }

  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.intake.v1.IntakeService");
    AddOrganisationMethods(registry);
    AddCallMethods(registry);
    AddProposalMethods(registry);
    AddSubmissionMethods(registry);
    AddFormalCheckMethods(registry);
    AddAttachmentMethods(registry);
    AddConsultationMethods(registry);
    std::vector<runtime::MethodRegistry> registries;
    registries.push_back(std::move(registry));
    return registries;
  }
};

}  // namespace

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies&) {
  return std::make_unique<IntakeModule>();
}

}  // namespace jissho::intake
