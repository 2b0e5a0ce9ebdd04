#include "workflow/act/timer_pump.h"

#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "workflow/act/incident.h"
#include "workflow/act/reasons.h"
#include "workflow/act/timer.h"
#include "workflow/act/unit.h"
#include "workflow/storage/sql_builder.h"

namespace jissho::act {
namespace {

constexpr char kFences[] = "act/timer-claim";  // the counter's row is made by the schema
constexpr absl::Duration kSessionWait = absl::Seconds(10);

constexpr char kFired[] = "fired";
constexpr char kFencedOff[] = "fenced-off";

// Appends " AND column NOT IN (?,…)" for the values.
template <class Values>
void Exclude(const char* column, const Values& values, std::string& sql, storage::CellRow& params) {
  if (values.empty()) return;
  absl::StrAppend(&sql, " AND ", column, " NOT IN (");
  const char* mark = "?";
  for (const auto& value : values) {
    sql += std::exchange(mark, ",?");
    params.push_back(value);
  }
  sql += ")";
}

std::optional<int64_t> IntegerIn(const storage::Cell& cell) {
  int64_t number = 0;
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr && absl::SimpleAtoi(*text, &number) ? std::optional<int64_t>(number) : std::nullopt;
}

std::string AnyOf(const char* condition, size_t n) {
  std::string sql = "(";
  for (size_t i = 0; i < n; ++i) absl::StrAppend(&sql, i == 0 ? "(" : " OR (", condition, ")");
  return sql + ")";
}

}  // namespace

TimerPump::TimerPump(TimerPumpOptions options, std::function<absl::StatusOr<std::string>(Act)> run,
                     storage::Pool* pool, const CalendarClock* calendar, const MonotonicClock* monotonic)
    : options_(std::move(options)),
      run_(std::move(run)),
      pool_(pool),
      calendar_(calendar),
      monotonic_(monotonic) {}

absl::StatusOr<int64_t> TimerPump::RunOnce(bool force) {
  JISSHO_ASSIGN_OR_RETURN(const Batch batch, Claim(force));
  return Fire(batch, force);
}

absl::StatusOr<TimerPump::Batch> TimerPump::Claim(bool force) {
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(Window window, ReadDue(force));
    const size_t watched = seen_.size();
    std::vector<Due> due = Free(std::move(window.due));
    // A window full of others' claims hides what comes after them; now that they are known, they are left
    // out.
    if (due.empty() && !window.all && seen_.size() > watched) continue;
    JISSHO_ASSIGN_OR_RETURN(Batch batch, WriteClaim(std::move(due)));
    batch.unreadable = std::move(window.unreadable);
    // Nothing is left under a lapsed claim.
    if (window.all) std::erase_if(seen_, [this](const auto& claim) { return Lapsed(claim.second); });
    return batch;
  }
}

absl::StatusOr<TimerPump::Window> TimerPump::ReadDue(bool force) {
  std::vector<int64_t> watched;
  for (const auto& [fence, seen] : seen_) {
    if (!Lapsed(seen)) watched.push_back(fence);
  }
  std::vector<std::string> waiting;
  for (const auto& [instance_id, backoff] : backoff_) {
    if (!force && backoff.until > monotonic_->Elapsed()) waiting.push_back(instance_id);
  }
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  // Everything as text, so that one row that holds anything else than an integer does not hide the others.
  std::string sql =
      "SELECT instance_id, timer_id, claim_owner, claim_fence, due, sequence, shard FROM act_timer "
      "WHERE due <= ?";
  storage::CellRow params = {absl::ToUnixMicros(calendar_->Now())};
  Exclude("claim_fence", watched, sql, params);
  Exclude("instance_id", waiting, sql, params);
  absl::StrAppend(&sql, " ORDER BY due, sequence, instance_id, timer_id LIMIT ", kClaimMax);
  JISSHO_ASSIGN_OR_RETURN(
      const auto rows,
      lease->Query(sql, params, std::vector<storage::CellType>(7, storage::CellType::kText)));
  Window window;
  window.all = rows.size() < kClaimMax;
  for (const storage::CellRow& row : rows) {
    const Timer timer{std::get<std::string>(row[0]), std::get<std::string>(row[1])};
    const auto fence = IntegerIn(row[3]);
    if (fence && IntegerIn(row[4]) && IntegerIn(row[5]) && IntegerIn(row[6])) {
      window.due.push_back({timer, std::get<std::string>(row[2]), *fence});
    } else {
      window.unreadable.push_back(timer);
    }
  }
  // A due time that is no number is never due: SQLite orders text after all numbers.
  std::string timeless = absl::StrCat("SELECT instance_id, timer_id FROM act_timer WHERE due > ",
                                      std::numeric_limits<int64_t>::max());
  params.clear();
  Exclude("instance_id", waiting, timeless, params);
  absl::StrAppend(&timeless, " LIMIT ", kClaimMax);
  JISSHO_ASSIGN_OR_RETURN(
      const auto lost, lease->Query(timeless, params, {storage::CellType::kText, storage::CellType::kText}));
  for (const storage::CellRow& row : lost) {
    window.unreadable.push_back({std::get<std::string>(row[0]), std::get<std::string>(row[1])});
  }
  return window;
}

