// The days on which the city works, as whoever runs a chart knows them. Thread-safe. Errors: those of the
// calendar behind it, e.g. that a year's holidays are not known yet.
#ifndef JISSHO_WORKFLOW_BASE_WORKING_DAYS_H_
#define JISSHO_WORKFLOW_BASE_WORKING_DAYS_H_

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace jissho {

class WorkingDays {
 public:
  virtual ~WorkingDays() = default;
  // The n-th working day after `day`, which is not counted and may be a day off; n from 1 to 2500.
  virtual absl::StatusOr<absl::CivilDay> NthAfter(absl::CivilDay day, int n) const = 0;
  // `day` when the city works on it, else the nearest working day in that direction.
  virtual absl::StatusOr<absl::CivilDay> OnOrAfter(absl::CivilDay day) const = 0;
  virtual absl::StatusOr<absl::CivilDay> OnOrBefore(absl::CivilDay day) const = 0;
};

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_WORKING_DAYS_H_
