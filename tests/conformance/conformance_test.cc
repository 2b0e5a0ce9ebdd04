// The whole suite where its folder is there: JISSHO_SCXML_TESTS names it, or it lies in shared/scxml-irp
// beside the sources.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/conformance/report.h"
#include "tests/support/private_mariadb.h"

namespace jissho::conformance {
namespace {

std::string Folder() {
  if (const char* named = std::getenv("JISSHO_SCXML_TESTS")) return named;
  const char* source = std::getenv("JISSHO_SOURCE_DIR");
  return source == nullptr ? "" : std::string(source) + "/../shared/scxml-irp";
}

class ConformanceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Folder() + "/manifest.json")) {
      GTEST_SKIP() << "SKIPPED: the W3C's tests are not here (set JISSHO_SCXML_TESTS to their folder)";
    }
    auto tests = ReadManifest(Folder());
    ASSERT_TRUE(tests.ok()) << tests.status();
    tests_ = *std::move(tests);
  }

  void ExpectAll(const std::string& mode, Runner& runner) {
    const ModeReport report = RunAll(mode, runner, Folder(), tests_, [](int, int) {});
    EXPECT_TRUE(AllPassed({report})) << ToTable({report}, tests_);
    EXPECT_EQ(report.passed, 180);
  }

  std::vector<conformance::Test> tests_;
};

TEST_F(ConformanceTest, PassesInMemory) { ExpectAll("memory", *MakeMemoryRunner()); }

TEST_F(ConformanceTest, PassesFromSqliteAlone) {
  auto runner = MakeAmnesiaRunner(testing::FreshSqliteDsn());
  ASSERT_TRUE(runner.ok()) << runner.status();
  ExpectAll("amnesia-sqlite", **runner);
}

TEST_F(ConformanceTest, PassesFromMariadbAlone) {
  auto runner = MakeAmnesiaRunner(testing::FreshMysqlDsn());
  ASSERT_TRUE(runner.ok()) << runner.status();
  ExpectAll("amnesia-mariadb", **runner);
}

}  // namespace
}  // namespace jissho::conformance
