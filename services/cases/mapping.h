// Rows as messages.
#ifndef JISSHO_SERVICES_CASES_MAPPING_H_
#define JISSHO_SERVICES_CASES_MAPPING_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "jissho/cases/v1/cases.pb.h"
#include "services/cases/store/rows.h"

namespace jissho::cases {

// "ADOPTED" and CASE_STATE_ADOPTED; the empty text and UNSPECIFIED.
v1::CaseState StateFromName(const std::string& name);
std::string NameOf(v1::CaseState state);

v1::Case ToProto(const CaseRow& row, const std::vector<std::string>& active_states, bool history_broken);
v1::HistoryEntry ToProto(const HistoryRow& row);
v1::OpenTask ToProto(const TaskRow& row, const std::string& case_title, absl::Time now);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_MAPPING_H_
