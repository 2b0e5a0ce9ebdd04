// Rows as messages.
#ifndef JISSHO_SERVICES_TRIAL_MAPPING_H_
#define JISSHO_SERVICES_TRIAL_MAPPING_H_

#include <string>
#include <vector>

#include "jissho/trial/v1/trial.pb.h"
#include "services/trial/store/queries.h"
#include "services/trial/store/rows.h"

namespace jissho::trial {

// From the chart's active states.
v1::TrialState StateOf(const std::vector<std::string>& active_states);

v1::Trial ToProto(const TrialRow& row, const std::vector<std::string>& active_states);
void AddParts(const Parts& parts, v1::Trial& out);

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_MAPPING_H_
