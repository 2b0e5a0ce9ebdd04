// Whom a campaign asks: the cases of its cohorts whose trial ran, as the cases service knows them.
#ifndef JISSHO_SERVICES_SURVEY_COHORT_H_
#define JISSHO_SERVICES_SURVEY_COHORT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "jissho/survey/v1/survey.pb.h"
#include "services/runtime/rpc/call.h"

namespace jissho::survey {

inline constexpr int kInviteesMax = 1000;

// The listed invitees first, then the cohorts' cases in the order of the cases service; a case that is listed
// is not asked twice. Asks `peers` only when there are cohorts. Errors: those of the cases service,
// INVALID_ARGUMENT (FIELD_INVALID) for more than kInviteesMax, FAILED_PRECONDITION (NOBODY_TO_ASK).
absl::StatusOr<std::vector<v1::Invitee>> FindInvitees(runtime::Peers& peers, const runtime::CallContext& call,
                                                      const v1::CreateCampaignRequest& request);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_COHORT_H_
