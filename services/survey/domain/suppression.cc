#include "services/survey/domain/suppression.h"

#include <cstddef>

namespace jissho::survey {

std::vector<bool> HideInPartition(const std::vector<int64_t>& counts, int64_t threshold) {
  std::vector<bool> hidden(counts.size(), false);
  int64_t cells = 0;
  int64_t sum = 0;
  const auto hide = [&](std::size_t i) {
    hidden[i] = true;
    ++cells;
    sum += counts[i];
  };
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (IsSmall(counts[i], threshold)) hide(i);
  }
  while (cells > 0 && (cells < 2 || sum < threshold)) {
    std::size_t smallest = counts.size();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (hidden[i] || counts[i] == 0) continue;
      if (smallest == counts.size() || counts[i] < counts[smallest]) smallest = i;
    }
    if (smallest == counts.size()) break;
    hide(smallest);
  }
  return hidden;
}

std::vector<bool> HideInMultiple(const std::vector<int64_t>& counts, int64_t total, int64_t threshold) {
  std::vector<bool> hidden;
  for (int64_t count : counts)
    hidden.push_back(IsSmall(count, threshold) || IsSmall(total - count, threshold));
  return hidden;
}

}  // namespace jissho::survey
