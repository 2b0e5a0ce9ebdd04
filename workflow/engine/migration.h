// Moving running instances to another version of their chart: the plan, what is wrong with it, and what it
// makes of one instance. Pure: no store, no clock.
//
// The plan names atomic states; the states around them follow from the new chart. Nothing is entered or left
// in the chart's sense: no <onexit>, no <onentry>, no transition runs. An eventless transition that the new
// state enables is taken with the next event.
#ifndef JISSHO_WORKFLOW_ENGINE_MIGRATION_H_
#define JISSHO_WORKFLOW_ENGINE_MIGRATION_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/base/error.h"
#include "workflow/chart/chart.h"
#include "workflow/engine/machine.h"
#include "workflow/engine/snapshot.h"

namespace jissho::expression {
class Expression;
}

namespace jissho::engine {

// Whatever is not named stays as it is. See docs/migration.md.
struct MigrationPlan {
  std::string chart;           // name
  std::string from = "any";    // content hash, or "any"
  std::string to = "current";  // content hash, or "current"
  // Old state or history -> new ones. Several, separated by spaces, when a state becomes parallel regions; an
  // empty text says that an instance in this state cannot be moved.
  std::map<std::string, std::string> states;
  std::map<std::string, std::string> set;       // new variable -> expression over the old data and In()
  std::map<std::string, std::string> rename;    // old variable -> new one
  std::set<std::string> remove;                 // old variables
  std::map<std::string, std::string> timers;    // old timer (send id) -> new one; the due time stays
  std::set<std::string> cancel_timers;          // timers by id, or by the event that they bring
  std::map<std::string, std::string> children;  // old invoke id -> new one
  friend bool operator==(const MigrationPlan&, const MigrationPlan&) = default;
};

Json ToJson(const MigrationPlan& plan);
absl::StatusOr<MigrationPlan> MigrationPlanFromJson(const Json& json);  // ENGINE_SNAPSHOT_MALFORMED

// What an instance becomes.
struct Migrated {
  Snapshot next;
  std::vector<std::string> entered, exited;  // states that it is in only afterwards, only before
};

// A <send> (or timer of the host) that waits. `elsewhere`: its event goes to another session.
struct PendingTimer {
  std::string id, send_id, event;
  bool elsewhere = false;
};
// What becomes of it; an empty id: it is cancelled.
struct MovedTimer {
  std::string id, send_id;
  friend bool operator==(const MovedTimer&, const MovedTimer&) = default;
};

// A plan, checked against one old and one new version. Immutable, for many threads.
class Migrator {
 public:
  // INVALID_ARGUMENT (FIELD_INVALID) with all faults of the plan at once, each with its place in the plan.
  static absl::StatusOr<Migrator> Make(const MigrationPlan& plan, const chart::Chart& from,
                                       std::shared_ptr<const Machine> to);

  // Errors tell why this instance cannot move, the same text for all instances in the same case:
  // MIGRATION_STATE_UNMAPPED, MIGRATION_HISTORY_ILLEGAL, MIGRATION_EXPRESSION_FAILED,
  // MIGRATION_CHILD_UNMAPPED, ENGINE_CONFIGURATION_ILLEGAL.
  absl::StatusOr<Migrated> Move(const std::string& instance_id, const Snapshot& before) const;

  // What becomes of the instance's timers, by their old id. Errors: MIGRATION_TIMER_TAKEN (two timers, one
  // id), MIGRATION_TIMER_UNHEARD (the old chart hears its event and the new one nowhere does: a deadline
  // would be lost without a word).
  absl::StatusOr<std::map<std::string, MovedTimer>> MoveTimers(const std::vector<PendingTimer>& timers) const;

  // The id under which a running invocation goes on.
  const std::string& ChildAfter(const std::string& invoke_id) const;

  const Machine& to() const { return *to_; }

 private:
  using Expressions = std::map<std::string, std::shared_ptr<const expression::Expression>>;

  Migrator(MigrationPlan plan, const chart::Chart& from, std::shared_ptr<const Machine> to)
      : plan_(std::move(plan)), from_(from), to_(std::move(to)) {}

  std::vector<FieldFault> Compile();
  void CheckStates(std::vector<FieldFault>& faults) const;
  void CheckConfigurations(std::vector<FieldFault>& faults) const;
  void CheckData(std::vector<FieldFault>& faults);
  void CheckChildren(std::vector<FieldFault>& faults) const;
  // The new ids of an old state, identity included; empty when there is none.
  std::vector<std::string> TargetsOf(const std::string& state) const;
  absl::StatusOr<std::set<int>> NewConfiguration(const std::vector<std::string>& before) const;
  absl::Status MoveHistory(const Snapshot& before, Snapshot& next) const;
  absl::Status MoveInvocations(const Snapshot& before, Snapshot& next) const;
  absl::Status MoveData(const std::string& instance_id, const Snapshot& before, Snapshot& next) const;
  absl::StatusOr<std::map<std::string, Value>> Carried(const std::string& instance_id,
                                                       const Snapshot& before) const;

  MigrationPlan plan_;
  chart::Chart from_;
  std::shared_ptr<const Machine> to_;
  std::shared_ptr<DataModel> defaults_;  // holds the new chart's <data> expressions
  Expressions set_;
};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_MIGRATION_H_
