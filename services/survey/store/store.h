// Range reads of the survey service; all its SQL stands in store.cc. Reading only; any session.
#ifndef JISSHO_SERVICES_SURVEY_STORE_STORE_H_
#define JISSHO_SERVICES_SURVEY_STORE_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/store/rows.h"
#include "workflow/storage/session.h"

namespace jissho::survey {

// Empty and zero members do not filter.
struct CampaignFilter {
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string state;
};
struct InvitationFilter {
  std::string campaign_id;
  std::string case_id;
  std::string organisation_id;
  std::string state;
  bool only_sent = false;
};

absl::StatusOr<std::optional<TemplateRow>> FindTemplate(storage::Session& session, const std::string& id);
absl::StatusOr<std::optional<TemplateRow>> FindNewestTemplate(storage::Session& session,
                                                              const std::string& code);
// Those that were added here, without the product's own; by code and edition, after that pair.
absl::StatusOr<std::vector<TemplateRow>> ListAddedTemplates(storage::Session& session,
                                                            const std::string& after_code,
                                                            int64_t after_edition, int limit);

absl::StatusOr<std::optional<CampaignRow>> FindCampaign(storage::Session& session, const std::string& id);
absl::StatusOr<std::vector<CampaignRow>> ListCampaigns(storage::Session& session,
                                                       const CampaignFilter& filter, const std::string& after,
                                                       int limit);

absl::StatusOr<std::optional<InvitationRow>> FindInvitation(storage::Session& session, const std::string& id);
absl::StatusOr<std::optional<TokenRow>> FindToken(storage::Session& session, const std::string& token_hash);
absl::StatusOr<std::vector<InvitationRow>> ListInvitations(storage::Session& session,
                                                           const InvitationFilter& filter,
                                                           const std::string& after, int limit);

// All of a campaign, in the order of their ids.
absl::StatusOr<std::vector<InvitationRow>> AllInvitations(storage::Session& session,
                                                          const std::string& campaign_id);

absl::StatusOr<std::optional<AnswerRow>> FindAnswer(storage::Session& session,
                                                    const std::string& invitation_id);
// All of a campaign.
absl::StatusOr<std::vector<AnswerRow>> ListAnswers(storage::Session& session, const std::string& campaign_id);

// In the order of `issued_at` and id, after that pair (microseconds).
absl::StatusOr<std::vector<NoticeRow>> ListNotices(storage::Session& session, const std::string& campaign_id,
                                                   int64_t after_issued, const std::string& after_id,
                                                   int limit);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_STORE_STORE_H_
