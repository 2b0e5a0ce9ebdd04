// The questionnaires that come with the product, and finding any questionnaire by id or code.
#ifndef JISSHO_SERVICES_SURVEY_TEMPLATES_H_
#define JISSHO_SERVICES_SURVEY_TEMPLATES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/store/rows.h"
#include "workflow/storage/session.h"

namespace jissho::survey {

// In the order of their codes. Their codes are reserved.
absl::StatusOr<std::vector<TemplateRow>> BuiltInTemplates();

// By id (content hash), or the newest by code. NOT_FOUND (TEMPLATE_NOT_FOUND). One that comes with the
// product need not be stored yet; a campaign stores the one that it uses.
absl::StatusOr<TemplateRow> ResolveTemplate(storage::Session& session, const std::string& id_or_code);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_TEMPLATES_H_
