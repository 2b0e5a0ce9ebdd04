#include "tests/simulation/workers.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/simulation/require.h"

namespace jissho::simulation {
namespace {

struct Child {
  int piece = 0;
  pid_t pid = 0;
  std::array<int, 2> read{};  // answer, errors
  std::array<bool, 2> open{true, true};
  std::array<std::string, 2> text;
};

Child Begin(int piece, const std::function<std::string(int)>& work) {
  int answer[2], errors[2];
  Require(pipe(answer) == 0 && pipe(errors) == 0, "no pipe to a child");
  std::fflush(nullptr);
  const pid_t pid = fork();
  Require(pid >= 0, "no child");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(errors[1], STDERR_FILENO);
    const std::string text = work(piece);
    for (size_t at = 0; at < text.size();) {
      const ssize_t written = write(answer[1], text.data() + at, text.size() - at);
      if (written <= 0) break;
      at += static_cast<size_t>(written);
    }
    // What the parent has opened is the parent's to close.
    _exit(0);
  }
  close(answer[1]);
  close(errors[1]);
  Child child;
  child.piece = piece;
  child.pid = pid;
  child.read = {answer[0], errors[0]};
  return child;
}

// Takes what is there; true when both ends are closed.
bool Listen(Child& child) {
  for (size_t i = 0; i < 2; ++i) {
    if (!child.open[i]) continue;
    pollfd ready{child.read[i], POLLIN, 0};
    if (poll(&ready, 1, 0) <= 0) continue;
    char buffer[4096];
    const ssize_t got = read(child.read[i], buffer, sizeof buffer);
    if (got > 0) {
      child.text[i].append(buffer, static_cast<size_t>(got));
      continue;
    }
    close(child.read[i]);
    child.open[i] = false;
  }
  return !child.open[0] && !child.open[1];
}

void Wait(const std::vector<Child>& children) {
  std::vector<pollfd> ready;
  for (const Child& child : children) {
    for (size_t i = 0; i < 2; ++i) {
      if (child.open[i]) ready.push_back({child.read[i], POLLIN, 0});
    }
  }
  poll(ready.data(), ready.size(), -1);
}

}  // namespace

void ShareOut(int pieces, int at_once, const std::function<std::string(int)>& work,
              const std::function<void(int, const Outcome&)>& take) {
  std::vector<Child> children;
  int next = 0;
  while (next < pieces || !children.empty()) {
    while (next < pieces && static_cast<int>(children.size()) < std::max(1, at_once))
      children.push_back(Begin(next++, work));
    Wait(children);
    for (auto child = children.begin(); child != children.end();) {
      if (!Listen(*child)) {
        ++child;
        continue;
      }
      int status = 0;
      waitpid(child->pid, &status, 0);
      take(child->piece, {child->text[0], WIFSIGNALED(status) ? WTERMSIG(status) : 0, child->text[1]});
      child = children.erase(child);
    }
  }
}

}  // namespace jissho::simulation
