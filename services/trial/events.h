// What the other services tell the trials, and what the trials tell the case.
#ifndef JISSHO_SERVICES_TRIAL_EVENTS_H_
#define JISSHO_SERVICES_TRIAL_EVENTS_H_

#include <map>
#include <string>

#include "workflow/act/act.h"

namespace jissho::trial {

// Of programme.CallPublished and of the case: decided, grant decided, grant refused, declined. An adoption
// whose call has not arrived yet is refused with TRIAL_CALL_UNKNOWN: the sender keeps it and tries again.
// News of a case that was never adopted are taken and change nothing.
std::map<std::string, act::EventHandler> EventHandlers();

// The actions of the chart "trial".
std::map<std::string, act::Action> Actions();

}  // namespace jissho::trial

#endif  // JISSHO_SERVICES_TRIAL_EVENTS_H_
