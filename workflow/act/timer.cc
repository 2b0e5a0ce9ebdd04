#include "workflow/act/timer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "workflow/act/effects.h"
#include "workflow/act/incident.h"
#include "workflow/act/instance.h"
#include "workflow/act/mail.h"
#include "workflow/act/reasons.h"
#include "workflow/base/test_hooks.h"

namespace jissho::act {
namespace {

std::vector<std::string> TimersOf(const InstanceRow& row) {
  std::vector<std::string> timers;
  const Json ids = Json::parse(row.timers, nullptr, false);
  if (!ids.is_array()) return timers;
  for (const Json& id : ids) {
    if (id.is_string()) timers.push_back(id.get<std::string>());
  }
  return timers;
}

absl::Status Forget(Unit& unit, InstanceRow& row, const std::vector<std::string>& ended) {
  std::vector<std::string> timers = TimersOf(row);
  for (const std::string& id : ended) {
    std::erase(timers, id);
    JISSHO_RETURN_IF_ERROR(unit.Delete(storage::TableOf<TimerRow>(), storage::KeyOf(row.id, id)));
  }
  row.timers = Json(timers).dump();
  return unit.UpdateRow(row);
}

}  // namespace

absl::Status SetTimer(Unit& unit, TimerRow timer) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, timer.instance_id));
  timer.shard = row.shard;
  std::vector<std::string> timers = TimersOf(row);
  timer.sequence = ++row.mail_sequence;
  if (std::find(timers.begin(), timers.end(), timer.timer_id) != timers.end()) {
    JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
    JISSHO_ASSIGN_OR_RETURN(auto existing,
                            unit.FindRow<TimerRow>(storage::KeyOf(timer.instance_id, timer.timer_id)));
    return existing ? unit.UpdateRow(timer) : unit.InsertRow(timer);
  }
  timers.push_back(timer.timer_id);
  row.timers = Json(timers).dump();
  JISSHO_RETURN_IF_ERROR(unit.UpdateRow(row));
  return unit.InsertRow(timer);
}

absl::Status CancelTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, instance_id));
  const std::vector<std::string> timers = TimersOf(row);
  if (std::find(timers.begin(), timers.end(), timer_id) == timers.end()) return absl::OkStatus();
  return Forget(unit, row, {timer_id});
}

absl::Status SetSendTimer(Unit& unit, const std::string& instance_id, absl::Time due,
                          const engine::Effect& send) {
  JISSHO_ASSIGN_OR_RETURN(const InstanceRow row, LoadInstance(unit, instance_id));
  const std::vector<std::string> timers = TimersOf(row);
  TimerRow timer;
  timer.instance_id = instance_id;
  timer.timer_id = send.send_id;
  if (send.send_id.empty() || std::find(timers.begin(), timers.end(), send.send_id) != timers.end()) {
    timer.timer_id = absl::StrCat("send-", row.mail_sequence + 1);  // which SetTimer uses up
  }
  timer.due = due;
  timer.event = send.event;
  timer.data = expression::ToTagged(send.data).dump();
  timer.send_id = send.send_id;
  if (!send.target.empty()) timer.target = send.target;
  return SetTimer(unit, std::move(timer));
}

absl::Status CancelSends(Unit& unit, const std::string& instance_id, const std::string& send_id) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, instance_id));
  std::vector<std::string> ended;
  for (const std::string& id : TimersOf(row)) {
    JISSHO_ASSIGN_OR_RETURN(auto timer, unit.FindRow<TimerRow>(storage::KeyOf(instance_id, id)));
    if (timer && timer->send_id == send_id) ended.push_back(id);
  }
  return ended.empty() ? absl::OkStatus() : Forget(unit, row, ended);
}

absl::Status CancelAllTimers(Unit& unit, const std::string& instance_id) {
  JISSHO_ASSIGN_OR_RETURN(InstanceRow row, LoadInstance(unit, instance_id));
  const std::vector<std::string> timers = TimersOf(row);
  return timers.empty() ? absl::OkStatus() : Forget(unit, row, timers);
}

absl::StatusOr<TimerEnd> TakeTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id,
                                   int64_t fence) {
  const storage::CellRow key = storage::KeyOf(instance_id, timer_id);
  JISSHO_ASSIGN_OR_RETURN(auto timer, unit.FindRow<TimerRow>(key));
  if (!timer) return TimerEnd::kGone;
  if (timer->claim_fence != fence && !IsPlanted(Bug::kFenceForgotten)) return TimerEnd::kFencedOff;
  // The calendar was put back after the claim: it falls due once more.
  if (timer->due > unit.batch().now()) return TimerEnd::kGone;
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (!row) {
    JISSHO_RETURN_IF_ERROR(unit.Delete(storage::TableOf<TimerRow>(), key));
    return TimerEnd::kGone;
  }
  if (!IsPlanted(Bug::kTimerFiredTwice)) JISSHO_RETURN_IF_ERROR(Forget(unit, *row, {timer_id}));
  Reach("timer.taken");
  engine::Effect send;
  send.kind = engine::Effect::Kind::kSend;
  send.event = timer->event;
  send.send_id = timer->send_id;
  send.target = timer->target.value_or("");
  JISSHO_RETURN_IF_ERROR(DeliverSend(unit, instance_id, send, timer->data));
  return TimerEnd::kFired;
}

absl::StatusOr<std::string> ParkTimer(Unit& unit, const std::string& instance_id, const std::string& timer_id,
                                      const absl::Status& cause) {
  const storage::CellRow key = storage::KeyOf(instance_id, timer_id);
  JISSHO_ASSIGN_OR_RETURN(storage::Session * session, unit.RangeSession());
  // Column by column as text: that can always be read.
  JISSHO_ASSIGN_OR_RETURN(
      const auto rows,
      session->Query(absl::StrCat("SELECT event, data, send_id, target FROM act_timer WHERE instance_id = ? "
                                  "AND timer_id = ?",
                                  session->dialect().for_update()),
                     key, std::vector<storage::CellType>(4, storage::CellType::kText)));
  if (rows.empty()) return std::string();
  JISSHO_ASSIGN_OR_RETURN(auto row, unit.FindRow<InstanceRow>(storage::KeyOf(instance_id)));
  if (row && !row->incident.empty()) return std::string();
  JISSHO_RETURN_IF_ERROR(
      session->Execute("DELETE FROM act_timer WHERE instance_id = ? AND timer_id = ?", key).status());
  if (!row || row->finished) return std::string();
  JISSHO_RETURN_IF_ERROR(Forget(unit, *row, {timer_id}));
  const auto text = [&](int column) {
    const auto* cell = std::get_if<std::string>(&rows[0][column]);
    return cell == nullptr ? std::string() : *cell;
  };
  engine::Effect send;
  send.kind = engine::Effect::Kind::kSend;
  send.event = text(0);
  send.send_id = text(2);
  send.target = text(3);
  if (!send.target.empty()) {
    JISSHO_RETURN_IF_ERROR(DeliverSend(unit, instance_id, send, ""));
    return std::string();
  }
  JISSHO_RETURN_IF_ERROR(DeliverSend(unit, instance_id, send, text(1)));
  JISSHO_ASSIGN_OR_RETURN(const InstanceRow posted, LoadInstance(unit, instance_id));
  return ParkMail(unit, instance_id, posted.mail_sequence, cause);
}

}  // namespace jissho::act
