// The process is killed with SIGKILL at random points while charts, timers and children are at work, and
// begun again, until the work is done: then every row is what it is after a run that nobody killed.
//
// JISSHO_SEED chooses the points; it is printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/fault/crash_workload.h"
#include "tests/support/private_mariadb.h"
#include "tests/support/status_matchers.h"

namespace jissho::fault {
namespace {

constexpr char kWorker[] = "--crash-worker";
constexpr int kKills = 200;

uint64_t Seed() {
  uint64_t seed = 20220610;
  if (const char* text = std::getenv("JISSHO_SEED")) {
    if (!absl::SimpleAtoi(text, &seed)) std::cout << "JISSHO_SEED is no number\n";
  }
  return seed;
}

// This program again, as the one that works. True: it came to the end of the work before it was killed.
bool RunAndKill(const Workload& workload, absl::Duration after) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  const std::string instances = absl::StrCat(workload.instances), rounds = absl::StrCat(workload.rounds);
  const char* arguments[] = {self.c_str(),
                             kWorker,
                             workload.dsn.c_str(),
                             workload.receiver_dsn.c_str(),
                             workload.place_file.c_str(),
                             instances.c_str(),
                             rounds.c_str(),
                             nullptr};
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(self.c_str(), const_cast<char**>(arguments));
    _exit(127);
  }
  // Ready when the worker has ended: the wait ends with it or with the time, whichever is first.
  const int ended = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd waiting{ended, POLLIN, 0};
  poll(&waiting, 1, static_cast<int>(absl::ToInt64Milliseconds(after)));
  close(ended);
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) == 0) {
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
  }
  if (WIFSIGNALED(status)) return false;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  return true;
}

// Where two lists of facts part; empty when they do not.
std::string FirstDifference(const std::vector<std::string>& is, const std::vector<std::string>& was) {
  for (size_t i = 0; i < std::max(is.size(), was.size()); ++i) {
    const std::string left = i < is.size() ? is[i] : "nothing", right = i < was.size() ? was[i] : "nothing";
    if (left != right) return absl::StrCat("fact ", i, " is\n", left, "\nand not\n", right);
  }
  return "";
}

class CrashTest : public ::testing::TestWithParam<std::string> {
 protected:
  Workload Fresh(const std::string& name) {
    Workload workload;
    const auto dsn = [this] {
      return GetParam() == "sqlite" ? testing::FreshSqliteDsn() : testing::FreshMysqlDsn();
    };
    workload.dsn = dsn();
    workload.receiver_dsn = dsn();
    workload.place_file =
        (std::filesystem::temp_directory_path() / absl::StrCat("jissho-place-", getpid(), "-", name))
            .string();
    std::filesystem::remove(workload.place_file);
    EXPECT_THAT(Prepare(workload), testing::IsOk());
    return workload;
  }
};

INSTANTIATE_TEST_SUITE_P(Databases, CrashTest, ::testing::Values("sqlite", "mariadb"),
                         [](const auto& info) { return info.param; });

TEST_P(CrashTest, NothingIsLostAndNothingIsDoneTwice) {
  const uint64_t seed = Seed();
  std::cout << "JISSHO_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  const Workload calm = Fresh("calm");
  ASSERT_THAT(fault::Play(calm), testing::IsOk());
  const auto expected = Facts(calm);
  ASSERT_THAT(expected.status(), testing::IsOk());
  ASSERT_GT(expected->size(), 500u);

  // How long a worker takes to its first act differs from machine to machine: longer lives when nothing was
  // done, shorter ones when much was.
  absl::Duration life = absl::Milliseconds(60);
  int kills = 0;
  for (int run = 0; kills < kKills; ++run) {
    const Workload shaken = Fresh(absl::StrCat("shaken-", run));
    bool ended = false;
    for (int tries = 0; !ended; ++tries) {
      ASSERT_LT(tries, 3000) << "no progress";
      if (tries > 0) ++kills;
      if (tries % 50 == 49) life = life * 1.5;
      const bool enough = kills >= kKills;
      ended = RunAndKill(
          shaken, enough ? absl::Minutes(5) : life * std::uniform_real_distribution<>(0.2, 1.2)(random));
    }
    const auto facts = Facts(shaken);
    ASSERT_THAT(facts.status(), testing::IsOk());
    ASSERT_EQ(FirstDifference(*facts, *expected), "") << "run " << run << ", seed " << seed;
    std::filesystem::remove(shaken.place_file);
  }
  std::filesystem::remove(calm.place_file);
  std::cout << kills << " kills\n";
}

int Work(char** argv) {
  Workload workload;
  workload.dsn = argv[2];
  workload.receiver_dsn = argv[3];
  workload.place_file = argv[4];
  if (!absl::SimpleAtoi(argv[5], &workload.instances) || !absl::SimpleAtoi(argv[6], &workload.rounds))
    return 2;
  const absl::Status status = Play(workload);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace jissho::fault

int main(int argc, char** argv) {
  if (argc == 7 && std::string(argv[1]) == jissho::fault::kWorker) return jissho::fault::Work(argv);
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
