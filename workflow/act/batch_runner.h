// Runs acts: one transaction for the acts that wait at the same moment, each with an outcome of its own.
//
//   begin → look the commands up → read the named rows table by table → run each act on what those before it
//   left → write everything as multi-row statements → commit → answers.
//
// An act that fails is dropped with its writes; its refusal is written in the same transaction. When the
// flush finds something unexpected (a unique key, a version) all is rolled back and each act runs again
// alone. Deadlocks, lock timeouts and lost connections repeat the whole transaction until `attempts_max`; a
// commit whose fate is unknown is repeated too, and the command's own row tells whether it had happened.
// Threading: none inside; one caller at a time per session. The same inputs give the same rows.
#ifndef JISSHO_WORKFLOW_ACT_BATCH_RUNNER_H_
#define JISSHO_WORKFLOW_ACT_BATCH_RUNNER_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflow/act/unit.h"
#include "workflow/base/clock.h"

namespace jissho::act {

class BatchRunner {
 public:
  // `wait` is called before the n-th repetition of a transaction (n from 1); tests pass one that returns at
  // once.
  BatchRunner(const Environment* environment, const CalendarClock* calendar,
              std::function<void(int attempt)> wait)
      : environment_(environment), calendar_(calendar), wait_(std::move(wait)) {}

  static constexpr int kAttemptsMax = 12;

  // One outcome for each act, in order.
  std::vector<absl::StatusOr<std::string>> Run(storage::Session& session,
                                               const std::vector<const Act*>& acts);

  // Whether a transaction since the last call left something for the pump.
  bool TakeMessagesFlag() { return std::exchange(messages_, false); }

 private:
  using Outcomes = std::vector<absl::StatusOr<std::string>>;
  absl::Status RunOnce(storage::Session& session, const std::vector<const Act*>& acts, Outcomes& outcomes);
  // Reads the commands, and what the acts whose commands are new have named.
  absl::Status Prefetch(Batch& batch, const std::vector<const Act*>& acts);
  // What the act's command was answered before, in an earlier transaction or in this batch.
  static std::optional<absl::StatusOr<std::string>> FirstAnswer(const Batch& batch, const Act& act);
  // `view` is what the act sees: the batch itself, but for Bug::kStaleView.
  absl::Status RunAct(Batch& batch, Batch& view, const Act& act, absl::StatusOr<std::string>& outcome);
  absl::Status RecordCommand(Unit& unit, const Act& act, const absl::StatusOr<std::string>& outcome);

  const Environment* environment_;
  const CalendarClock* calendar_;
  std::function<void(int)> wait_;
  bool messages_ = false;
};

}  // namespace jissho::act

#endif  // JISSHO_WORKFLOW_ACT_BATCH_RUNNER_H_
