#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "workflow/base/error.h"
#include "workflow/engine/interpreter.h"

namespace jissho::engine {
namespace {

using chart::Transition;

bool MayFire(const Transition& transition, Evaluator& evaluator) {
  if (transition.events.empty() || transition.task.roles.empty()) return false;
  if (transition.condition.empty() || absl::StrContains(transition.condition, "_event")) return true;
  return evaluator.Condition(transition.condition).value_or(false);
}

// The name under which a descriptor is offered; empty when it leaves the name open.
std::string NameOf(absl::string_view descriptor) {
  if (absl::StrContains(descriptor, "*") || absl::EndsWith(descriptor, ".")) return "";
  return std::string(descriptor);
}

// An unconditional inner transition takes the event before `transition` can, on the way out from one active
// state.
bool Preempted(const Transition& transition, const std::vector<const Transition*>& before) {
  return std::any_of(before.begin(), before.end(),
                     [&](const Transition* first) { return chart::Shadows(*first, transition); });
}

}  // namespace

absl::StatusOr<std::vector<Offer>> Machine::Offers(const SessionInfo& session,
                                                   const Snapshot& snapshot) const {
  std::vector<Offer> offers;
  if (snapshot.finished) return offers;
  Interpreter interpreter(chart_, *data_model_, session, snapshot);
  JISSHO_RETURN_IF_ERROR(interpreter.Load());
  std::set<const Transition*> seen;
  std::set<const Transition*> preempted;
  std::vector<const Transition*> candidates;
  for (const int active : interpreter.configuration()) {
    if (!chart_.states[active].IsAtomic()) continue;
    std::vector<const Transition*> before;
    for (int index = active; index > 0; index = chart_.states[index].parent) {
      for (const Transition& transition : chart_.states[index].transitions) {
        if (Preempted(transition, before)) preempted.insert(&transition);
        before.push_back(&transition);
        if (seen.insert(&transition).second) candidates.push_back(&transition);
      }
    }
  }
  for (const Transition* transition : candidates) {
    if (preempted.count(transition) > 0 || !MayFire(*transition, interpreter.evaluator())) continue;
    for (const std::string& descriptor : transition->events) {
      if (const std::string name = NameOf(descriptor); !name.empty()) offers.push_back({name, transition});
    }
  }
  return offers;
}

}  // namespace jissho::engine
