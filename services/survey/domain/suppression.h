// Small cells stay hidden: which counts of a table may be published.
//
// A count of 1 to k − 1 would let people be recognised. With the total published, a single hidden cell could
// be computed from the others; so further cells are hidden, the smallest first, until at least two are hidden
// that together reach k (secondary suppression, 二次秘匿). Zeros are shown: nobody stands behind them. Pure,
// thread-safe.
//
// Limit: one table is looked at by itself; two tables of different cuts of the same answers are not held
// against each other. Values computed from all cells of a table (mean, deviation) must be hidden with any of
// its cells, because together with the total they would give the hidden counts away.
#ifndef JISSHO_SERVICES_SURVEY_DOMAIN_SUPPRESSION_H_
#define JISSHO_SERVICES_SURVEY_DOMAIN_SUPPRESSION_H_

#include <cstdint>
#include <vector>

namespace jissho::survey {

inline constexpr int64_t kSmallCell = 5;

// True when a count is too small to publish.
inline bool IsSmall(int64_t count, int64_t threshold = kSmallCell) { return count > 0 && count < threshold; }

// For cells that exclude each other and add up to a published total: which to hide. Same length as `counts`.
std::vector<bool> HideInPartition(const std::vector<int64_t>& counts, int64_t threshold = kSmallCell);

// For cells of which any may apply, among `total` answers: a cell is hidden when it, or what is left of the
// total without it, is small. Same length as `counts`.
std::vector<bool> HideInMultiple(const std::vector<int64_t>& counts, int64_t total,
                                 int64_t threshold = kSmallCell);

}  // namespace jissho::survey

#endif  // JISSHO_SERVICES_SURVEY_DOMAIN_SUPPRESSION_H_
