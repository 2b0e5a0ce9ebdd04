// The algorithm of SCXML Appendix D over one instance. Internal to the engine.
//
// Names follow the Recommendation's (microstep, exit set, transition domain, …) so that the two can be read
// side by side. States are indexes into Chart::states, which are in document order.
#ifndef JISSHO_WORKFLOW_ENGINE_INTERPRETER_H_
#define JISSHO_WORKFLOW_ENGINE_INTERPRETER_H_

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "workflow/chart/chart.h"
#include "workflow/engine/content_runner.h"
#include "workflow/engine/data_model.h"
#include "workflow/engine/machine.h"

namespace jissho::engine {

// The active states of a snapshot by index, or ENGINE_CONFIGURATION_ILLEGAL.
absl::StatusOr<std::set<int>> ReadConfiguration(const chart::Chart& chart,
                                                const std::vector<std::string>& ids);

class Interpreter {
 public:
  using Transitions = std::vector<const chart::Transition*>;

  Interpreter(const chart::Chart& chart, const DataModel& data_model, const SessionInfo& session,
              const Snapshot& snapshot);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  absl::Status Load();  // from the snapshot; not before Start
  absl::Status Start(const InitialData& initial_data);
  absl::Status Take(const Event& event, const TransitionFilter& filter);
  absl::Status Cancel();
  absl::StatusOr<StepResult> Finish();

  // For Offers, after Load.
  const std::set<int>& configuration() const { return configuration_; }
  Evaluator& evaluator() { return *evaluator_; }

 private:
  struct EntrySet {
    std::set<int> states;
    std::set<int> default_entry;
    std::map<int, const chart::Block*> default_history;  // parent of the history -> content to run
  };

  absl::Status DeclareData(const InitialData& initial_data);
  void DeclareState(const chart::State& state, const std::map<std::string, Value>& given);

  absl::Status Macrostep();
  absl::Status Microstep(const Transitions& enabled);
  Transitions SelectEventless();
  bool EventlessHolds(const chart::Transition& transition);
  Transitions Select(const Event& event, const TransitionFilter& filter);
  bool Enabled(const chart::Transition& transition, const Event& event, const TransitionFilter& filter);
  Transitions RemoveConflicting(const Transitions& enabled) const;

  std::set<int> EffectiveTargets(const chart::Transition& transition) const;
  int Domain(const chart::Transition& transition) const;  // -1: none
  int FindLcca(int head, const std::set<int>& others) const;
  std::set<int> ExitSet(const chart::Transition& transition) const;

  void ExitStates(const Transitions& enabled);
  void RecordHistory(const chart::State& state);
  void EnterStates(const Transitions& enabled);
  void EnterState(int index, const EntrySet& entry);
  void EnterFinal(const chart::State& state);
  void AddDescendants(int index, EntrySet& entry) const;
  void AddAncestors(int index, int ancestor, EntrySet& entry) const;
  void AddRegions(const chart::State& parallel, EntrySet& entry) const;
  bool IsInFinalState(int index) const;
  void ExitInterpreter();

  void TellInvocations(const Event& event);
  void StartInvocations();
  void EndInvocations(const chart::State& state);

  void RaiseDone(const chart::State& state, Value data);
  void NoteUnhandled(const Event& event);
  bool IsActive(const std::string& id) const;

  const chart::Chart& chart_;
  const SessionInfo& session_;
  const Snapshot& before_;
  std::set<int> configuration_;
  std::map<int, std::vector<int>> history_;
  std::set<int> initialised_;
  std::map<std::string, Invocation> invocations_;
  std::set<int> to_invoke_;  // states entered and not left since the last macrostep
  std::int64_t next_send_;
  bool running_ = true;
  int microsteps_ = 0;
  std::set<const chart::Transition*> failing_;  // whose conditions failed since the last microstep
  std::unique_ptr<Evaluator> evaluator_;
  ContentRunner runner_;
  Event current_;  // the internal event being handled; the evaluator points at it
  StepResult result_;
};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_INTERPRETER_H_
