// What must hold of a programme's own entries, beyond the form of its fields. Pure.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_PROGRAMME_RULES_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_PROGRAMME_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/programme/domain/sheet.h"

namespace jissho::programme {

// An id that a client may choose: 1..40 lower-case letters, digits and inner hyphens.
bool IsProgrammeId(absl::string_view id);

// FIELD_INVALID with all faults: a bad id, indicators that share a slot or lie outside 1..5, goals
// outside 1..17 or named twice, two rates of one year. An empty id is allowed when `id_optional`.
absl::Status CheckProgramme(const std::string& id, bool id_optional,
                            const std::vector<IndicatorSpec>& indicators, const std::vector<int32_t>& sdgs,
                            const std::vector<StaffRate>& rates);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_PROGRAMME_RULES_H_
