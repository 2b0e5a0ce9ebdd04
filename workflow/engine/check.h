// Tells everything that is wrong with a chart's text, from the XML to the expressions, as one list.
#ifndef JISSHO_WORKFLOW_ENGINE_CHECK_H_
#define JISSHO_WORKFLOW_ENGINE_CHECK_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/validator.h"
#include "workflow/engine/data_model.h"

namespace jissho::engine {

inline constexpr char kUnknownDataModel[] = "UNKNOWN_DATA_MODEL";

struct Checked {
  // Ordered by place. A text that cannot be read at all has one fault, whose code is the reason's name
  // (CHART_MALFORMED, …).
  std::vector<chart::Fault> faults;
  std::optional<chart::Chart> chart;  // absent when the text cannot be read
};

// `profile.check_expression` is made from the data model that the chart names. Where `data_models` makes none
// (nullptr), the expressions are left unread. Never fails: every failure is a fault.
Checked Check(absl::string_view xml, chart::Profile profile,
              const DataModelFactory& data_models = MakeServiceDataModel);

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_CHECK_H_
