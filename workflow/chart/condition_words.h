// Puts conditions into words that a clerk reads.
#ifndef JISSHO_WORKFLOW_CHART_CONDITION_WORDS_H_
#define JISSHO_WORKFLOW_CHART_CONDITION_WORDS_H_

#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/vocabulary.h"

namespace jissho::chart {

// In(), comparisons, !, && and || over names and literals, e.g. "In('adopted') && _event.data.to_pay > 0".
// Anything else comes back as it is written, whole. Empty for no condition.
Wording DescribeCondition(const Chart& chart, const Vocabulary& vocabulary, absl::string_view condition);

// A name or a literal in words; anything else as it is written.
Wording DescribeOperand(const Vocabulary& vocabulary, absl::string_view text);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_CONDITION_WORDS_H_
