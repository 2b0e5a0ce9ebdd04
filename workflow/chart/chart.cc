#include "workflow/chart/chart.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace jissho::chart {
namespace {

absl::string_view Stem(absl::string_view descriptor) {
  if (!absl::ConsumeSuffix(&descriptor, ".*")) absl::ConsumeSuffix(&descriptor, ".");
  return descriptor;
}

bool Contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool ContainsAll(const std::vector<std::string>& list, const std::vector<std::string>& items) {
  return std::all_of(items.begin(), items.end(),
                     [&](const std::string& item) { return Contains(list, item); });
}

// Everybody who may fire `later` may fire `first`, with nothing to add.
bool PermitsAllOf(const Task& first, const Task& later) {
  // Without roles it is for the services alone, which no person is.
  if (first.roles.empty() != later.roles.empty() || !ContainsAll(first.roles, later.roles)) return false;
  if (first.reason_required && !later.reason_required) return false;
  if (!ContainsAll(later.not_same_actor_as, first.not_same_actor_as)) return false;
  return !first.own_organisation || later.own_organisation;
}

}  // namespace

bool InvokesChart(absl::string_view type) {
  absl::ConsumeSuffix(&type, "/");
  return type.empty() || type == "scxml" || type == "http://www.w3.org/TR/scxml";
}

absl::string_view InvokedByName(absl::string_view src) {
  return absl::ConsumePrefix(&src, "chart:") ? src : absl::string_view();
}

bool Waits(const Send& send) {
  return !send.delay.empty() || !send.delay_expr.empty() || !send.at.empty() || !send.business_days.empty() ||
         !send.business_days_expr.empty();
}

std::optional<ServiceTarget> ParseServiceTarget(absl::string_view target) {
  const size_t slash = target.find('/');
  if (slash == absl::string_view::npos || slash == 0 || slash + 1 == target.size()) return std::nullopt;
  return ServiceTarget{std::string(target.substr(0, slash)), std::string(target.substr(slash + 1))};
}

const State* Chart::Find(absl::string_view id) const {
  for (const State& state : states) {
    if (state.index != 0 && absl::string_view(state.id) == id) return &state;
  }
  return nullptr;
}

bool DescriptorMatches(absl::string_view descriptor, absl::string_view event) {
  if (descriptor == "*") return true;
  const absl::string_view stem = Stem(descriptor);
  if (!absl::StartsWith(event, stem)) return false;
  return event.size() == stem.size() || event[stem.size()] == '.';
}

bool Shadows(const Transition& first, const Transition& later) {
  if (!first.condition.empty() && first.condition != later.condition) return false;
  if (!PermitsAllOf(first.task, later.task)) return false;
  if (later.events.empty() || first.events.empty()) return later.events.empty() && first.events.empty();
  return std::all_of(later.events.begin(), later.events.end(), [&](const std::string& wanted) {
    return std::any_of(first.events.begin(), first.events.end(), [&](const std::string& taken) {
      return taken == "*" || (wanted != "*" && DescriptorMatches(taken, Stem(wanted)));
    });
  });
}

}  // namespace jissho::chart
