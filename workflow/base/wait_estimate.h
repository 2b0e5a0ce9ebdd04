// How long whoever joins a queue now will wait, by Little's law: those ahead of him, times what one of them
// has lately taken.
#ifndef JISSHO_WORKFLOW_BASE_WAIT_ESTIMATE_H_
#define JISSHO_WORKFLOW_BASE_WAIT_ESTIMATE_H_

#include "absl/time/time.h"

namespace jissho {

// Not thread-safe.
class WaitEstimate {
 public:
  // `items` (at least 1) were served together in `took`. The last 32 or so items count.
  void Served(int items, absl::Duration took);
  // Zero until something was served.
  absl::Duration Behind(int ahead) const;

 private:
  double seconds_ = 0;  // of one item
  bool known_ = false;
};

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_WAIT_ESTIMATE_H_
