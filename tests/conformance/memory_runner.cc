#include "tests/conformance/document.h"
#include "workflow/base/error.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/sources.h"
#include "workflow/engine/ensemble.h"

namespace jissho::conformance {
namespace {

class MemoryRunner : public Runner {
 public:
  absl::StatusOr<Outcome> Run(const std::string& folder, const std::string& file) override {
    JISSHO_ASSIGN_OR_RETURN(const std::string text, ReadDocument(folder, file));
    JISSHO_ASSIGN_OR_RETURN(chart::Chart chart, chart::Parse(text));
    JISSHO_ASSIGN_OR_RETURN(auto machine,
                            engine::Machine::Build(std::move(chart), engine::MakeFullDataModel));
    engine::EnsembleOptions options;
    options.data_models = engine::MakeFullDataModel;
    options.load = [folder](const std::string& src) { return ReadDocument(folder, src); };
    engine::Ensemble ensemble(options);
    JISSHO_ASSIGN_OR_RETURN(const std::string root, ensemble.Start(machine));
    JISSHO_RETURN_IF_ERROR(ensemble.Settle());
    while (!ensemble.finished(root) && ensemble.NextDue() < options.start + kPatience) {
      JISSHO_RETURN_IF_ERROR(ensemble.Advance(ensemble.NextDue() - ensemble.now()));
    }
    return Judge(ensemble.snapshot(root).configuration, ensemble.finished(root), ensemble.macrosteps());
  }
};

}  // namespace

std::unique_ptr<Runner> MakeMemoryRunner() { return std::make_unique<MemoryRunner>(); }

}  // namespace jissho::conformance
