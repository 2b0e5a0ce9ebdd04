// What the other services report of a case, and whom it concerns: the coordinator's work.
//
// Each event is fed into the case's chart. The chart decides what it means now; its actions record the facts
// ("cases.record") and tell the other services ("cases.tell"). Events of different services may overtake each
// other; one that the chart does not await is kept in the history and changes nothing.
#ifndef JISSHO_SERVICES_CASES_RELAY_H_
#define JISSHO_SERVICES_CASES_RELAY_H_

#include <map>
#include <string>

#include "workflow/act/act.h"

namespace jissho::cases {

// Handlers of the events of intake, review, subsidy, trial and survey. NOT_FOUND (CASE_NOT_FOUND) for a case
// that has not been received: the sender keeps the event and tries again.
std::map<std::string, act::EventHandler> RelayHandlers();

// The actions of the chart "case".
std::map<std::string, act::Action> RelayActions();

// Brings the case's read columns (state, adopted, declined, trial_run, trial_completed) up to what its chart
// says.
absl::Status RefreshState(const std::string& case_id, const act::View& view, act::WriteSet& writes);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_RELAY_H_
