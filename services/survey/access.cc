#include "services/survey/access.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "workflow/base/hash.h"

namespace jissho::survey {

bool IsStaff(const act::Actor& actor) {
  constexpr const char* kStaff[] = {"secretariat", "manager", "mayor", "division",
                                    "auditor",     "admin",   "system"};
  return std::any_of(std::begin(kStaff), std::end(kStaff),
                     [&](const char* role) { return actor.HasRole(role); });
}

bool SeesSmallCells(const act::Actor& actor) {
  return actor.HasRole("secretariat") || actor.HasRole("manager") || actor.HasRole("auditor");
}

bool Sees(const act::Actor& actor, const InvitationRow& row) {
  if (IsStaff(actor)) return true;
  return actor.HasRole("applicant") && !actor.organisation.empty() &&
         actor.organisation == row.organisation_id && row.state != "planned";
}

std::string TokenOf(const CampaignRow& campaign, const std::string& invitation_id) {
  return Sha256Hex(absl::StrCat(campaign.secret, "/", invitation_id)).substr(0, 40);
}

std::string TokenHash(const std::string& token) { return Sha256Hex(token); }

}  // namespace jissho::survey
