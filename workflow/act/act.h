// An act: one mutation, and everything it may see and say.
//
// An act is a pure function of what it reads: StatusOr<answer>(Context, View, WriteSet). It knows neither the
// transport nor the database: it looks rows up in the View, and says in the WriteSet what shall change. The
// executor (executor.h) runs it, commits its changes together with the command's answer, the charts'
// progress, the journal, the timers, the tasks and the outgoing events, and answers only after the commit. An
// act may run more than once before it commits (lost connection, deadlock): it must not touch anything but
// its arguments.
//
// Repeating a command (same caller, method and request id) returns the first answer and runs nothing.
#ifndef JISSHO_WORKFLOW_ACT_ACT_H_
#define JISSHO_WORKFLOW_ACT_ACT_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "workflow/base/error.h"
#include "workflow/storage/cell.h"
#include "workflow/storage/session.h"

namespace jissho::act {

using Json = nlohmann::json;

// Who acts. `roles` are those of the token; the service itself acts as "system:<service>" with role "system".
struct Actor {
  std::string id;
  std::vector<std::string> roles;
  std::string organisation;  // organisation id of an applicant's token, else empty
  std::string assurance;     // of the identity: LOCAL, ENTRY, MEMBER, PRIME

  bool HasRole(absl::string_view role) const;
  static Actor System(absl::string_view service);
};

// What makes a repeat recognisable. `request_hash` tells a repeat from a different request under the same id.
struct Command {
  std::string caller;
  std::string method;
  std::string request_id;
  std::string request_hash;
};

class Context {
 public:
  Context(const Actor* actor, const Command* command, absl::Time now, const std::string* municipality)
      : actor_(actor), command_(command), now_(now), municipality_(municipality) {}

  const Actor& actor() const { return *actor_; }
  const Command& command() const { return *command_; }
  // The calendar at the start of the batch: the time of receipt of this act.
  absl::Time now() const { return now_; }
  // Local government code (全国地方公共団体コード) of this deployment, 6 digits.
  const std::string& municipality() const { return *municipality_; }
  // An identifier derived from the command and the calendar: different labels give different ids, one label
  // the same id throughout an act. An act that never committed may get others when it is sent again.
  std::string NewId(absl::string_view label) const;

 private:
  const Actor* actor_;
  const Command* command_;
  absl::Time now_;
  const std::string* municipality_;
};

class Unit;  // the executor's working state of one act
struct InstanceMove;

// What the act may see: rows by key, including what it and the acts before it in the batch are about to
// write.
class View {
 public:
  explicit View(Unit* unit) : unit_(unit) {}

  // The row with this primary key, or nullopt. A row not named in Act::reads is read on demand (and locked).
  template <class Row>
  absl::StatusOr<std::optional<Row>> Find(const storage::CellRow& key) const {
    auto cells = FindCells(storage::TableOf<Row>(), key);
    if (!cells.ok()) return cells.status();
    if (*cells == nullptr) return std::optional<Row>();
    return std::optional<Row>(storage::FromCells<Row>(**cells));
  }
  template <class Row>
  absl::StatusOr<std::optional<Row>> Find(const std::string& id) const {
    return Find<Row>(storage::KeyOf(id));
  }

  // Find, or `missing` with {id}.
  template <class Row>
  absl::StatusOr<Row> Get(const std::string& id, const Reason& missing) const {
    auto row = Find<Row>(storage::KeyOf(id));
    if (!row.ok()) return row.status();
    if (!*row) return MakeError(missing, {{"id", id}});
    return **std::move(row);
  }

  // A range read, e.g. "WHERE grant_id=? ORDER BY id". Sees the database and not pending writes: allowed only
  // in an act with `alone`, and before its first write to that table. FAILED_PRECONDITION otherwise.
  template <class Row>
  absl::StatusOr<std::vector<Row>> Select(const std::string& tail,
                                          const storage::CellRow& params = {}) const {
    auto session = RangeSession();
    if (!session.ok()) return session.status();
    return storage::Select<Row>(**session, tail, params);
  }

 private:
  absl::StatusOr<const storage::CellRow*> FindCells(const storage::TableSpec& table,
                                                    const storage::CellRow& key) const;
  absl::StatusOr<storage::Session*> RangeSession() const;

  Unit* unit_;
};

// An event for another service. `stream` orders events: one stream is delivered in order, each event once.
struct OutgoingEvent {
  std::string receiver;  // service name
  std::string stream;    // the case id, or what else has to be in order
  std::string type;      // full name of the event's message, e.g. "jissho.intake.v1.ProposalSubmitted"
  std::string payload;   // the serialised message
};

// What shall change. Nothing is written until the act has succeeded.
class WriteSet {
 public:
  explicit WriteSet(Unit* unit) : unit_(unit) {}

  // A new row; its version becomes 1. ALREADY_EXISTS (STORAGE_DUPLICATE) when the key is taken.
  template <class Row>
  absl::Status Insert(const Row& row) {
    return InsertCells(storage::TableOf<Row>(), storage::ToCells(row));
  }
  // Replaces a row that was read through the View; `row.version` must be the version that was read.
  template <class Row>
  absl::Status Update(const Row& row) {
    return UpdateCells(storage::TableOf<Row>(), storage::ToCells(row));
  }
  template <class Row>
  absl::Status Delete(const storage::CellRow& key) {
    return DeleteCells(storage::TableOf<Row>(), key);
  }

