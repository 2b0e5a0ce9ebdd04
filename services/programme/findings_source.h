// Where the counts and sums of a sheet come from: the other services, or a test.
#ifndef JISSHO_SERVICES_PROGRAMME_FINDINGS_SOURCE_H_
#define JISSHO_SERVICES_PROGRAMME_FINDINGS_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/programme/domain/compute.h"

namespace jissho::programme {

struct FindingsQuery {
  std::string programme_id;
  std::string budget_line;
  int fiscal_year = 0;
};

class FindingsSource {
 public:
  virtual ~FindingsSource() = default;
  // What is known of the year and, for the counts, of the three years before it. Blocks; thread-safe. A
  // service that is no part of this deployment is left out; any other failure is the caller's error
  // (UNAVAILABLE: try again).
  virtual absl::StatusOr<Findings> Gather(const FindingsQuery& query) = 0;
};

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_FINDINGS_SOURCE_H_
