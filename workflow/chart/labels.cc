#include "workflow/chart/labels.h"

#include "absl/strings/str_join.h"

namespace jissho::chart {
namespace {

Wording Named(const std::string& ja, const std::string& en, const std::string& otherwise) {
  if (ja.empty() && en.empty()) return {otherwise, otherwise};
  return {ja.empty() ? en : ja, en.empty() ? ja : en};
}

}  // namespace

Wording StateName(const State& state) { return Named(state.label, state.label_en, state.id); }

Wording EventName(const Chart& chart, const Transition& transition) {
  const Task& task = transition.task;
  if (!task.label.empty() || !task.label_en.empty()) return Named(task.label, task.label_en, "");
  if (transition.events.size() == 1) return EventName(chart, transition.events.front());
  const std::string names = absl::StrJoin(transition.events, " ");
  return {names, names};
}

Wording EventName(const Chart& chart, absl::string_view event) {
  for (const State& state : chart.states) {
    for (const Transition& transition : state.transitions) {
      const Task& task = transition.task;
      if (task.label.empty() && task.label_en.empty()) continue;
      if (transition.events.size() == 1 && absl::string_view(transition.events.front()) == event) {
        return Named(task.label, task.label_en, "");
      }
    }
  }
  return {std::string(event), std::string(event)};
}

}  // namespace jissho::chart
