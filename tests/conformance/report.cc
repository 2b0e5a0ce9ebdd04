#include "tests/conformance/report.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace jissho::conformance {
namespace {

using Json = nlohmann::json;

int Count(const std::vector<Test>& tests, bool mandatory) {
  return static_cast<int>(std::count_if(
      tests.begin(), tests.end(), [mandatory](const Test& test) { return test.mandatory == mandatory; }));
}

// Why -> ids of the tests left out for it.
std::map<std::string, std::vector<std::string>> LeftOut(const std::vector<Test>& tests) {
  std::map<std::string, std::vector<std::string>> left_out;
  for (const Test& test : tests) {
    if (!test.left_out.empty()) left_out[test.left_out].push_back(test.id);
  }
  return left_out;
}

}  // namespace

ModeReport RunAll(const std::string& mode, Runner& runner, const std::string& folder,
                  const std::vector<Test>& tests, const std::function<void(int, int)>& progress) {
  ModeReport report;
  report.mode = mode;
  std::copy_if(tests.begin(), tests.end(), std::back_inserter(report.tests),
               [](const Test& test) { return test.left_out.empty(); });
  for (const Test& test : report.tests) {
    bool passed = true;
    for (const std::string& file : test.files) {
      const absl::StatusOr<Outcome> outcome = runner.Run(folder, file);
      if (outcome.ok()) report.macrosteps += outcome->macrosteps;
      if (outcome.ok() && outcome->passed) continue;
      passed = false;
      report.failures.push_back(
          {test.id, file, outcome.ok() ? outcome->detail : outcome.status().ToString()});
    }
    auto& [good, all] = report.by_feature[test.feature];
    good += passed ? 1 : 0;
    ++all;
    report.passed += passed ? 1 : 0;
    progress(static_cast<int>(&test - report.tests.data()) + 1, static_cast<int>(report.tests.size()));
  }
  return report;
}

Json ToJson(const std::vector<ModeReport>& reports, const std::vector<Test>& tests) {
  Json modes = Json::array();
  for (const ModeReport& report : reports) {
    Json features = Json::object();
    for (const auto& [feature, counts] : report.by_feature) {
      features[feature] = {{"passed", counts.first}, {"run", counts.second}};
    }
    Json failures = Json::array();
    for (const Failure& failure : report.failures) {
      failures.push_back({{"id", failure.test}, {"file", failure.file}, {"detail", failure.detail}});
    }
    modes.push_back({{"mode", report.mode},
                     {"passed", report.passed},
                     {"run", report.tests.size()},
                     {"mandatory", Count(report.tests, true)},
                     {"optional", Count(report.tests, false)},
                     {"macrosteps", report.macrosteps},
                     {"features", features},
                     {"failures", failures}});
  }
  Json left_out = Json::array();
  for (const Test& test : tests) {
    if (!test.left_out.empty()) left_out.push_back({{"id", test.id}, {"why", test.left_out}});
  }
  return {{"modes", modes}, {"left_out", left_out}};
}

std::string ToTable(const std::vector<ModeReport>& reports, const std::vector<Test>& tests) {
  std::set<std::string> features;
  for (const ModeReport& report : reports) {
    for (const auto& [feature, counts] : report.by_feature) features.insert(feature);
  }
  std::string out = absl::StrFormat("%-34s", "feature");
  for (const ModeReport& report : reports) absl::StrAppendFormat(&out, "%18s", report.mode);
  out += "\n";
  for (const std::string& feature : features) {
    absl::StrAppendFormat(&out, "%-34s", feature);
    for (const ModeReport& report : reports) {
      const auto counts = report.by_feature.find(feature);
      const auto [good, all] = counts == report.by_feature.end() ? std::pair(0, 0) : counts->second;
      absl::StrAppendFormat(&out, "%18s", absl::StrCat(good, "/", all));
    }
    out += "\n";
  }
  absl::StrAppendFormat(&out, "%-34s", "合計 / total");
  for (const ModeReport& report : reports) {
    absl::StrAppendFormat(&out, "%18s", absl::StrCat(report.passed, "/", report.tests.size()));
  }
  out += "\n";
  for (const ModeReport& report : reports) {
    for (const Failure& failure : report.failures) {
      absl::StrAppend(&out, "✗ ", report.mode, " ", failure.test, " (", failure.file, "): ", failure.detail,
                      "\n");
    }
  }
  for (const auto& [why, ids] : LeftOut(tests)) {
    absl::StrAppend(&out, "実行しない / left out (", ids.size(), ") ", why, ": ", absl::StrJoin(ids, " "),
                    "\n");
  }
  return out;
}

bool AllPassed(const std::vector<ModeReport>& reports) {
  return std::all_of(reports.begin(), reports.end(), [](const ModeReport& report) {
    return !report.tests.empty() && report.failures.empty();
  });
}

}  // namespace jissho::conformance
