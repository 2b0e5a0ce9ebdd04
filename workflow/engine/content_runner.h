// Runs executable content (SCXML 4 and 6). Internal to the engine.
#ifndef JISSHO_WORKFLOW_ENGINE_CONTENT_RUNNER_H_
#define JISSHO_WORKFLOW_ENGINE_CONTENT_RUNNER_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "workflow/chart/chart.h"
#include "workflow/engine/machine.h"

namespace jissho::engine {

class ContentRunner {
 public:
  using Invocations = std::map<std::string, Invocation>;

  ContentRunner(const SessionInfo& session, Evaluator& evaluator, Invocations& invocations,
                std::int64_t& next_send)
      : session_(session), evaluator_(evaluator), invocations_(invocations), next_send_(next_send) {}

  // An error raises an error event and ends the block (SCXML 4.10).
  void Run(const chart::Block& block);
  // A condition that cannot be evaluated is false and raises error.execution (SCXML 3.12.1).
  bool Condition(absl::string_view text, const chart::Position& at);
  void RaiseError(const absl::Status& status, const chart::Position& at);  // error.execution
  // <donedata>; a part that cannot be evaluated is left out (SCXML 5.7).
  Value DoneData(const chart::DoneData& done);
  // <data>; undefined when it cannot be evaluated (SCXML 5.3).
  void Declare(const chart::Data& data, const std::optional<Value>& given);
  void RunScript(const chart::Script& script, const chart::Position& at);
  // <invoke>; when a part cannot be evaluated nothing is invoked (SCXML 6.4).
  void Invoke(const chart::Invoke& invoke, const Invocation& place);
  void EndInvocation(const std::string& id);
  void Finalize(const chart::Invoke& invoke, const Event& answer);
  void Forward(const std::string& id, const Event& event);

  std::deque<Event>& internal_queue() { return internal_queue_; }
  std::vector<Effect>& effects() { return effects_; }
  bool overrun() const { return executed_ > kMaxContentElements; }

 private:
  // Why an element failed: what becomes the error event.
  struct Failure {
    std::string event;
    std::string text;
    chart::Position at;
    std::string send_id;
  };
  using Outcome = std::optional<Failure>;  // nothing: went well

  Outcome RunBlock(const chart::Block& block);
  Outcome Execute(const chart::Content& content);
  Outcome Execute(const chart::Raise& raise);
  Outcome Execute(const chart::Assign& assign);
  Outcome Execute(const chart::If& choice);
  Outcome Execute(const chart::Log& log);
  Outcome Execute(const chart::Send& send);
  Outcome Execute(const chart::Cancel& cancel);
  Outcome Execute(const chart::Foreach& loop);
  Outcome Execute(const chart::Script& script);
  Outcome Execute(const chart::Do& effect);
  Outcome Deliver(Effect effect);

  absl::StatusOr<Effect> InvokeEffect(const chart::Invoke& invoke, const Invocation& place);

  absl::StatusOr<std::string> Text(const std::string& literal, const std::string& expression);
  absl::StatusOr<absl::Duration> Delay(const chart::Send& send);
  absl::StatusOr<int> BusinessDays(const chart::Send& send);
  absl::StatusOr<Value> SendData(const chart::Send& send);
  absl::Status AddParam(const chart::Param& param, Json& object);
  absl::Status AddMember(const std::string& name, absl::StatusOr<Value> value, Json& object);
  absl::StatusOr<Value> PayloadValue(const chart::Payload& payload);

  Failure Fail(const absl::Status& status) const;
  void Raise(const Failure& failure);

  const SessionInfo& session_;
  Evaluator& evaluator_;
  Invocations& invocations_;
  std::int64_t& next_send_;
  std::deque<Event> internal_queue_;
  std::vector<Effect> effects_;
  chart::Position at_;  // of the element that runs
  int executed_ = 0;
};

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_CONTENT_RUNNER_H_
