#include "tests/architecture/planted_tree.h"

namespace jissho::architecture {
namespace {

using SourceRulesTest = PlantedTree;

TEST_F(SourceRulesTest, FindsSqlOutsideTheStore) {
  Plant("services/cases/cases_service.cc",
        "\nauto a = \"SELECT id FROM cases_case\";\nauto b = R\"(\n UPDATE x SET y=1)\";\n");
  EXPECT_EQ(Findings(CheckSqlPlaces),
            (Places{{"services/cases/cases_service.cc", 2}, {"services/cases/cases_service.cc", 3}}));
}

TEST_F(SourceRulesTest, LetsTheStoresTheExecutorAndTheTestsHoldSql) {
  for (const char* path : {"services/cases/store/case_store.cc", "services/cases/schema/schema.cc",
                           "workflow/storage/session.cc", "workflow/act/journal.cc",
                           "tests/integration/a_test.cc", "services/cases/cases_test.cc"}) {
    Plant(path, "auto a = \"DELETE FROM x\";\n");
  }
  EXPECT_EQ(Findings(CheckSqlPlaces), Places{});
}

TEST_F(SourceRulesTest, TakesNoEnglishWordAndNoReasonForSql) {
  Plant("services/cases/a.cc", "// SELECT x\nauto a = \"select the DELETE\"; auto b = \"UPDATE_FAILED\";\n");
  EXPECT_EQ(Findings(CheckSqlPlaces), Places{});
}

TEST_F(SourceRulesTest, FindsEveryWayToDeleteMoney) {
  Plant("services/subsidy/store/a.cc", "auto a = \"DELETE FROM subsidy_payment\";\n");
  Plant("services/subsidy/b.cc", "// never Delete<X>\nwrites.Delete<PaymentRow>(key);\n");
  Plant("services/subsidy/schema/002.sql", "-- new\nDROP TABLE subsidy_entry;\n");
  Plant("services/subsidy/c_test.cc", "auto a = \"DELETE FROM subsidy_payment\";\n");
  Plant("services/cases/d.cc", "writes.Delete<CaseRow>(key);\n");
  EXPECT_EQ(Findings(CheckMoneyIsKept), (Places{{"services/subsidy/b.cc", 2},
                                                {"services/subsidy/schema/002.sql", 2},
                                                {"services/subsidy/store/a.cc", 1}}));
}

TEST_F(SourceRulesTest, FindsEveryWayToReadAClockToDrawOrToSleep) {
  const char* calls[] = {"absl::Now();",
                         "std::chrono::system_clock::now();",
                         "std::chrono::steady_clock::now();",
                         "absl::SleepFor(d);",
                         "std::this_thread::sleep_for(d);",
                         "std::random_device seed;",
                         "rand();",
                         "time(nullptr);",
                         "usleep(10);",
                         "RAND_bytes(bytes, 16);",
                         "getrandom(bytes, 16, 0);",
                         "nanosleep(&a, &b);",
                         "absl::BitGen gen;",
                         "clock_gettime(0, &t);"};
  std::string text;
  for (const char* call : calls) text += std::string(call) + "\n";
  Plant("services/trial/trial_service.cc", text);
  EXPECT_EQ(Findings(CheckClocksAndRandomness).size(), std::size(calls));
}

TEST_F(SourceRulesTest, FindsASleepInATest) {
  Plant("services/trial/trial_test.cc", "\n\nstd::this_thread::sleep_for(d);\n");
  EXPECT_EQ(Findings(CheckClocksAndRandomness), (Places{{"services/trial/trial_test.cc", 3}}));
}

TEST_F(SourceRulesTest, LetsTheAdaptersReadTheSystem) {
  Plant("workflow/base/clock.cc", "absl::Now();\n");
  Plant("workflow/base/id.cc", "std::random_device seed;\n");
  EXPECT_EQ(Findings(CheckClocksAndRandomness), Places{});
}

TEST_F(SourceRulesTest, IgnoresClocksInCommentsTextsAndLongerNames) {
  Plant("services/trial/a.cc",
        "// absl::Now()\nauto t = \"absl::Now()\"; /* rand() */ operand(1); due_time(0);\n"
        "int64_t n = 1'000; calendar.Now();\n");
  EXPECT_EQ(Findings(CheckClocksAndRandomness), Places{});
}

TEST_F(SourceRulesTest, FindsWhatStartsAThreadOrWaitsForOne) {
  Plant("services/trial/a.cc",
        "std::thread t;\nstd::condition_variable c;\nabsl::Mutex m;\nstd::promise<int> p;\n");
  EXPECT_EQ(Findings(CheckThreads).size(), 4u);
}

TEST_F(SourceRulesTest, LetsMutexesAndTheAdapterOfThreadsBe) {
  Plant("services/trial/a.cc", "std::mutex m; std::this_thread::get_id(); std::lock_guard lock(m);\n");
  Plant("workflow/base/threads.cc", "std::thread t;\n");
  Plant("services/trial/trial_test.cc", "std::thread t;\n");
  EXPECT_EQ(Findings(CheckThreads), Places{});
}

TEST_F(SourceRulesTest, FindsUnfinishedWorkInEveryKindOfFile) {
  const std::string todo = std::string("TO") + "DO";
  Plant("services/trial/a.cc", "int a;\n// " + todo + ": later\n");
  Plant("protos/jissho/trial/v1/trial.proto", "// " + todo + "\n");
  Plant("docs/plan.md", "FIX" + std::string("ME\n"));
  EXPECT_EQ(
      Findings(CheckMarkers),
      (Places{{"docs/plan.md", 1}, {"protos/jissho/trial/v1/trial.proto", 1}, {"services/trial/a.cc", 2}}));
}

TEST_F(SourceRulesTest, ReadsNeitherBuildOutputNorOthersWork) {
  const std::string todo = std::string("TO") + "DO\n";
  Plant("build/release/a.cc", todo);
  Plant("protos/third_party/a.proto", todo);
  Plant("clients/web/node_modules/a.js", todo);
  EXPECT_TRUE(Read().empty());
}

}  // namespace
}  // namespace jissho::architecture
