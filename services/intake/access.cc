#include "services/intake/access.h"

#include <algorithm>

namespace jissho::intake {

bool IsStaff(const act::Actor& actor) {
  return std::any_of(actor.roles.begin(), actor.roles.end(),
                     [](const std::string& role) { return role != "applicant"; });
}

bool SeesDrafts(const act::Actor& actor) {
  return actor.HasRole("secretariat") || actor.HasRole("admin") || actor.HasRole("system");
}

bool SeesOrganisation(const act::Actor& actor, const std::string& organisation_id) {
  return IsStaff(actor) || (!actor.organisation.empty() && actor.organisation == organisation_id);
}

bool Sees(const act::Actor& actor, const ProposalRow& row) {
  if (!actor.organisation.empty() && actor.organisation == row.organisation_id) return true;
  return IsStaff(actor) && (row.state != "draft" || SeesDrafts(actor));
}

bool Sees(const act::Actor& actor, const ConsultationRow& row) {
  return SeesOrganisation(actor, row.organisation_id);
}

absl::StatusOr<std::string> ActingOrganisation(const act::Actor& actor, const std::string& named) {
  if (IsStaff(actor)) return named;
  if (actor.organisation.empty() || (!named.empty() && named != actor.organisation)) {
    return MakeError(kOtherOrganisation);
  }
  return actor.organisation;
}

}  // namespace jissho::intake
