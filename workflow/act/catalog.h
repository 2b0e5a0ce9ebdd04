// The charts that a service's instances run by: the current version of each name, and every version by
// content hash. Threading: thread-safe. Instances stay pinned to the hash they started with; older versions
// come from the database.
#ifndef JISSHO_WORKFLOW_ACT_CATALOG_H_
#define JISSHO_WORKFLOW_ACT_CATALOG_H_

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "workflow/engine/machine.h"
#include "workflow/storage/session.h"

namespace jissho::act {

class Catalog {
 public:
  // Parses, validates against the service profile (all faults in one error) and makes it the current version
  // of `name`.
  absl::Status Add(const std::string& name, const std::string& definition,
                   const std::set<std::string>& actions_allowed);
  // Stores the definitions that the database does not have yet, and loads those that it has and we have not.
  absl::Status Synchronise(storage::Session& session);

  absl::StatusOr<std::shared_ptr<const engine::Machine>> Current(const std::string& name) const;
  absl::StatusOr<std::shared_ptr<const engine::Machine>> Version(const std::string& hash) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> current_;      // name -> hash
  std::map<std::string, std::string> definitions_;  // hash -> text
  std::map<std::string, std::string> names_;        // hash -> name
  std::map<std::string, std::shared_ptr<const engine::Machine>> machines_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_CATALOG_H_