std::vector<TimerPump::Due> TimerPump::Free(std::vector<Due> due) {
  std::erase_if(due, [this](const Due& one) {
    if (one.fence == 0 || one.owner == options_.process) return false;
    return !Lapsed(seen_.try_emplace(one.fence, monotonic_->Elapsed()).first->second);
  });
  return due;
}

absl::StatusOr<TimerPump::Batch> TimerPump::WriteClaim(std::vector<Due> due) {
  Batch batch;
  if (due.empty()) return batch;
  Act act;
  act.actor = Actor::System(options_.service);
  act.partition = kFences;
  act.command = {act.actor.id, "claim", "", options_.process};
  act.alone = true;
  act.run = [due, process = options_.process](const Context& context, const View&,
                                              WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_ASSIGN_OR_RETURN(const int64_t fence, writes.NextNumber(kFences));
    // Compared and set where the rows are, and only these two columns: what a timer says may be long. "due +
    // 0" keeps MariaDB on the primary key, in whose order the acts lock that this one meets.
    storage::CellRow params = {process, fence, absl::ToUnixMicros(context.now())};
    for (const Due& one : due) {
      storage::AppendCells(params, {one.timer.instance_id, one.timer.timer_id, one.fence});
    }
    JISSHO_ASSIGN_OR_RETURN(storage::Session * session, writes.unit().RangeSession());
    JISSHO_ASSIGN_OR_RETURN(
        const int64_t claimed,
        session->Execute(
            absl::StrCat("UPDATE act_timer SET claim_owner = ?, claim_fence = ? WHERE due + 0 <= ? AND ",
                         AnyOf("instance_id = ? AND timer_id = ? AND claim_fence = ?", due.size())),
            params));
    return absl::StrCat(fence, " ", claimed);
  };
  JISSHO_ASSIGN_OR_RETURN(const std::string answer, run_(std::move(act)));
  const std::pair<std::string, std::string> numbers = absl::StrSplit(answer, ' ');
  int64_t claimed = 0;
  if (!absl::SimpleAtoi(numbers.first, &batch.fence) || !absl::SimpleAtoi(numbers.second, &claimed)) {
    return absl::InternalError("malformed claim");
  }
  if (claimed < static_cast<int64_t>(due.size())) JISSHO_RETURN_IF_ERROR(KeepClaimed(batch.fence, due));
  for (const Due& one : due) {
    batch.timers.push_back(one.timer);
    if (one.fence != 0 && one.owner != options_.process) ++taken_over_;
  }
  return batch;
}

absl::Status TimerPump::KeepClaimed(int64_t fence, std::vector<Due>& due) {
  storage::CellRow params = {fence};
  for (const Due& one : due) storage::AppendCells(params, {one.timer.instance_id, one.timer.timer_id});
  JISSHO_ASSIGN_OR_RETURN(auto lease, pool_->Acquire(kSessionWait));
  JISSHO_ASSIGN_OR_RETURN(
      auto rows,
      lease->Query(absl::StrCat("SELECT instance_id, timer_id FROM act_timer WHERE claim_fence = ? AND ",
                                AnyOf("instance_id = ? AND timer_id = ?", due.size())),
                   params, {storage::CellType::kText, storage::CellType::kText}));
  const std::set<storage::CellRow> claimed(rows.begin(), rows.end());
  std::erase_if(due, [&](const Due& one) {
    return !claimed.contains(storage::KeyOf(one.timer.instance_id, one.timer.timer_id));
  });
  return absl::OkStatus();
}

