#include "workflow/act/pump.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "workflow/act/instance.h"
#include "workflow/act/unit.h"

namespace jissho::act {

namespace {

constexpr int kStreamMax = 64;
constexpr absl::Duration kSessionWait = absl::Seconds(10);
constexpr absl::Duration kBackoffMin = absl::Milliseconds(50);
constexpr absl::Duration kBackoffMax = absl::Seconds(30);

}  // namespace

Pump::Pump(std::string service, std::function<absl::StatusOr<std::string>(Act)> run, storage::Pool* pool,
           const CalendarClock* calendar, const MonotonicClock* monotonic, EventTransport* transport)
    : service_(std::move(service)),
      run_(std::move(run)),
      pool_(pool),
      calendar_(calendar),
      monotonic_(monotonic),
      transport_(transport) {}

template <class Row>
absl::StatusOr<std::vector<Row>> Pump::Read(const std::string& tail, const storage::CellRow& params) {
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  return storage::Select<Row>(*lease, tail, params);
}

absl::StatusOr<int64_t> Pump::RunOnce(bool force, int messages_max) {
  std::lock_guard lock(mutex_);
  JISSHO_ASSIGN_OR_RETURN(int64_t timers, PumpTimers());
  JISSHO_ASSIGN_OR_RETURN(int64_t mail, PumpMailbox(messages_max));
  JISSHO_ASSIGN_OR_RETURN(int64_t events, PumpOutbox(force));
  return mail + timers + events;
}

absl::StatusOr<Pending> Pump::GetPending() {
  const int64_t now = absl::ToUnixMicros(calendar_->Now());
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  JISSHO_ASSIGN_OR_RETURN(
      auto counts,
      lease->Query("SELECT (SELECT COUNT(*) FROM act_mailbox) + (SELECT COUNT(*) FROM act_outbox) + "
                   "(SELECT COUNT(*) FROM act_timer WHERE due <= ?)",
                   {now}, {storage::CellType::kInteger}));
  JISSHO_ASSIGN_OR_RETURN(auto next, lease->Query("SELECT MIN(due) FROM act_timer WHERE due > ?", {now},
                                                  {storage::CellType::kInteger}));
  Pending pending;
  pending.ready = std::get<int64_t>(counts[0][0]);
  if (const auto* due = std::get_if<int64_t>(&next[0][0])) pending.next_due = absl::FromUnixMicros(*due);
  return pending;
}

absl::StatusOr<int64_t> Pump::PumpMailbox(int messages_max) {
  JISSHO_ASSIGN_OR_RETURN(auto mails,
                          Read<MailRow>("ORDER BY instance_id, sequence LIMIT " + std::to_string(messages_max)));
  for (const MailRow& mail : mails) {
    Act act;
    act.actor = Actor::System(service_);
    act.partition = mail.instance_id;
    act.command = {act.actor.id, "mail", "", absl::StrCat(mail.instance_id, "/", mail.sequence)};
    const storage::CellRow key = storage::KeyOf(mail.instance_id, mail.sequence);
    act.reads = {{&storage::TableOf<MailRow>(), key}, ReadInstance(mail.instance_id)};
    act.run = [mail](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.TakeMail(mail.instance_id, mail.sequence));
      return std::string();
    };
    JISSHO_RETURN_IF_ERROR(run_(std::move(act)).status());
  }
  return static_cast<int64_t>(mails.size());
}

absl::StatusOr<int64_t> Pump::PumpTimers() {
  JISSHO_ASSIGN_OR_RETURN(
      auto timers,
      Read<TimerRow>("WHERE due <= ? ORDER BY due, sequence, instance_id, timer_id LIMIT " + std::to_string(kRoundMax),
                     {absl::ToUnixMicros(calendar_->Now())}));
  for (const TimerRow& timer : timers) {
    Act act;
    act.actor = Actor::System(service_);
    act.partition = timer.instance_id;
    act.command = {act.actor.id, "timer", "",
                   absl::StrCat(timer.instance_id, "/", timer.timer_id, "/", absl::ToUnixMicros(timer.due))};
    act.alone = true;
    const storage::CellRow key = storage::KeyOf(timer.instance_id, timer.timer_id);
    act.reads = {{&storage::TableOf<TimerRow>(), key}, ReadInstance(timer.instance_id)};
    act.run = [timer](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
      JISSHO_RETURN_IF_ERROR(writes.TakeTimer(timer.instance_id, timer.timer_id));
      return std::string();
    };
    JISSHO_RETURN_IF_ERROR(run_(std::move(act)).status());
  }
  return static_cast<int64_t>(timers.size());
}

