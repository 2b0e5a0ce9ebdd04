// What an event does to an instance, inside an act: chart step, state, tasks, journal.
#ifndef JISSHO_WORKFLOW_ACT_INSTANCE_H_
#define JISSHO_WORKFLOW_ACT_INSTANCE_H_

#include <map>
#include <string>

#include "workflow/act/unit.h"
#include "workflow/engine/event.h"

namespace jissho::act {

// Whether somebody waits for the answer (then an event that nothing awaits is an error), and as whom.
enum class Firing {
  kByActor,    // the act's actor; needs a transition with a role
  kBySystem,   // the service itself, and the act depends on it
  kByMessage,  // a timer or message: an event that nothing awaits is noted and dropped, as SCXML says
};

// INSTANCE_NOT_FOUND.
absl::StatusOr<InstanceRow> LoadInstance(Unit& unit, const std::string& instance_id);

absl::Status StartInstance(Unit& unit, const std::string& chart, const std::string& instance_id,
                           const std::string& case_id, const std::string& owner, const Json& data);
absl::Status FireEvent(Unit& unit, const std::string& instance_id, const engine::Event& event, Firing firing);

// What another instance invoked: begins it, with values for its top-level data; ends it from outside.
absl::Status StartInvoked(Unit& unit, const std::string& instance_id,
                          std::map<std::string, engine::Value> values);
absl::Status CancelInvoked(Unit& unit, const std::string& instance_id);

// Notes a refusal in the instance's journal. Does nothing when there is no such instance.
absl::Status JournalRefusal(Unit& unit, const std::string& instance_id, const std::string& event,
                            const absl::Status& refusal);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_INSTANCE_H_
