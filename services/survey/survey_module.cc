#include "services/survey/survey_module.h"

#include "absl/strings/strip.h"
#include "embedded/survey_charts.h"
#include "embedded/survey_schema.h"
#include "services/survey/survey_service.h"

namespace jissho::survey {

namespace {

// "…/campaign.scxml" is the chart "campaign".
std::string ChartName(absl::string_view file) {
  const size_t slash = file.rfind('/');
  if (slash != absl::string_view::npos) file.remove_prefix(slash + 1);
  return std::string(absl::StripSuffix(file, ".scxml"));
}

class SurveyModule : public runtime::Module {
 public:
  explicit SurveyModule(const runtime::ModuleDependencies& dependencies)
      : peers_(dependencies.peers), secrets_(dependencies.ids) {}

  std::string name() const override { return "survey"; }

  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return storage::ParseMigrations(name(), embedded::survey_schema());
  }

  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    for (const auto& [file, text] : embedded::survey_charts()) {
      definitions.charts.emplace_back(ChartName(file), std::string(text));
    }
    AddActions(definitions);
    return definitions;
  }

  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.survey.v1.SurveyService");
    AddTemplateMethods(registry);
    AddCampaignMethods(registry, peers_, secrets_);
    AddInvitationMethods(registry);
    AddAnswerMethods(registry);
    AddResultMethods(registry);
    std::vector<runtime::MethodRegistry> registries;
    registries.push_back(std::move(registry));
    return registries;
  }

 private:
  runtime::Peers* peers_;
  IdSource* secrets_;
};

}  // namespace

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies) {
  return std::make_unique<SurveyModule>(dependencies);
}

}  // namespace jissho::survey
