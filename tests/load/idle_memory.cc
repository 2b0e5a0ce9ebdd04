#include "tests/load/idle_memory.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"

namespace jissho::bench {

namespace {

constexpr auto kPoll = std::chrono::milliseconds(50);
constexpr int kPolls = 600;

absl::StatusOr<int64_t> ResidentKibOf(const std::string& process) {
  std::ifstream status(absl::StrCat("/proc/", process, "/status"));
  std::string word;
  while (status >> word) {
    if (word == "VmRSS:") {
      int64_t kib = 0;
      status >> kib;
      return kib;
    }
  }
  return absl::NotFoundError("no VmRSS");
}

}  // namespace

absl::StatusOr<int64_t> ResidentKib() { return ResidentKibOf("self"); }

absl::StatusOr<int64_t> IdleServerMemoryKib() {
  namespace fs = std::filesystem;
  const fs::path server = fs::read_symlink("/proc/self/exe").parent_path() / "jisshod";
  if (!fs::exists(server)) return absl::NotFoundError(absl::StrCat("no ", server.string()));
  std::string pattern = (fs::temp_directory_path() / "jissho-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return absl::InternalError("mkdtemp");
  const fs::path directory = pattern;
  const std::string port_file = (directory / "port").string();
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, 1);
    ::dup2(null, 2);
    ::execl(server.c_str(), "jisshod", "serve", "--mode", "development", "--listen", "127.0.0.1:0",
            "--port-file", port_file.c_str(), "--data-dir", directory.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  absl::StatusOr<int64_t> result = absl::DeadlineExceededError("the server did not start");
  for (int i = 0; i < kPolls && ::waitpid(pid, nullptr, WNOHANG) == 0; ++i) {
    if (fs::exists(port_file)) {
      std::this_thread::sleep_for(std::chrono::seconds(2));
      result = ResidentKibOf(absl::StrCat(pid));
      break;
    }
    std::this_thread::sleep_for(kPoll);
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  fs::remove_all(directory);
  return result;
}

}  // namespace jissho::bench
