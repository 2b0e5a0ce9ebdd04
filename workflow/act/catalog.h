// The charts that a service's instances run by: the current version of each name, and every version by
// content hash. Threading: thread-safe. Instances stay pinned to the hash they started with; older versions,
// and charts that an instance invoked by their text, come from the database.
#ifndef JISSHO_WORKFLOW_ACT_CATALOG_H_
#define JISSHO_WORKFLOW_ACT_CATALOG_H_

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/chart/sources.h"
#include "workflow/engine/machine.h"
#include "workflow/storage/session.h"

namespace jissho::act {

// The code of a fault beside those of chart/validator.h.
inline constexpr char kInvokeCircle[] = "INVOKE_CIRCLE";

// What charts are held to and run with.
struct ChartRules {
  // Charts in service: the service profile, and an error that no transition takes fails the act. Without it
  // all of SCXML runs, and such errors are dropped as the standard says: for conformance and experiments.
  bool service_profile = true;
  engine::DataModelFactory data_models = engine::MakeServiceDataModel;
  // Documents outside the chart; absent: there are none.
  chart::Loader load;
};

class Catalog {
 public:
  explicit Catalog(ChartRules rules = {}) : rules_(std::move(rules)) {}

  // Makes these the current versions, all or none: name and text. INVALID_ARGUMENT with all faults of all
  // charts. In service a chart may invoke those beside it by name, but not, through whatever charts, itself:
  // what begins with one instance stays bounded.
  absl::Status Deploy(const std::vector<std::pair<std::string, std::string>>& charts,
                      const std::set<std::string>& actions_allowed);
  // Stores the definitions that the database does not have yet, and loads those that it has and we have not.
  absl::Status Synchronise(storage::Session& session);

  absl::StatusOr<std::shared_ptr<const engine::Machine>> Current(const std::string& name) const;
  absl::StatusOr<std::shared_ptr<const engine::Machine>> Version(const std::string& hash) const;

  // The text that an <invoke src> names, as ChartRules::load reads it. CHART_UNKNOWN.
  absl::StatusOr<std::string> Read(const std::string& src) const;
  // The machine of a text, made once and found by its hash from then on.
  absl::StatusOr<std::shared_ptr<const engine::Machine>> Compile(const std::string& definition) const;

  const ChartRules& rules() const { return rules_; }

 private:
  ChartRules rules_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> current_;      // name -> hash
  std::map<std::string, std::string> definitions_;  // hash -> text
  std::map<std::string, std::string> names_;        // hash -> name
  mutable std::map<std::string, std::shared_ptr<const engine::Machine>> machines_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_CATALOG_H_
