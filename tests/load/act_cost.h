// What an act costs the database: statements and time, by how many acts share a transaction.
#ifndef JISSHO_TESTS_LOAD_ACT_COST_H_
#define JISSHO_TESTS_LOAD_ACT_COST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace jissho::bench {

struct ActCost {
  int batch = 1;                  // acts in one transaction
  double statements_per_act = 0;  // with BEGIN and COMMIT
  double microseconds_per_act = 0;
};

// The act of bench_case (a chart step, a row of 1 KB, journal, outgoing event, command), on different cases,
// from one thread and one session, without gRPC. In a database that PrepareDatabase has made with `cases`
// cases; 1, 8 and 64 acts a transaction in turn, `rounds` times; the medians.
absl::StatusOr<std::vector<ActCost>> MeasureActCost(const std::string& dsn, int cases,
                                                    absl::Duration duration, int rounds);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_ACT_COST_H_
