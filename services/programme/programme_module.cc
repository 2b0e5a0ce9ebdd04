#include "services/programme/programme_module.h"

#include "embedded/programme_charts.h"
#include "embedded/programme_schema.h"
#include "services/programme/peer_findings.h"
#include "services/programme/programme_service.h"

namespace jissho::programme {
namespace {

// The name of a chart is its file's, without folder and ending.
std::string ChartName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  const absl::string_view file = slash == absl::string_view::npos ? path : path.substr(slash + 1);
  return std::string(file.substr(0, file.rfind('.')));
}

class ProgrammeModule : public runtime::Module {
 public:
  explicit ProgrammeModule(std::unique_ptr<FindingsSource> findings) : findings_(std::move(findings)) {}

  std::string name() const override { return "programme"; }

  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return storage::ParseMigrations("programme", embedded::programme_schema());
  }

  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions out;
    for (const auto& [path, text] : embedded::programme_charts()) {
      out.charts.emplace_back(ChartName(path), std::string(text));
    }
    AddCallDefinitions(out);
    AddSheetDefinitions(out);
    return out;
  }

  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry(kServiceName);
    RegisterProgrammeMethods(registry);
    RegisterCallMethods(registry);
    RegisterSheetMethods(findings_.get(), registry);
    return {std::move(registry)};
  }

 private:
  std::unique_ptr<FindingsSource> findings_;
};

}  // namespace

std::unique_ptr<runtime::Module> MakeModule(const runtime::ModuleDependencies& dependencies) {
  return MakeModule(std::make_unique<PeerFindings>(dependencies.peers));
}

std::unique_ptr<runtime::Module> MakeModule(std::unique_ptr<FindingsSource> findings) {
  return std::make_unique<ProgrammeModule>(std::move(findings));
}

}  // namespace jissho::programme
