// Runs one conformance document under a virtual clock, in memory or from a database alone.
#ifndef JISSHO_TESTS_CONFORMANCE_RUNNER_H_
#define JISSHO_TESTS_CONFORMANCE_RUNNER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace jissho::conformance {

struct Outcome {
  bool passed = false;
  std::string detail;  // where it ended when it did not pass
  int64_t macrosteps = 0;
};

// One thread. A runner may be used for many documents, one after another.
class Runner {
 public:
  virtual ~Runner() = default;
  // `folder` holds the document and what it refers to. Errors are faults of the run, not of the engine.
  virtual absl::StatusOr<Outcome> Run(const std::string& folder, const std::string& file) = 0;
};

// Sessions stay in memory.
std::unique_ptr<Runner> MakeMemoryRunner();

// After every macrostep all that is in memory is thrown away, charts included, and made again from the
// database at `dsn`, which must be empty.
absl::StatusOr<std::unique_ptr<Runner>> MakeAmnesiaRunner(const std::string& dsn);

}  // namespace jissho::conformance

#endif  // JISSHO_TESTS_CONFORMANCE_RUNNER_H_