absl::StatusOr<int64_t> Pump::PumpOutbox(bool force) {
  std::vector<StreamKey> streams;
  {
    JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
    JISSHO_ASSIGN_OR_RETURN(auto rows,
                            lease->Query("SELECT receiver, stream FROM act_outbox GROUP BY receiver, stream "
                                         "ORDER BY MIN(at), receiver, stream",
                                         {}, {storage::CellType::kText, storage::CellType::kText}));
    for (const auto& row : rows)
      streams.emplace_back(std::get<std::string>(row[0]), std::get<std::string>(row[1]));
  }
  int64_t done = 0;
  for (const StreamKey& key : streams) {
    auto it = backoff_.find(key);
    if (!force && it != backoff_.end() && it->second.until > monotonic_->Elapsed()) continue;
    JISSHO_ASSIGN_OR_RETURN(int64_t delivered, PumpStream(key));
    done += delivered;
  }
  return done;
}

absl::StatusOr<int64_t> Pump::PumpStream(const StreamKey& key) {
  JISSHO_ASSIGN_OR_RETURN(auto rows,
                          Read<OutboxRow>("WHERE receiver = ? AND stream = ? ORDER BY sequence LIMIT " +
                                              std::to_string(kStreamMax),
                                          storage::KeyOf(key.first, key.second)));
  std::vector<OutboxRow> delivered;
  std::optional<OutboxRow> refused;
  absl::Status refusal;
  for (const OutboxRow& row : rows) {
    std::string payload;
    if (!absl::Base64Unescape(row.payload, &payload)) return absl::InternalError("malformed outbox payload");
    refusal =
        transport_->Deliver({service_, row.receiver, row.stream, row.sequence, row.type, std::move(payload)});
    if (!refusal.ok()) {
      refused = row;
      break;
    }
    delivered.push_back(row);
  }
  // What was delivered is forgotten in one go. When that is lost, the receiver sees the events again and says
  // so.
  if (!delivered.empty()) {
    JISSHO_RETURN_IF_ERROR(Forget(delivered));
    backoff_.erase(key);
  }
  if (refused) {
    Backoff& backoff = backoff_[key];
    const absl::Duration wait =
        std::min(kBackoffMax, kBackoffMin * (int64_t{1} << std::min(backoff.attempts, 10)));
    ++backoff.attempts;
    backoff.until = monotonic_->Elapsed() + wait;
    JISSHO_RETURN_IF_ERROR(NoteRefusal(*refused, refusal));
  }
  return static_cast<int64_t>(delivered.size());
}

absl::Status Pump::Forget(const std::vector<OutboxRow>& delivered) {
  Act act;
  act.actor = Actor::System(service_);
  act.partition = delivered.front().stream;
  std::vector<storage::CellRow> keys;
  for (const OutboxRow& row : delivered) {
    keys.push_back(storage::KeyOf(row.receiver, row.stream, row.sequence));
    act.reads.push_back({&storage::TableOf<OutboxRow>(), keys.back()});
  }
  act.run = [keys](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
    for (const storage::CellRow& key : keys) JISSHO_RETURN_IF_ERROR(writes.Delete<OutboxRow>(key));
    return std::string();
  };
  return run_(std::move(act)).status();
}

absl::Status Pump::NoteRefusal(const OutboxRow& row, const absl::Status& status) {
  Act act;
  act.actor = Actor::System(service_);
  act.partition = row.stream;
  const storage::CellRow key = storage::KeyOf(row.receiver, row.stream, row.sequence);
  act.reads = {{&storage::TableOf<OutboxRow>(), key}};
  act.run = [key, text = status.ToString()](const Context&, const View& view,
                                            WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_ASSIGN_OR_RETURN(auto current, view.Find<OutboxRow>(key));
    if (!current) return std::string();
    ++current->attempts;
    current->last_error = text;
    JISSHO_RETURN_IF_ERROR(writes.Update(*current));
    return std::string();
  };
  return run_(std::move(act)).status();
}

}  // namespace jissho::act
