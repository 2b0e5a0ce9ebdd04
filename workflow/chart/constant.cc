#include "workflow/chart/constant.h"

#include "absl/strings/match.h"
#include "workflow/expression/expression.h"

namespace jissho::chart {

std::optional<bool> ConstantTruth(const Chart& chart, absl::string_view condition) {
  // Every system variable begins with an underscore.
  if (chart.datamodel != "ecmascript" || absl::StrContains(condition, "_")) return std::nullopt;
  const auto compiled = expression::Compile(condition);
  if (!compiled.ok() || !(*compiled)->data_names().empty() || !(*compiled)->states().empty()) {
    return std::nullopt;
  }
  const auto truth = expression::EvaluateCondition(**compiled, {});
  if (!truth.ok()) return std::nullopt;
  return *truth;
}

bool AlwaysHolds(const Chart& chart, const Transition& transition) {
  return transition.condition.empty() || ConstantTruth(chart, transition.condition).value_or(false);
}

bool NeverHolds(const Chart& chart, const Transition& transition) {
  return !transition.condition.empty() && !ConstantTruth(chart, transition.condition).value_or(true);
}

}  // namespace jissho::chart
