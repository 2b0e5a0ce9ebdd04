// Session over SOCI, for both databases. Only this component's own files include it; others use session.h.
#ifndef JISSHO_WORKFLOW_STORAGE_SOCI_SESSION_H_
#define JISSHO_WORKFLOW_STORAGE_SOCI_SESSION_H_

#include <memory>

#include "absl/time/time.h"
#include "workflow/storage/dsn.h"
#include "workflow/storage/session.h"

namespace jissho::storage {

// Connects at the first statement. Not thread-safe.
std::unique_ptr<Session> MakeSociSession(const Dsn& dsn, absl::Duration lock_timeout);

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_SOCI_SESSION_H_
