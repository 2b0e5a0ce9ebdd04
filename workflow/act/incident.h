// Incidents: events that failed where nobody waited for the answer.
//
// A message that fails is taken out of the mailbox and parked with its cause, and its instance is suspended:
// people's acts on it are refused, further messages wait in order, every other instance goes on. An event for
// another service that its receiver keeps refusing stays at the head of its stream and blocks only that; it
// is still tried, and closes its incident when it is taken after all. A person repairs either: retry, with
// corrected data if need be, or skip. On charts whose repair needs a second person the first one only asks.
// All of it stands in the instance's journal, under the event's name, with these outcomes: parked,
// repair-asked, repair-withdrawn, retried, skipped.
//
// Threading: the functions on a Unit belong to its act. Errors: INCIDENT_NOT_FOUND, INCIDENT_CLOSED,
// INCIDENT_NOT_REQUESTED, INCIDENT_VARIABLE_UNKNOWN, INCIDENT_NOT_CORRECTABLE, FOUR_EYES, REASON_REQUIRED,
// VERSION_CONFLICT, and of a retry whatever the event fails with this time.
#ifndef JISSHO_WORKFLOW_ACT_INCIDENT_H_
#define JISSHO_WORKFLOW_ACT_INCIDENT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workflow/act/unit.h"

namespace jissho::act {

// States of an incident.
inline constexpr char kIncidentOpen[] = "open";
inline constexpr char kIncidentResolved[] = "resolved";
inline constexpr char kIncidentSkipped[] = "skipped";

// The kind of an event for another service; the others are those of MailRow.
inline constexpr char kOutgoing[] = "outgoing";
// What takes the place of a skipped event in its stream: the receiver counts it and does nothing.
inline constexpr char kSkippedEventType[] = "jissho.engine.v1.EventSkipped";

// What an error says about trying again.
enum class Failure {
  kPassing,   // of the moment: full queues, an unreachable process, a suspended neighbour
  kDoubtful,  // perhaps of the event: errors of the database
  kLasting,   // of the event: it will fail again
};
Failure FailureOf(const absl::Status& status);
// True when trying again may help without anybody's doing: not lasting, and no neighbour that waits for a
// repair.
bool MayPass(const absl::Status& status);

struct Repair {
  bool skip = false;  // else retry
  // Of a retry. The event's data anew; for an outgoing event see `payload`.
  std::optional<Json> event_data;
  std::map<std::string, Json> variables;  // of the instance, by name
  std::optional<std::string> payload;     // of an outgoing event: the serialised message
  std::string reason;                     // not blank
};

// Parks a message that failed with `cause`. The incident's id; empty when the message is gone or its instance
// does not exist or is suspended already.
absl::StatusOr<std::string> ParkMail(Unit& unit, const std::string& instance_id, int64_t sequence,
                                     const absl::Status& cause);
// As ParkMail, for an event whose receiver refused it `attempts` times. `instance_id` is one of the stream's
// case, or empty. The id; empty when the event is gone or its incident is open already.
absl::StatusOr<std::string> ReportOutgoing(Unit& unit, const OutboxRow& event, const std::string& instance_id,
                                           int64_t attempts, bool needs_approval, const absl::Status& cause);
// The incident of this event, if it has one, ends: it was taken after all.
absl::Status CloseDelivered(Unit& unit, const OutboxRow& event);

// Retries or skips, or asks for it where a second person is needed.
absl::Status AskForRepair(Unit& unit, const std::string& incident_id, const Repair& repair);
// Carries out what another person asked for. `version` is that of the incident as it was read; 0: any.
absl::Status ApproveRepair(Unit& unit, const std::string& incident_id, int64_t version,
                           const std::string& reason);
absl::Status WithdrawRepair(Unit& unit, const std::string& incident_id, const std::string& reason);
// A retry failed again, with `cause`; nothing when the repair was refused before it was tried.
absl::Status NoteFailedRetry(Unit& unit, const std::string& incident_id, const absl::Status& cause);

// The repair that waits for a second person.
struct RepairRequest {
  Repair repair;
  std::string by;
  absl::Time at;
};
std::optional<RepairRequest> RequestOf(const IncidentRow& incident);

// The data of a parked message as plain JSON: of an event its data, of a start the values by name. Null where
// it is undefined, a string where it is XML.
Json DataOf(const IncidentRow& incident);

// --- reading; any session

// Empty fields match everything; states as above.
struct IncidentFilter {
  std::string state, chart, cause, case_id, instance_id;
};
absl::StatusOr<IncidentRow> GetIncident(storage::Session& session, const std::string& id);
// Oldest first, those after (since, id).
absl::StatusOr<std::vector<IncidentRow>> ListIncidents(storage::Session& session,
                                                       const IncidentFilter& filter, absl::Time after_since,
                                                       const std::string& after_id, int limit);
absl::StatusOr<int64_t> CountOpenIncidents(storage::Session& session);

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_INCIDENT_H_
