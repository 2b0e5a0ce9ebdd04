// The pure step of a chart: (snapshot, event) -> (snapshot', effects), by the algorithm of SCXML Appendix D.
//
// One call of Step takes one external event and runs the macrostep to its end: every eventless and internal
// transition that follows, until the instance is stable. Nothing else happens: same input, same output; no
// clock, no store, no globals. A Machine is immutable and may be used by many threads at once.
//
// Build accepts all legal SCXML; what a chart in service is held to beyond that is chart::ServiceProfile.
// <invoke> is an effect: the host starts the session and brings its events and its end (done.invoke.ID) back
// as events with the invocation's id. <script> runs only where the data model runs scripts.
#ifndef JISSHO_WORKFLOW_ENGINE_MACHINE_H_
#define JISSHO_WORKFLOW_ENGINE_MACHINE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "workflow/chart/chart.h"
#include "workflow/engine/data_model.h"
#include "workflow/engine/event.h"
#include "workflow/engine/snapshot.h"

namespace jissho::engine {

// ENGINE_ENDLESS beyond these, for one call of Start or Step.
inline constexpr int kMaxMicrosteps = 1000;
inline constexpr int kMaxContentElements = 100'000;  // executed elements, loops included

struct SessionInfo {
  std::string session_id;
  // Refuses a kSend or kInvoke that the host cannot even try to carry out: the name of the error event
  // ("error.execution" for an unknown type, "error.communication" for an unreachable target); empty to
  // accept. Absent: accepts all.
  std::function<std::string(const Effect&)> refuse;
};

// Values for <data> of the same id, in place of what the chart says.
struct InitialData {
  std::map<std::string, Value> values;
  // Of an invoking session: only top-level <data> can be given, and what has none is ignored (SCXML 6.4.3).
  bool by_invoke = false;

  InitialData() = default;
  // The members of an object; null is none. Anything else is refused by Start.
  explicit InitialData(const Json& json);
  bool malformed = false;
};

// Whether the acting person may fire the transition. A transition for which it is false is as if it did not
// exist. It is asked for the transitions of the one external event only, never for eventless or internal
// ones. It must not change between two calls within a step. Absent: everyone may do everything (timers, other
// services).
using TransitionFilter = std::function<bool(const chart::Transition&)>;

struct StepResult {
  Snapshot next;
  std::vector<Effect> effects;
  std::vector<std::string> entered, exited;  // ids, in the order in which it happened, over all microsteps
  bool matched = false;                      // the external event enabled a transition; for Start always true
  std::vector<const chart::Transition*> taken;              // in order; they belong to the Machine
  std::vector<const chart::Transition*> refused_by_filter;  // would have matched, had the filter let them
  // The first error event (error.execution, …) that no transition took, as text for a log or an incident.
  std::optional<std::string> unhandled_error;
  Value done_data;  // when `next.finished`: the <donedata> of the final state
};

// An event that somebody may fire now.
struct Offer {
  std::string event;
  const chart::Transition* transition = nullptr;  // belongs to the Machine
  friend bool operator==(const Offer&, const Offer&) = default;
};

class Machine {
 public:
  // Compiles every expression once. Errors: ENGINE_CHART_INVALID (the first fault; call ValidateForEngine for
  // all), ENGINE_DATA_MODEL_UNKNOWN.
  static absl::StatusOr<std::shared_ptr<const Machine>> Build(
      chart::Chart chart, const DataModelFactory& data_models = MakeServiceDataModel);

  Machine(chart::Chart chart, std::unique_ptr<const DataModel> data_model);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const chart::Chart& chart() const { return chart_; }

  // Enters the initial configuration. Errors: ENGINE_INITIAL_DATA_UNKNOWN, ENGINE_ENDLESS.
  absl::StatusOr<StepResult> Start(const SessionInfo& session, const InitialData& initial_data) const;
  absl::StatusOr<StepResult> Start(const SessionInfo& session, const Json& initial_data) const {
    return Start(session, InitialData(initial_data));
  }

  // Errors: ENGINE_FINISHED, ENGINE_CONFIGURATION_ILLEGAL, ENGINE_ENDLESS. An event that nothing takes is no
  // error: then `matched` is false and nothing has changed.
  absl::StatusOr<StepResult> Step(const SessionInfo& session, const Snapshot& snapshot, const Event& event,
                                  const TransitionFilter& filter = nullptr) const;

  // Ends the instance from outside, as an invoking session does on leaving (SCXML 6.4.3): every active state
  // is left, with what it does on exit; there is no done.invoke. Errors: as Step.
  absl::StatusOr<StepResult> Cancel(const SessionInfo& session, const Snapshot& snapshot) const;

  // The transitions with an event and a role in the present configuration whose condition is true, or reads
  // `_event` (then it is checked when the event comes). In document order of the states, inner before outer;
  // an event for whose people an inner or earlier transition stands in the way is offered once only.
  // Descriptors with a wildcard are offered under no name and therefore not at all. Errors: as Step; none for
  // a finished instance.
  absl::StatusOr<std::vector<Offer>> Offers(const SessionInfo& session, const Snapshot& snapshot) const;

  // Whether these states, with no other, can be what an instance is in: for migrations. Errors:
  // ENGINE_CONFIGURATION_ILLEGAL.
  absl::Status CheckConfiguration(const std::vector<std::string>& states) const;

 private:
  chart::Chart chart_;
  std::unique_ptr<const DataModel> data_model_;
};

// All faults that keep Build from building, warnings included, ordered by place.
absl::StatusOr<std::vector<chart::Fault>> ValidateForEngine(
    const chart::Chart& chart, const DataModelFactory& data_models = MakeServiceDataModel);

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_MACHINE_H_
