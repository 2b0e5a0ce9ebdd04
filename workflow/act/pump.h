// Works off what the database says is to be done: mailbox messages, timers that are due, events for other
// services.
//
// Every message is one act that also deletes the message's row, so each is applied exactly once whoever
// pumps; timers are shared out by claims (timer_pump.h). Events of a stream leave in order and are deleted
// when the receiver has taken them; a stream whose receiver refuses waits and is tried again later, the
// others go on. What fails for good, or cannot be read, becomes an incident (incident.h) and holds up nothing
// but its own instance or stream. Threading: RunOnce is serialised; it blocks on the database and on
// receivers; Reset does not.
#ifndef JISSHO_WORKFLOW_ACT_PUMP_H_
#define JISSHO_WORKFLOW_ACT_PUMP_H_

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workflow/act/act.h"
#include "workflow/act/backoff.h"
#include "workflow/act/rows.h"
#include "workflow/act/timer_pump.h"
#include "workflow/base/clock.h"
#include "workflow/storage/session.h"

namespace jissho::act {

struct Envelope {
  std::string source, receiver, stream;
  int64_t sequence = 0;
  std::string type, payload;
};

// Carries an event to its receiver. OK means that the receiver has taken it for good. Blocks.
class EventTransport {
 public:
  virtual ~EventTransport() = default;
  virtual absl::Status Deliver(const Envelope& envelope) = 0;
};

struct Pending {
  int64_t ready = 0;                   // messages, events and timers that could be worked off now
  int64_t held = 0;                    // of the timers those that another process has claimed
  std::optional<absl::Time> next_due;  // earliest timer in the future
};

struct PumpOptions {
  std::string service;
  std::string process;  // see TimerPump
  bool money = false;   // skipping or changing an event for another service needs a second person
  std::function<void(const IncidentRow&)> on_incident = nullptr;  // told of every new one; may be empty
};

class Pump {
 public:
  Pump(PumpOptions options, std::function<absl::StatusOr<std::string>(Act)> run, storage::Pool* pool,
       const CalendarClock* calendar, const MonotonicClock* monotonic, EventTransport* transport);

  static constexpr int kRoundMax = 200;
  // Tries before an incident: of a message whose error is doubtful, of an event that its receiver refuses.
  static constexpr int kAttemptsMax = Backoff::kRefusalsMax;

  // One round over timers, mailbox and outbox: what is due has come before any of it is heard. At most
  // `messages_max` messages. The number of things done, refused ones not counted; the first error after all
  // have had their turn. `force`, for whoever must not go on past what is merely late: also what waits after
  // a refusal, and a refusal that may pass by itself is an error.
  absl::StatusOr<int64_t> RunOnce(bool force, int messages_max = kRoundMax);
  absl::StatusOr<Pending> GetPending();
  TimerStatistics timer_statistics() const { return timers_.statistics(); }
  // The stream was repaired: tried again at once. Does not block.
  void Reset(const std::string& receiver, const std::string& stream);

 private:
  using StreamKey = std::pair<std::string, std::string>;

  absl::StatusOr<int64_t> PumpMailbox(bool force, int messages_max);
  absl::StatusOr<std::vector<MailRow>> ReadMail(bool force, int messages_max);
  absl::Status TakeMail(const MailRow& mail);
  absl::StatusOr<bool> FailMail(const MailRow& mail, const absl::Status& status);
  absl::Status Announce(absl::StatusOr<std::string> incident_id);
  absl::StatusOr<int64_t> PumpOutbox(bool force);
  absl::StatusOr<int64_t> PumpStream(const StreamKey& key, bool force);
  absl::Status Forget(const std::vector<OutboxRow>& delivered);
  absl::Status NoteRefusal(const OutboxRow& row, const absl::Status& status);
  absl::Status ReportStream(const OutboxRow& row, int64_t attempts, const absl::Status& status);
  Act NewAct(const std::string& partition) const;
  template <class Row>
  absl::StatusOr<std::vector<Row>> Read(const std::string& tail, const storage::CellRow& params = {});

  const PumpOptions options_;
  std::function<absl::StatusOr<std::string>(Act)> run_;
  storage::Pool* pool_;
  const CalendarClock* calendar_;
  const MonotonicClock* monotonic_;
  EventTransport* transport_;
  TimerPump timers_;
  std::mutex mutex_;                               // one round at a time
  absl::Time newest_sent_ = absl::InfinitePast();  // only for Bug::kOutboxByCursor
  std::map<StreamKey, Backoff> backoff_;
  std::map<std::string, Backoff> mail_backoff_;  // by instance
  std::mutex reset_mutex_;
  std::set<StreamKey> reset_;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_PUMP_H_
