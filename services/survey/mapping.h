// Between the contract's messages and the rows and values of the service.
#ifndef JISSHO_SERVICES_SURVEY_MAPPING_H_
#define JISSHO_SERVICES_SURVEY_MAPPING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "jissho/survey/v1/survey.pb.h"
#include "services/survey/domain/questionnaire.h"
#include "services/survey/store/rows.h"

namespace jissho::survey {

// Held to the years 1 to 9999.
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);
void SetTimestamp(absl::Time time, google::protobuf::Timestamp* timestamp);
// As the charts take instants.
std::string InstantText(absl::Time time);

// Lists of whole numbers as the rows keep them.
std::string ToText(const std::vector<int64_t>& numbers);
std::vector<int64_t> NumbersFromText(const std::string& text);

Questionnaire FromMessage(const v1::CreateTemplateRequest& request);
std::vector<Response> FromMessages(const google::protobuf::RepeatedPtrField<v1::Response>& messages);

absl::StatusOr<v1::Template> ToMessage(const TemplateRow& row);
v1::Campaign ToMessage(const CampaignRow& row);
v1::Invitation ToMessage(const InvitationRow& row);
absl::StatusOr<v1::Answer> ToMessage(const AnswerRow& row);
v1::Notice ToMessage(const NoticeRow& row, const InvitationRow& invitation, const CampaignRow& campaign);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_MAPPING_H_
