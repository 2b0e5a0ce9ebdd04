// Who sees what: the staff everything, an applicant what was sent to his organisation. To who may not see it,
// a thing does not exist.
#ifndef JISSHO_SERVICES_SURVEY_ACCESS_H_
#define JISSHO_SERVICES_SURVEY_ACCESS_H_

#include <string>

#include "services/survey/store/rows.h"
#include "workflow/act/act.h"

namespace jissho::survey {

bool IsStaff(const act::Actor& actor);
// The secretariat, its manager and the auditor see small cells and single answers.
bool SeesSmallCells(const act::Actor& actor);
bool Sees(const act::Actor& actor, const InvitationRow& row);

// The token of an invitation's link: 40 hexadecimal characters, 160 bits, made from the campaign's secret, so
// that the same reminder shows the same link. Only its hash is looked up.
std::string TokenOf(const CampaignRow& campaign, const std::string& invitation_id);
std::string TokenHash(const std::string& token);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_ACCESS_H_
