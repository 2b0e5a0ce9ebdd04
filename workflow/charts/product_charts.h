// The charts that the product's services run, by name.
#ifndef JISSHO_WORKFLOW_CHARTS_PRODUCT_CHARTS_H_
#define JISSHO_WORKFLOW_CHARTS_PRODUCT_CHARTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "workflow/chart/vocabulary.h"

namespace jissho::charts {

struct ProductChart {
  std::string name;  // "subsidy/grant": the service, and the file without its ending
  absl::string_view text;
};

// By name.
const std::vector<ProductChart>& ProductCharts();

// nullptr when there is none of this name.
const ProductChart* FindProductChart(absl::string_view name);

// Words for the roles, actions and data of these charts.
const chart::Vocabulary& ProductVocabulary();

}  // namespace jissho::charts

#endif  // JISSHO_WORKFLOW_CHARTS_PRODUCT_CHARTS_H_
