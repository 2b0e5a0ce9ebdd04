#include "workflow/engine/check.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "workflow/base/error.h"
#include "workflow/chart/parser.h"
#include "workflow/chart/walk.h"

namespace jissho::engine {
namespace {

int NumberOf(const ErrorMetadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  int number = 1;
  return found != metadata.end() && absl::SimpleAtoi(found->second, &number) ? number : 1;
}

chart::Fault FaultOf(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  const std::string message(status.message());
  if (!detail) return {chart::Severity::kError, 1, 1, "CHART_UNREADABLE", message, message};
  return {chart::Severity::kError,
          NumberOf(detail->metadata, "line"),
          NumberOf(detail->metadata, "column"),
          detail->reason,
          detail->ja,
          detail->en};
}

// Whether the null data model, which evaluates In() alone, cannot do what the chart says.
bool NeedsData(const chart::Chart& chart) {
  bool needs = std::any_of(chart.states.begin(), chart.states.end(),
                           [](const chart::State& state) { return !state.data.empty(); });
  chart::ForEachExpression(chart, [&](chart::Use use, absl::string_view, const chart::Position&) {
    needs |= use != chart::Use::kCondition;
  });
  return needs;
}

}  // namespace

Checked Check(absl::string_view xml, chart::Profile profile, const DataModelFactory& data_models) {
  auto chart = chart::Parse(xml);
  if (!chart.ok()) return {{FaultOf(chart.status())}, std::nullopt};
  std::unique_ptr<DataModel> data_model;
  std::vector<chart::Fault> faults;
  if (auto made = data_models(chart->datamodel); made.ok()) {
    data_model = *std::move(made);
  } else {
    chart::Fault fault = FaultOf(made.status());
    fault.code = kUnknownDataModel;
    fault.line = chart->root().position.line;
    fault.column = chart->root().position.column;
    faults.push_back(std::move(fault));
  }
  if (profile.strict && chart->datamodel == "null" && NeedsData(*chart)) {
    const chart::Position& at = chart->root().position;
    faults.push_back({chart::Severity::kError, at.line, at.column, kUnknownDataModel,
                      "データや式を使う図には、<scxml>にdatamodel=\"ecmascript\"が要ります。",
                      "A chart with data or expressions needs datamodel=\"ecmascript\" on <scxml>."});
  }
  if (data_model != nullptr) {
    profile.check_expression = [&](chart::Use use, absl::string_view text) {
      return data_model->Prepare(use, text);
    };
  }
  for (chart::Fault& fault : chart::Validate(*chart, profile)) faults.push_back(std::move(fault));
  std::stable_sort(faults.begin(), faults.end(), [](const chart::Fault& a, const chart::Fault& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return {std::move(faults), *std::move(chart)};
}

}  // namespace jissho::engine