absl::StatusOr<int64_t> TimerPump::Fire(const Batch& batch, bool force) {
  std::set<std::string> failed;
  absl::Status trouble;
  int64_t ended = 0;
  const auto park = [&](const Timer& timer, const absl::Status& cause) {
    failed.insert(timer.instance_id);
    const absl::StatusOr<bool> parked = Park(timer, cause);
    trouble.Update(parked.status());
    if (parked.value_or(false)) {
      ++ended;
      backoff_.erase(timer.instance_id);
    } else {
      backoff_[timer.instance_id].Wait(monotonic_->Elapsed());
    }
  };
  for (const Timer& timer : batch.unreadable) {
    park(timer, MakeError(kEventFailed, {{"detail", "the timer is unreadable"}}));
  }
  for (const Timer& timer : batch.timers) {
    if (failed.contains(timer.instance_id)) continue;  // its timers keep their order
    const absl::StatusOr<std::string> end = FireOne(timer, batch.fence);
    if (end.ok()) {
      ++ended;
      backoff_.erase(timer.instance_id);
      if (*end == kFired) ++fired_;
      if (*end == kFencedOff) ++fenced_off_;
      continue;
    }
    const Failure failure = FailureOf(end.status());
    if (failure == Failure::kPassing) return end.status();
    Backoff& backoff = backoff_[timer.instance_id];
    if (failure == Failure::kLasting || ++backoff.refusals >= Backoff::kRefusalsMax) {
      park(timer, end.status());
    } else {
      failed.insert(timer.instance_id);
      backoff.Wait(monotonic_->Elapsed());
      if (force) trouble.Update(end.status());
    }
  }
  JISSHO_RETURN_IF_ERROR(trouble);
  return ended;
}

absl::StatusOr<bool> TimerPump::Park(const Timer& timer, const absl::Status& cause) {
  Act act;
  act.actor = Actor::System(options_.service);
  act.partition = timer.instance_id;
  act.command = {act.actor.id, "park-timer", "", absl::StrCat(timer.instance_id, "/", timer.timer_id)};
  act.reads = {ReadInstance(timer.instance_id)};
  act.alone = true;
  act.run = [timer, cause](const Context&, const View&, WriteSet& writes) {
    return ParkTimer(writes.unit(), timer.instance_id, timer.timer_id, cause);
  };
  JISSHO_ASSIGN_OR_RETURN(const std::string incident_id, run_(std::move(act)));
  if (incident_id.empty()) return false;
  if (options_.on_incident) JISSHO_RETURN_IF_ERROR(options_.on_incident(incident_id));
  return true;
}

absl::StatusOr<std::string> TimerPump::FireOne(const Timer& timer, int64_t fence) {
  Act act;
  act.actor = Actor::System(options_.service);
  act.partition = timer.instance_id;
  act.command = {act.actor.id, "timer", "", absl::StrCat(timer.instance_id, "/", timer.timer_id, "/", fence)};
  act.reads = {{&storage::TableOf<TimerRow>(), storage::KeyOf(timer.instance_id, timer.timer_id)},
               ReadInstance(timer.instance_id)};
  act.run = [timer, fence](const Context&, const View&, WriteSet& writes) -> absl::StatusOr<std::string> {
    JISSHO_ASSIGN_OR_RETURN(const TimerEnd end,
                            TakeTimer(writes.unit(), timer.instance_id, timer.timer_id, fence));
    if (end == TimerEnd::kFired) return std::string(kFired);
    return std::string(end == TimerEnd::kFencedOff ? kFencedOff : "");
  };
  return run_(std::move(act));
}

TimerStatistics TimerPump::statistics() const { return {fired_, fenced_off_, taken_over_}; }

}  // namespace jissho::act
