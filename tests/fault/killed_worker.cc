#include "tests/fault/killed_worker.h"

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

#include "absl/strings/numbers.h"

namespace jissho::fault {

bool RunAndKill(const std::vector<std::string>& arguments, absl::Duration after, const std::string& death) {
  // Only the child is to have the variable.
  std::vector<std::string> command = {"/usr/bin/env", "JISSHO_FAULT_AT=" + death,
                                      std::filesystem::read_symlink("/proc/self/exe").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : command) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(argv[0], argv.data());
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

uint64_t Seed() {
  uint64_t seed = 20220610;
  if (const char* text = std::getenv("JISSHO_SEED")) {
    if (!absl::SimpleAtoi(text, &seed)) std::cout << "JISSHO_SEED is no number\n";
  }
  return seed;
}

}  // namespace jissho::fault
