// What the charts of the survey service do to its rows.
#ifndef JISSHO_SERVICES_SURVEY_ACTIONS_H_
#define JISSHO_SERVICES_SURVEY_ACTIONS_H_

#include <string>

#include "services/survey/store/rows.h"
#include "workflow/act/act.h"

namespace jissho::survey {

// Invitations of a campaign are numbered from 1 in the order of its list.
std::string InvitationId(const std::string& campaign_id, int64_t number);

// When the invitations of an approved campaign go out.
absl::Time OpeningOf(const CampaignRow& row, absl::Time now);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_ACTIONS_H_
