// Whether the journals of a service's instances are what was once written, and the instances what their
// journals say.
//
// The entries of an instance form a hash chain whose last hash stands in the instance's row. So a changed, a
// missing, an exchanged and an added entry are found, wherever they stand; and since the state can be rebuilt
// from the journal, so is an instance that was changed past it. Not found is a forger who rewrites the whole
// chain and the instance: against him stands the copy in the history of the case, which another service
// keeps.
#ifndef JISSHO_WORKFLOW_ACT_AUDIT_H_
#define JISSHO_WORKFLOW_ACT_AUDIT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/act/catalog.h"
#include "workflow/act/rows.h"
#include "workflow/storage/session.h"

namespace jissho::act {

struct JournalFault {
  std::string instance_id;
  int64_t sequence = 0;  // the first bad entry; 0 when it is the instance itself
  std::string ja, en;
};

struct InstanceAudit {
  int64_t entries = 0;  // that were looked at
  std::optional<JournalFault> fault;
};

// The instance is read before its journal: what is appended meanwhile is left for the next time. An instance
// that does not exist but has entries is a fault; one that has neither is INSTANCE_NOT_FOUND.
absl::StatusOr<InstanceAudit> AuditInstance(storage::Session& session, const Catalog& catalog,
                                            const std::string& instance_id);

struct AuditPage {
  int64_t instances = 0, entries = 0;
  std::vector<JournalFault> faults;
  std::string last;  // the last instance looked at; empty when there is none after it
};

// At most `limit` instances whose id is greater than `after`, in order.
absl::StatusOr<AuditPage> AuditJournals(storage::Session& session, const Catalog& catalog,
                                        const std::string& after, int limit);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_AUDIT_H_
