// Carries out what a step asks of its host: actions on the service's facts, messages, timers, invocations.
#ifndef JISSHO_WORKFLOW_ACT_EFFECTS_H_
#define JISSHO_WORKFLOW_ACT_EFFECTS_H_

#include <memory>
#include <string>
#include <vector>

#include "workflow/act/unit.h"
#include "workflow/engine/machine.h"

namespace jissho::act {

// In document order, against the unit's view and write set; `cause` is what the step had heard. The first
// failure fails the act.
absl::Status CarryOut(Unit& unit, const std::string& instance_id, const engine::Event& cause,
                      const std::vector<engine::Effect>& effects);

// A <send> whose time has come, into the mailbox of whom it addresses; `data` is its data as tagged text.
// Whom an invoker has left, or what has ended, gets or says nothing (SCXML 6.4.3).
absl::Status DeliverSend(Unit& unit, const std::string& sender, const engine::Effect& send,
                         const std::string& data);

// What a chart of another service has sent, into the mailbox of the instance that it names; nothing when that
// has ended. INSTANCE_NOT_FOUND; EVENT_FAILED when it cannot be read.
absl::Status HearFromService(Unit& unit, const IncomingEvent& incoming);

// What the step must know of its host: which sends and invocations cannot even be tried. The unit and the row
// must outlive it.
engine::SessionInfo SessionOf(Unit& unit, const InstanceRow& row);

// The machine that an instance is pinned to. CHART_UNKNOWN.
absl::StatusOr<std::shared_ptr<const engine::Machine>> MachineOf(Unit& unit, const std::string& chart_hash);

// Tells the invoker that the instance is done, if it still waits for it.
absl::Status TellInvoker(Unit& unit, const InstanceRow& row, const engine::Value& done_data);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_EFFECTS_H_
