#include "workflow/act/pump.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "workflow/act/incident.h"
#include "workflow/act/instance.h"
#include "workflow/act/reasons.h"
#include "workflow/act/unit.h"
#include "workflow/base/test_hooks.h"

namespace jissho::act {

namespace {

constexpr int kStreamMax = 64;
constexpr absl::Duration kSessionWait = absl::Seconds(10);

Read ReadOutbox(const OutboxRow& row) {
  return {&storage::TableOf<OutboxRow>(), storage::KeyOf(row.receiver, row.stream, row.sequence)};
}

}  // namespace

Pump::Pump(PumpOptions options, std::function<absl::StatusOr<std::string>(Act)> run, storage::Pool* pool,
           const CalendarClock* calendar, const MonotonicClock* monotonic, EventTransport* transport)
    : options_(std::move(options)),
      run_(std::move(run)),
      pool_(pool),
      calendar_(calendar),
      monotonic_(monotonic),
      transport_(transport),
      timers_({options_.service, options_.process,
               [this](const std::string& incident_id) { return Announce(incident_id); }},
              run_, pool, calendar, monotonic) {}

template <class Row>
absl::StatusOr<std::vector<Row>> Pump::Read(const std::string& tail, const storage::CellRow& params) {
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  return storage::Select<Row>(*lease, tail, params);
}

absl::StatusOr<int64_t> Pump::RunOnce(bool force, int messages_max) {
  std::lock_guard lock(mutex_);
  const absl::StatusOr<int64_t> timers = timers_.RunOnce(force);
  const absl::StatusOr<int64_t> mail = PumpMailbox(force, messages_max);
  const absl::StatusOr<int64_t> events = PumpOutbox(force);
  JISSHO_RETURN_IF_ERROR(timers.status());
  JISSHO_RETURN_IF_ERROR(mail.status());
  JISSHO_RETURN_IF_ERROR(events.status());
  return *timers + *mail + *events;
}

absl::StatusOr<Pending> Pump::GetPending() {
  const int64_t now = absl::ToUnixMicros(calendar_->Now());
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  JISSHO_ASSIGN_OR_RETURN(
      auto counts,
      lease->Query("SELECT (SELECT COUNT(*) FROM act_mailbox WHERE instance_id NOT IN "
                   "(SELECT held FROM act_incident WHERE state = ?)) + (SELECT COUNT(*) FROM act_outbox) + "
                   "(SELECT COUNT(*) FROM act_timer WHERE due <= ?)",
                   {kIncidentOpen, now}, {storage::CellType::kInteger}));
  JISSHO_ASSIGN_OR_RETURN(auto next, lease->Query("SELECT MIN(due) FROM act_timer WHERE due > ?", {now},
                                                  {storage::CellType::kInteger}));
  JISSHO_ASSIGN_OR_RETURN(auto held, lease->Query("SELECT COUNT(*) FROM act_timer WHERE due <= ? AND "
                                                  "claim_fence <> 0 AND claim_owner <> ?",
                                                  {now, options_.process}, {storage::CellType::kInteger}));
  Pending pending;
  pending.held = std::get<int64_t>(held[0][0]);
  pending.ready = std::get<int64_t>(counts[0][0]);
  if (const auto* due = std::get_if<int64_t>(&next[0][0])) pending.next_due = absl::FromUnixMicros(*due);
  return pending;
}

Act Pump::NewAct(const std::string& partition) const {
  Act act;
  act.actor = Actor::System(options_.service);
  act.partition = partition;
  return act;
}

absl::StatusOr<std::vector<MailRow>> Pump::ReadMail(bool force, int messages_max) {
  storage::CellRow params = {kIncidentOpen};
  std::string waiting;
  for (const auto& [instance_id, backoff] : mail_backoff_) {
    if (force || backoff.until <= monotonic_->Elapsed()) continue;
    waiting += " AND instance_id <> ?";
    params.push_back(instance_id);
  }
  params.push_back(int64_t{messages_max});
  return Read<MailRow>(
      absl::StrCat("WHERE instance_id NOT IN (SELECT held FROM act_incident WHERE state = ?)", waiting,
                   " ORDER BY instance_id, sequence LIMIT ?"),
      params);
}

absl::StatusOr<int64_t> Pump::PumpMailbox(bool force, int messages_max) {
  JISSHO_ASSIGN_OR_RETURN(auto mails, ReadMail(force, messages_max));
  std::set<std::string> stuck;
  int64_t done = 0;
  absl::Status failed;
  for (const MailRow& mail : mails) {
    if (stuck.contains(mail.instance_id)) continue;
    const absl::Status status = TakeMail(mail);
    if (status.ok()) {
      ++done;
      mail_backoff_.erase(mail.instance_id);
      continue;
    }
    stuck.insert(mail.instance_id);
    const absl::StatusOr<bool> parked = FailMail(mail, status);
    failed.Update(parked.status());
    if (force && !parked.value_or(true) && MayPass(status)) failed.Update(status);
  }
  JISSHO_RETURN_IF_ERROR(failed);
  return done;
}

absl::Status Pump::TakeMail(const MailRow& mail) {
  Act act = NewAct(mail.instance_id);
  act.command = {act.actor.id, "mail", "", absl::StrCat(mail.instance_id, "/", mail.sequence)};
  act.reads = {{&storage::TableOf<MailRow>(), storage::KeyOf(mail.instance_id, mail.sequence)},
               ReadInstance(mail.instance_id)};
  act.run = [id = mail.instance_id, sequence = mail.sequence](
                const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_RETURN_IF_ERROR(writes.TakeMail(id, sequence));
    return std::string();
  };
  return run_(std::move(act)).status();
}

absl::StatusOr<bool> Pump::FailMail(const MailRow& mail, const absl::Status& status) {
  const Failure failure = FailureOf(status);
  Backoff& backoff = mail_backoff_[mail.instance_id];
  backoff.Wait(monotonic_->Elapsed());
  if (failure != Failure::kPassing) ++backoff.refusals;
  const bool parks =
      failure == Failure::kLasting || (failure == Failure::kDoubtful && backoff.refusals >= kAttemptsMax);
  if (!parks) return false;
  Act act = NewAct(mail.instance_id);
  act.command = {act.actor.id, "park", "", absl::StrCat(mail.instance_id, "/", mail.sequence)};
  act.reads = {{&storage::TableOf<MailRow>(), storage::KeyOf(mail.instance_id, mail.sequence)},
               ReadInstance(mail.instance_id)};
  act.run = [id = mail.instance_id, sequence = mail.sequence, status](const Context&, const View&,
                                                                      WriteSet& writes) {
    return ParkMail(writes.unit(), id, sequence, status);
  };
  JISSHO_RETURN_IF_ERROR(Announce(run_(std::move(act))));
  mail_backoff_.erase(mail.instance_id);
  return true;
}

absl::Status Pump::Announce(absl::StatusOr<std::string> incident_id) {
  if (!incident_id.ok() || incident_id->empty() || !options_.on_incident) return incident_id.status();
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  JISSHO_ASSIGN_OR_RETURN(const IncidentRow incident, GetIncident(*lease, *incident_id));
  options_.on_incident(incident);
  return absl::OkStatus();
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
  {
    std::lock_guard lock(reset_mutex_);
    for (const StreamKey& key : reset_) backoff_.erase(key);
    reset_.clear();
  }
  int64_t done = 0;
  absl::Status failed;
  for (const StreamKey& key : streams) {
    auto it = backoff_.find(key);
    if (!force && it != backoff_.end() && it->second.until > monotonic_->Elapsed()) continue;
    const absl::StatusOr<int64_t> delivered = PumpStream(key, force);
    failed.Update(delivered.status());
    done += delivered.value_or(0);
  }
  JISSHO_RETURN_IF_ERROR(failed);
  return done;
}

absl::StatusOr<int64_t> Pump::PumpStream(const StreamKey& key, bool force) {
  JISSHO_ASSIGN_OR_RETURN(auto rows,
                          Read<OutboxRow>("WHERE receiver = ? AND stream = ? ORDER BY sequence LIMIT " +
                                              std::to_string(kStreamMax),
                                          storage::KeyOf(key.first, key.second)));
  std::vector<OutboxRow> delivered;
  std::optional<OutboxRow> refused;
  absl::Status refusal;
  if (IsPlanted(Bug::kOutboxByCursor))
    std::erase_if(rows, [this](const OutboxRow& row) { return row.at <= newest_sent_; });
  if (IsPlanted(Bug::kForgottenBeforeSent) && !rows.empty()) JISSHO_RETURN_IF_ERROR(Forget(rows));
  for (const OutboxRow& row : rows) {
    std::string payload;
    refusal = absl::Base64Unescape(row.payload, &payload)
                  ? transport_->Deliver(
                        {options_.service, row.receiver, row.stream, row.sequence, row.type, payload})
                  : MakeError(kEventFailed, {{"detail", "what is to be sent is unreadable"}});
    if (!refusal.ok() && !IsPlanted(Bug::kRefusedEventForgotten)) {
      refused = row;
      if (IsPlanted(Bug::kEventsOutOfOrder)) continue;
      break;
    }
    Reach("event.delivered");
    if (IsPlanted(Bug::kOutboxByCursor)) newest_sent_ = std::max(newest_sent_, row.at);
    delivered.push_back(row);
  }
  // What was delivered is forgotten in one go. When that is lost, the receiver sees the events again and says
  // so.
  if (!delivered.empty()) {
    JISSHO_RETURN_IF_ERROR(Forget(delivered));
    Reach("event.forgotten");
    backoff_.erase(key);
  }
  if (refused) {
    Backoff& backoff = backoff_[key];
    backoff.Wait(monotonic_->Elapsed());
    JISSHO_RETURN_IF_ERROR(NoteRefusal(*refused, refusal));
    if (FailureOf(refusal) == Failure::kLasting && ++backoff.refusals == kAttemptsMax) {
      JISSHO_RETURN_IF_ERROR(ReportStream(*refused, refused->attempts + 1, refusal));
    }
    if (force && MayPass(refusal)) return refusal;
  }
  return static_cast<int64_t>(delivered.size());
}

absl::Status Pump::Forget(const std::vector<OutboxRow>& delivered) {
  Act act = NewAct(delivered.front().stream);
  for (const OutboxRow& row : delivered) act.reads.push_back(ReadOutbox(row));
  act.run = [delivered](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
    for (const OutboxRow& row : delivered) {
      JISSHO_RETURN_IF_ERROR(
          writes.Delete<OutboxRow>(storage::KeyOf(row.receiver, row.stream, row.sequence)));
      if (row.attempts > 0) JISSHO_RETURN_IF_ERROR(CloseDelivered(writes.unit(), row));
    }
    return std::string();
  };
  return run_(std::move(act)).status();
}

absl::Status Pump::NoteRefusal(const OutboxRow& row, const absl::Status& status) {
  Act act = NewAct(row.stream);
  const auto read = ReadOutbox(row);
  act.reads = {read};
  act.run = [key = read.key, text = status.ToString()](const Context&, const View& view,
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

absl::Status Pump::ReportStream(const OutboxRow& row, int64_t attempts, const absl::Status& status) {
  // A stream is a case's, as a rule; its first instance keeps the journal of this.
  JISSHO_ASSIGN_OR_RETURN(auto instances,
                          Read<InstanceRow>("WHERE case_id = ? ORDER BY id LIMIT 1", {row.stream}));
  const std::string instance_id = instances.empty() ? "" : instances[0].id;
  Act act = NewAct(row.stream);
  act.reads = {ReadOutbox(row)};
  if (!instance_id.empty()) act.reads.push_back(ReadInstance(instance_id));
  act.run = [row, attempts, status, instance_id, money = options_.money](const Context&, const View&,
                                                                         WriteSet& writes) {
    return ReportOutgoing(writes.unit(), row, instance_id, attempts, money, status);
  };
  return Announce(run_(std::move(act)));
}

void Pump::Reset(const std::string& receiver, const std::string& stream) {
  std::lock_guard lock(reset_mutex_);
  reset_.emplace(receiver, stream);
}

}  // namespace jissho::act
