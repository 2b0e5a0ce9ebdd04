// The range reads of the programme service: all its SQL stands here.
#ifndef JISSHO_SERVICES_PROGRAMME_STORE_STORE_H_
#define JISSHO_SERVICES_PROGRAMME_STORE_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/programme/store/rows.h"
#include "workflow/storage/session.h"

namespace jissho::programme {

absl::StatusOr<std::optional<ProgrammeRow>> FindProgramme(storage::Session& session, const std::string& id);
absl::StatusOr<std::optional<CallRow>> FindCall(storage::Session& session, const std::string& id);
absl::StatusOr<std::optional<SheetRow>> FindSheet(storage::Session& session, const std::string& id);

// Ids above `after`, ascending, at most `limit`.
absl::StatusOr<std::vector<ProgrammeRow>> ListProgrammes(storage::Session& session, const std::string& after,
                                                         int limit);

struct CallFilter {
  std::string programme_id;  // empty: all
  int64_t fiscal_year = 0;   // 0: all
  std::string state;         // empty: all
  bool drafts = true;        // whether drafts are shown
};
absl::StatusOr<std::vector<CallRow>> ListCalls(storage::Session& session, const CallFilter& filter,
                                               const std::string& after, int limit);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_STORE_STORE_H_
