// The range reads of the intake service: all its SQL stands here. Lists give keys above `after`, ascending,
// at most `limit`; empty filters take all.
#ifndef JISSHO_SERVICES_INTAKE_STORE_STORE_H_
#define JISSHO_SERVICES_INTAKE_STORE_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/intake/store/rows.h"
#include "workflow/storage/session.h"

namespace jissho::intake {

// The row with this id, or nullopt.
template <class Row>
absl::StatusOr<std::optional<Row>> FindRow(storage::Session& session, const std::string& id) {
  auto rows = storage::Select<Row>(session, "WHERE id = ?", {id});
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

struct OrganisationFilter {
  std::string id;             // this one only
  std::string name_contains;  // in name or kana
  int64_t kind = 0;
};
absl::StatusOr<std::vector<OrganisationRow>> ListOrganisations(storage::Session& session,
                                                               const OrganisationFilter& filter,
                                                               const std::string& after, int limit);

// Calls that receive proposals at `now`.
absl::StatusOr<std::vector<CallRow>> ListOpenCalls(storage::Session& session, absl::Time now,
                                                   const std::string& after, int limit);

struct ProposalFilter {
  std::string call_id, state, organisation_id;
  bool drafts = true;  // whether drafts are shown
};
absl::StatusOr<std::vector<ProposalRow>> ListProposals(storage::Session& session,
                                                       const ProposalFilter& filter, const std::string& after,
                                                       int limit);

// Revisions above `after`, at most `limit`, in their order.
absl::StatusOr<std::vector<RevisionRow>> ListRevisions(storage::Session& session,
                                                       const std::string& proposal_id, int64_t after,
                                                       int limit);
absl::StatusOr<std::optional<RevisionRow>> FindRevision(storage::Session& session,
                                                        const std::string& proposal_id, int64_t revision);

struct ConsultationFilter {
  std::string state, organisation_id;
};
absl::StatusOr<std::vector<ConsultationRow>> ListConsultations(storage::Session& session,
                                                               const ConsultationFilter& filter,
                                                               const std::string& after, int limit);

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_STORE_STORE_H_
