// jissho-conformance: the engine against a folder of SCXML conformance tests.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tests/conformance/report.h"
#include "tests/support/private_mariadb.h"
#include "workflow/base/error.h"

namespace jissho::conformance {
namespace {

constexpr int kUsage = 2;
constexpr int kNotFound = 3;

absl::StatusOr<std::unique_ptr<Runner>> MakeRunner(const std::string& mode) {
  if (mode == "amnesia-sqlite") return MakeAmnesiaRunner(testing::FreshSqliteDsn());
  if (mode == "amnesia-mariadb") return MakeAmnesiaRunner(testing::FreshMysqlDsn());
  return MakeMemoryRunner();
}

struct Options {
  std::string folder, only, report;
  std::vector<std::string> modes{"memory", "amnesia-sqlite", "amnesia-mariadb"};
  bool json = false;
};

absl::StatusOr<std::vector<ModeReport>> RunModes(const Options& options, const std::vector<Test>& tests) {
  const bool terminal = isatty(STDERR_FILENO);
  std::vector<ModeReport> reports;
  for (const std::string& mode : options.modes) {
    JISSHO_ASSIGN_OR_RETURN(const auto runner, MakeRunner(mode));
    reports.push_back(RunAll(mode, *runner, options.folder, tests, [&](int done, int all) {
      if (terminal) std::cerr << "\r" << mode << " " << done << "/" << all << std::flush;
    }));
    if (terminal) std::cerr << "\r";
    std::cerr << mode << ": " << reports.back().passed << "/" << reports.back().tests.size() << "\n";
  }
  return reports;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "SCXML の適合性試験を三つの方式で実行します / runs a folder of SCXML conformance tests in three modes\n"
      "終了コード / exit codes: 0 all passed, 1 some failed, 2 usage, 3 no such folder");
  app.add_option("--dir", options.folder, "manifest.json のあるフォルダー / folder with a manifest.json")
      ->required();
  app.add_option("--mode", options.modes, "memory | amnesia-sqlite | amnesia-mariadb")
      ->check(CLI::IsMember({"memory", "amnesia-sqlite", "amnesia-mariadb"}));
  app.add_option("--only", options.only, "この番号の試験だけ / only the test with this id");
  app.add_option("--report", options.report, "JSON の報告を書くファイル / file for the JSON report");
  app.add_flag("--json", options.json, "表の代わりにJSON / JSON instead of the table");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  absl::StatusOr<std::vector<Test>> tests = ReadManifest(options.folder);
  if (!tests.ok()) {
    std::cerr << tests.status().message() << "\n";
    return absl::IsNotFound(tests.status()) ? kNotFound : 1;
  }
  if (!options.only.empty()) std::erase_if(*tests, [&](const Test& test) { return test.id != options.only; });
  const auto reports = RunModes(options, *tests);
  if (!reports.ok()) {
    std::cerr << reports.status() << "\n";
    return 1;
  }
  const nlohmann::json json = ToJson(*reports, *tests);
  if (!options.report.empty()) std::ofstream(options.report) << json.dump(2) << "\n";
  std::cout << (options.json ? json.dump(2) + "\n" : ToTable(*reports, *tests));
  return AllPassed(*reports) ? 0 : 1;
}

}  // namespace
}  // namespace jissho::conformance

int main(int argc, char** argv) { return jissho::conformance::Main(argc, argv); }
