// The raw limit: the same rows in the same tables by the database's own C interface, prepared statements,
// nothing else. What the product reaches is judged as a ratio against this, measured in the same run.
#ifndef JISSHO_TESTS_LOAD_RAW_LIMIT_H_
#define JISSHO_TESTS_LOAD_RAW_LIMIT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/load/measure.h"

namespace jissho::bench {

struct RawOptions {
  std::string dsn;
  int connections = 1;
  int batch = 1;  // units of work in one transaction
  int cases = 1000;
  absl::Duration duration;
};

// One unit of work: look the command up; read the instance, its case and its stream (locked); insert the
// command, the journal entry and the outgoing event; update the instance, the case and the stream.
absl::StatusOr<Sample> RunRawSqlite(const RawOptions& options);
absl::StatusOr<Sample> RunRawMysql(const RawOptions& options);

}  // namespace jissho::bench

#endif  // JISSHO_TESTS_LOAD_RAW_LIMIT_H_