  // The next number of a series for people (受付番号, 第○号): 1, 2, 3 …, without gaps: a failed act uses
  // none.
  absl::StatusOr<int64_t> NextNumber(const std::string& series);

  void Emit(OutgoingEvent event);

  // Starts a case's machine: a new instance of the named chart, with `data` overriding the chart's <data>.
  // `owner` is the organisation whose people may use transitions marked own="organisation".
  absl::Status Start(const std::string& chart, const std::string& instance_id, const std::string& case_id,
                     const std::string& owner, const Json& data);

  // Sends an event to an instance, as the act's actor. The chart decides whether this actor may do this now:
  // PERMISSION_DENIED (ROLE_REQUIRED, FOUR_EYES, NOT_OWN_ORGANISATION), FAILED_PRECONDITION
  // (STATE_NOT_ALLOWED), INVALID_ARGUMENT (REASON_REQUIRED), or the error of the transition's action.
  absl::Status Fire(const std::string& instance_id, const std::string& event,
                    const Json& data = Json::object());

  // As Fire, but as the service itself (role "system"): for what follows from an act, an event or a timer by
  // rule.
  absl::Status FireAsSystem(const std::string& instance_id, const std::string& event,
                            const Json& data = Json::object());

  // As FireAsSystem, but an event that nothing awaits is noted in the journal and dropped, as SCXML says: for
  // timers, messages and other services' news that may come late.
  absl::Status FireAsMessage(const std::string& instance_id, const std::string& event,
                             const Json& data = Json::object());

  // Works off the oldest message of the instance's mailbox; nothing when `sequence` is not there any more.
  // For the pump.
  absl::Status TakeMail(const std::string& instance_id, int64_t sequence);

  // True when the instance exists and is in the state (any active state id).
  absl::StatusOr<bool> IsIn(const std::string& instance_id, const std::string& state) const;
  // True when the instance exists and has come to its end.
  absl::StatusOr<bool> IsFinished(const std::string& instance_id) const;

  // Moves an instance to another version of its chart (migration.h). False when there is nothing to move.
  absl::StatusOr<bool> MoveToVersion(const std::string& instance_id, const InstanceMove& move);

  // The event comes to the instance once, when the calendar reaches `due`. Same id again replaces the timer.
  absl::Status SetTimer(const std::string& instance_id, const std::string& timer_id, const std::string& event,
                        absl::Time due, const Json& data = Json::object());
  absl::Status CancelTimer(const std::string& instance_id, const std::string& timer_id);

  // For the workflow's own acts (incident.h, timer.h).
  Unit& unit() { return *unit_; }

 private:
  absl::Status InsertCells(const storage::TableSpec& table, storage::CellRow cells);
  absl::Status UpdateCells(const storage::TableSpec& table, storage::CellRow cells);
  absl::Status DeleteCells(const storage::TableSpec& table, const storage::CellRow& key);

  Unit* unit_;
};

// A row that the act will need, so that the executor can read the rows of a batch table by table.
struct Read {
  const storage::TableSpec* table;
  storage::CellRow key;
};
template <class Row>
Read ReadOf(const std::string& id) {
  return {&storage::TableOf<Row>(), storage::KeyOf(id)};
}
// The instance of a chart.
Read ReadInstance(const std::string& instance_id);

struct Act {
  Command command;
  Actor actor;
  std::string partition;    // acts of one partition run one after another: the case, the budget line
  std::vector<Read> reads;  // hints; missing ones are read on demand
  bool alone = false;       // needs View::Select, hence a transaction of its own
  // Monotonic instant after which nobody waits any more; the act is dropped if it has not begun.
  absl::Duration expires = absl::InfiniteDuration();
  bool urgent = false;  // still waits where others are refused: payments, approvals, the service's own work
  std::function<absl::StatusOr<std::string>(const Context&, const View&, WriteSet&)> run;
};

// The answer's bytes, or the refusal.
using Done = std::function<void(absl::StatusOr<std::string>)>;

// --- what a service teaches the executor
// ------------------------------------------------------------------------

// What a chart's <jissho:do action="…"> runs: against the same view and write set, in document order after
// the step. A failure undoes the whole act and is the caller's error.
struct ActionCall {
  std::string instance_id;
  std::string case_id;
  std::string event;  // the event that led here
  Json event_data;
  Json params;
};
using Action = std::function<absl::Status(const ActionCall&, const Context&, const View&, WriteSet&)>;

// What another service said. Handlers run alone, exactly once an event, as the sending service.
struct IncomingEvent {
  std::string source;
  std::string stream;
  int64_t sequence;
  std::string type;
  std::string payload;
};
using EventHandler =
    std::function<absl::Status(const IncomingEvent&, const Context&, const View&, WriteSet&)>;

struct Definitions {
  std::vector<std::pair<std::string, std::string>> charts;  // name (without .scxml), text
  std::map<std::string, Action> actions;
  std::map<std::string, EventHandler> events;  // by type
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_ACT_H_
