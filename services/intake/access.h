// Who sees what: an applicant his own organisation's, the staff everything but others' drafts. To who may not
// see it, a thing does not exist.
#ifndef JISSHO_SERVICES_INTAKE_ACCESS_H_
#define JISSHO_SERVICES_INTAKE_ACCESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/intake/reasons.h"
#include "services/intake/store/rows.h"
#include "workflow/act/act.h"

namespace jissho::intake {

// Holds a role of the city's, beside whatever else.
bool IsStaff(const act::Actor& actor);
// May read proposals that have not been submitted: the secretariat, which helps with them.
bool SeesDrafts(const act::Actor& actor);
bool SeesOrganisation(const act::Actor& actor, const std::string& organisation_id);
bool Sees(const act::Actor& actor, const ProposalRow& row);
bool Sees(const act::Actor& actor, const ConsultationRow& row);

// The row of an act, when its actor sees it; `missing` otherwise.
template <class Row>
absl::StatusOr<Row> GetSeen(const act::Context& context, const act::View& view, const std::string& id,
                            const Reason& missing) {
  auto row = view.Get<Row>(id, missing);
  if (row.ok() && !Sees(context.actor(), *row)) return MakeError(missing, {{"id", id}});
  return row;
}

// The organisation for which a request of `actor` is made: the staff names it, an applicant's is that of his
// token. PERMISSION_DENIED (OTHER_ORGANISATION) when he names another one.
absl::StatusOr<std::string> ActingOrganisation(const act::Actor& actor, const std::string& named);

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_ACCESS_H_
