// Runs all tests of a folder in the modes asked for, and says what came of it.
#ifndef JISSHO_TESTS_CONFORMANCE_REPORT_H_
#define JISSHO_TESTS_CONFORMANCE_REPORT_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/conformance/manifest.h"
#include "tests/conformance/runner.h"

namespace jissho::conformance {

struct Failure {
  std::string test, file, detail;
};

struct ModeReport {
  std::string mode;
  std::vector<Test> tests;                                // those that were run
  std::map<std::string, std::pair<int, int>> by_feature;  // passed, of how many
  std::vector<Failure> failures;
  int passed = 0;
  int64_t macrosteps = 0;
};

// `progress` is called after each test with how many are done.
ModeReport RunAll(const std::string& mode, Runner& runner, const std::string& folder,
                  const std::vector<Test>& tests, const std::function<void(int done, int all)>& progress);

// {"modes": [{"mode", "passed", "run", "mandatory", "optional", "macrosteps", "features": {…}, "failures":
// […]}], "left_out": [{"id", "why"}]}
nlohmann::json ToJson(const std::vector<ModeReport>& reports, const std::vector<Test>& tests);

// A table by feature with a column for each mode, the failures, and what was left out.
std::string ToTable(const std::vector<ModeReport>& reports, const std::vector<Test>& tests);

bool AllPassed(const std::vector<ModeReport>& reports);

}  // namespace jissho::conformance

#endif  // JISSHO_TESTS_CONFORMANCE_REPORT_H_
