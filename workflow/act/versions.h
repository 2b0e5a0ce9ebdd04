// The versions of charts that a service's instances run by, in the catalog and in the database. Reading only.
#ifndef JISSHO_WORKFLOW_ACT_VERSIONS_H_
#define JISSHO_WORKFLOW_ACT_VERSIONS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/act/catalog.h"
#include "workflow/act/rows.h"
#include "workflow/engine/machine.h"
#include "workflow/storage/session.h"

namespace jissho::act {

// A version as the database has it. CHART_UNKNOWN.
absl::StatusOr<ChartRow> StoredVersion(storage::Session& session, const std::string& hash);

// The machine of a version: from the catalog, or, when only the database has it, from there. CHART_UNKNOWN.
absl::StatusOr<std::shared_ptr<const engine::Machine>> VersionOf(storage::Session& session,
                                                                 const Catalog& catalog,
                                                                 const std::string& hash);

// A version of a chart, and how many instances run by it.
struct ChartVersion {
  std::string name, hash;
  bool current = false;
  int64_t running = 0, finished = 0;
};
// By name, the current version first. `chart` empty: all charts.
absl::StatusOr<std::vector<ChartVersion>> ListVersions(storage::Session& session, const Catalog& catalog,
                                                       const std::string& chart);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_VERSIONS_H_
