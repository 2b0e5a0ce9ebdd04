#include "workflow/act/batch_runner.h"

#include "workflow/act/instance.h"
#include "workflow/act/outcome.h"
#include "workflow/act/reasons.h"
#include "workflow/base/test_hooks.h"
#include "workflow/storage/reasons.h"

namespace jissho::act {

namespace {

storage::CellRow CommandKey(const Command& command) {
  const std::string caller = IsPlanted(Bug::kCallerNotInKey) ? "anybody" : command.caller;
  return storage::KeyOf(caller, command.method, command.request_id);
}

bool HasCommand(const Act& act) { return !act.command.request_id.empty(); }

// What the transaction itself must repeat for, as opposed to what one act did wrong.
bool IsTransactional(const absl::Status& status) {
  return HasReason(status, storage::kStorageRetry) || HasReason(status, storage::kCommitUnknown) ||
         HasReason(status, storage::kStorageFull) || HasReason(status, storage::kStorageFailed);
}

bool MayRepeat(const absl::Status& status) {
  return HasReason(status, storage::kStorageRetry) || HasReason(status, storage::kCommitUnknown);
}

// The instance in whose journal a refusal belongs when no chart refused: the first one that the act named.
std::string NamedInstance(const Act& act) {
  for (const Read& read : act.reads) {
    if (read.table == &storage::TableOf<InstanceRow>()) return std::get<std::string>(read.key[0]);
  }
  return "";
}

}  // namespace

BatchRunner::Outcomes BatchRunner::Run(storage::Session& session, const std::vector<const Act*>& acts) {
  Outcomes outcomes(acts.size(), absl::InternalError("not run"));
  absl::Status status;
  bool raced = false;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (attempt > 0) wait_(attempt);
    status = RunOnce(session, acts, outcomes);
    if (status.ok()) return outcomes;
    session.Rollback();
    if (MayRepeat(status)) continue;
    // A repeat of a command may have committed between our look and our insert: look again, once.
    if (acts.size() == 1 && !raced && HasReason(status, storage::kStorageDuplicate) && HasCommand(*acts[0])) {
      raced = true;
      continue;
    }
    break;
  }
  if (acts.size() > 1 && !MayRepeat(status)) {
    for (size_t i = 0; i < acts.size(); ++i) outcomes[i] = Run(session, {acts[i]})[0];
    return outcomes;
  }
  for (auto& outcome : outcomes) outcome = status;
  return outcomes;
}

absl::Status BatchRunner::RunOnce(storage::Session& session, const std::vector<const Act*>& acts,
                                  Outcomes& outcomes) {
  JISSHO_RETURN_IF_ERROR(session.Begin());
  Batch batch(&session, calendar_->Now());
  JISSHO_RETURN_IF_ERROR(Prefetch(batch, acts));
  std::optional<Batch> before;
  if (IsPlanted(Bug::kStaleView)) before = batch;
  for (size_t i = 0; i < acts.size(); ++i) {
    std::optional<Batch> stale = before;
    Batch& view = stale ? *stale : batch;
    // Asked again for each act: the one before it may have been the same command.
    if (auto first = FirstAnswer(view, *acts[i])) {
      outcomes[i] = *std::move(first);
    } else {
      JISSHO_RETURN_IF_ERROR(RunAct(batch, view, *acts[i], outcomes[i]));
    }
  }
  if (!batch.dirty()) {
    session.Rollback();
    return absl::OkStatus();
  }
  Reach("act.ready");
  JISSHO_RETURN_IF_ERROR(batch.Flush());
  Reach("act.flushed");
  const absl::Status committed = session.Commit();
  if (!committed.ok() && !IsPlanted(Bug::kCommitFailureIgnored)) return committed;
  Reach("act.committed");
  messages_ = messages_ || batch.has_messages();
  return absl::OkStatus();
}

absl::Status BatchRunner::Prefetch(Batch& batch, const std::vector<const Act*>& acts) {
  std::vector<Read> commands, rows;
  for (const Act* act : acts) {
    if (HasCommand(*act)) commands.push_back({&storage::TableOf<CommandRow>(), CommandKey(act->command)});
  }
  JISSHO_RETURN_IF_ERROR(batch.Prefetch(commands));
  for (const Act* act : acts) {
    if (!FirstAnswer(batch, *act)) rows.insert(rows.end(), act->reads.begin(), act->reads.end());
  }
  return batch.Prefetch(rows);
}

std::optional<absl::StatusOr<std::string>> BatchRunner::FirstAnswer(const Batch& batch, const Act& act) {
  if (!HasCommand(act)) return std::nullopt;
  const RowState* state = batch.Known({&storage::TableOf<CommandRow>(), CommandKey(act.command)});
  if (state == nullptr || !state->cells) return std::nullopt;
  const auto row = storage::FromCells<CommandRow>(*state->cells);
  if (row.request_hash != act.command.request_hash && !IsPlanted(Bug::kRequestHashIgnored))
    return MakeError(kRequestIdReused);
  return DecodeOutcome(row.outcome);
}

absl::Status BatchRunner::RunAct(Batch& batch, Batch& view, const Act& act,
                                 absl::StatusOr<std::string>& outcome) {
  const Context context(&act.actor, &act.command, batch.now(), &environment_->municipality);
  Unit unit(environment_, &view, &context, act.alone);
  WriteSet writes(&unit);
  outcome = act.run(context, View(&unit), writes);
  if (outcome.ok() && !unit.deferred_error.ok()) outcome = unit.deferred_error;
  if (!outcome.ok() && IsTransactional(outcome.status())) return outcome.status();
  if (outcome.ok()) {
    JISSHO_RETURN_IF_ERROR(RecordCommand(unit, act, outcome));
    batch.Merge(unit.TakeChanges());
    return absl::OkStatus();
  }
  if (IsPlanted(Bug::kFailedActKeepsWrites)) batch.Merge(unit.TakeChanges());
  if (!IsRefusal(outcome.status()) || !HasCommand(act) || IsPlanted(Bug::kRefusalDropped))
    return absl::OkStatus();
  Unit refusal(environment_, &batch, &context, false);
  const std::string instance = unit.refused_instance.empty() ? NamedInstance(act) : unit.refused_instance;
  const std::string event = unit.refused_event.empty() ? act.command.method : unit.refused_event;
  if (!instance.empty()) JISSHO_RETURN_IF_ERROR(JournalRefusal(refusal, instance, event, outcome.status()));
  if (IsLastingRefusal(outcome.status())) JISSHO_RETURN_IF_ERROR(RecordCommand(refusal, act, outcome));
  batch.Merge(refusal.TakeChanges());
  return absl::OkStatus();
}

absl::Status BatchRunner::RecordCommand(Unit& unit, const Act& act,
                                        const absl::StatusOr<std::string>& outcome) {
  if (!HasCommand(act) || IsPlanted(Bug::kCommandNotRecorded)) return absl::OkStatus();
  CommandRow row;
  row.caller = std::get<std::string>(CommandKey(act.command)[0]);
  row.method = act.command.method;
  row.request_id = act.command.request_id;
  row.request_hash = act.command.request_hash;
  row.outcome = EncodeOutcome(outcome);
  row.answered_at = unit.batch().now();
  return unit.InsertRow(row);
}

}  // namespace jissho::act
