#include "workflow/charts/product_charts.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "embedded/product_chart_texts.h"

namespace jissho::charts {

const std::vector<ProductChart>& ProductCharts() {
  static const auto* const charts = [] {
    auto* made = new std::vector<ProductChart>;
    for (const auto& [file, text] : embedded::product_chart_texts()) {
      made->push_back({std::string(absl::StripSuffix(file, ".scxml")), text});
    }
    std::sort(made->begin(), made->end(),
              [](const ProductChart& a, const ProductChart& b) { return a.name < b.name; });
    return made;
  }();
  return *charts;
}

const ProductChart* FindProductChart(absl::string_view name) {
  for (const ProductChart& chart : ProductCharts()) {
    if (chart.name == name) return &chart;
  }
  return nullptr;
}

}  // namespace jissho::charts
