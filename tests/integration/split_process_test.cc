// Each service in a process of its own, knowing the others by configuration: the same figures.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "tests/integration/programs.h"

namespace jissho::testing {
namespace {

constexpr const char* kServices[] = {"programme", "intake", "review", "subsidy", "trial", "survey", "cases"};

class SplitDeployment {
 public:
  SplitDeployment() {
    std::vector<std::string> addresses;
    for (const char* service : kServices)
      addresses.push_back(absl::StrCat(service, "=127.0.0.1:", FreePort()));
    for (size_t i = 0; i < addresses.size(); ++i) Start(addresses, i);
    server_ = absl::StrJoin(addresses, ",");
  }
  const std::string& server() const { return server_; }
  std::string Log(size_t i) const { return ReadText(dir_.File(absl::StrCat(kServices[i], ".log"))); }

 private:
  void Start(const std::vector<std::string>& addresses, size_t own) {
    const std::string service = kServices[own];
    std::vector<std::string> peers;
    for (size_t i = 0; i < addresses.size(); ++i) {
      if (i != own) peers.push_back(addresses[i]);
    }
    const std::string port_file = dir_.File(service + ".port");
    processes_.push_back(std::make_unique<Running>(
        std::vector<std::string>{Program("jisshod"),
                                 "--mode",
                                 "development",
                                 "--target",
                                 service,
                                 "--listen",
                                 addresses[own].substr(addresses[own].find('=') + 1),
                                 "--port-file",
                                 port_file,
                                 "--data-dir",
                                 dir_.File(service),
                                 "--service-key-file",
                                 dir_.File("service_key.pem"),
                                 "--peers",
                                 absl::StrJoin(peers, ","),
                                 "--log-level",
                                 "warning",
                                 "--start-time",
                                 "2022-04-01T09:00:00+09:00",
                                 "--migrate"},
        dir_.File(service + ".out"), dir_.File(service + ".log")));
    // One after the other: the first makes the keys that all share.
    while (ReadText(port_file).empty() && !processes_.back()->Ended()) absl::SleepFor(absl::Milliseconds(10));
  }

  TempDir dir_;
  std::vector<std::unique_ptr<Running>> processes_;
  std::string server_;
};

TEST(SplitProcessTest, SevenProcessesGiveTheSameFiguresAsOne) {
  const std::string season = SourceFile("seasons/tsukuba-093-fy2022.yaml");
  const DemoRun one = RunDemo({"--season", season});
  ASSERT_EQ(one.code, 0) << one.story;
  SplitDeployment deployment;
  const DemoRun split = RunDemo({"--season", season, "--server", deployment.server()});
  ASSERT_EQ(split.code, 0) << split.story << deployment.Log(0);
  EXPECT_EQ(LastingFacts(split.facts), LastingFacts(one.facts));
}

}  // namespace
}  // namespace jissho::testing
