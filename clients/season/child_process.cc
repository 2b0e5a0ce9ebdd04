#include "clients/season/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace jissho::season {
namespace {

// Runs in the child: only calls that are safe after fork() in a process with threads.
[[noreturn]] void Exec(const std::vector<char*>& argv, int log_fd, int parent) {
  dup2(log_fd, STDOUT_FILENO);
  dup2(log_fd, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(126);  // the parent died before the line above took hold
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

std::string TailOf(const std::string& file) {
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

absl::Status ChildProcess::Start(const std::vector<std::string>& args, const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0) return absl::UnavailableError(absl::StrCat("cannot write ", log));
  const int parent = getpid();
  const int pid = fork();
  if (pid == 0) Exec(argv, log_fd, parent);
  close(log_fd);
  if (pid < 0) return absl::UnavailableError("cannot start another process");
  pid_ = pid;
  return absl::OkStatus();
}

bool ChildProcess::Running() {
  if (pid_ == 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = 0;
  return false;
}

void ChildProcess::Stop(absl::Duration grace) {
  if (!Running()) return;
  kill(pid_, SIGTERM);
  const absl::Time limit = absl::Now() + grace;
  while (Running() && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(10));
  if (!Running()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

absl::Status RunToEnd(const std::vector<std::string>& args, const std::string& log) {
  ChildProcess child;
  absl::Status started = child.Start(args, log);
  if (!started.ok()) return started;
  int status = 0;
  while (waitpid(child.pid(), &status, 0) < 0 && errno == EINTR) {
  }
  if (status == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(args[0], " failed:\n", TailOf(log)));
}

}  // namespace jissho::season
