// The durable mailbox of instances: what they send to themselves, to and from those they invoked, and what
// falls due. Messages of an instance are taken in order, one transaction a message.
#ifndef JISSHO_WORKFLOW_ACT_MAIL_H_
#define JISSHO_WORKFLOW_ACT_MAIL_H_

#include <string>

#include "workflow/act/unit.h"
#include "workflow/engine/event.h"

namespace jissho::act {

absl::Status PostEvent(Unit& unit, const std::string& receiver, const engine::Event& event);
// The same with this tagged text for its data, readable or not.
absl::Status PostEvent(Unit& unit, const std::string& receiver, const engine::Event& event,
                       const std::string& data);
// Begins an invoked instance, with values for its top-level data.
absl::Status PostStart(Unit& unit, const std::string& receiver,
                       const std::map<std::string, engine::Value>& values);
// Ends an invoked instance that its invoker has left.
absl::Status PostCancel(Unit& unit, const std::string& receiver);

// What the message does to its instance; the message itself has been taken out of the mailbox.
absl::Status Hear(Unit& unit, const MailRow& mail);

// See WriteSet::TakeMail.
absl::Status TakeMail(Unit& unit, const std::string& instance_id, int64_t sequence);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_MAIL_H_
