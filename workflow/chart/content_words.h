// Puts executable content into words that a clerk reads: one sentence an element.
#ifndef JISSHO_WORKFLOW_CHART_CONTENT_WORDS_H_
#define JISSHO_WORKFLOW_CHART_CONTENT_WORDS_H_

#include <vector>

#include "workflow/chart/chart.h"
#include "workflow/chart/vocabulary.h"

namespace jissho::chart {

// In document order; an <if> is one sentence with its branches inside.
std::vector<Wording> DescribeContent(const Chart& chart, const Vocabulary& vocabulary, const Block& block);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_CONTENT_WORDS_H_
