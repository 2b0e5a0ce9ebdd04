// One child process that dies with its parent, so that a killed player leaves nothing behind that holds its
// files.
#ifndef JISSHO_CLIENTS_SEASON_CHILD_PROCESS_H_
#define JISSHO_CLIENTS_SEASON_CHILD_PROCESS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace jissho::season {

// Not thread-safe. All calls come from the thread that made it: the kernel ties the child's life to that
// thread.
class ChildProcess {
 public:
  ChildProcess() = default;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { Stop(absl::Seconds(30)); }

  // args[0] is the program's path. Output is appended to `log`.
  absl::Status Start(const std::vector<std::string>& args, const std::string& log);
  // Reaps the child when it has ended.
  bool Running();
  // SIGTERM, and SIGKILL after `grace`.
  void Stop(absl::Duration grace);
  int pid() const { return pid_; }

 private:
  int pid_ = 0;
};

// Runs a program to its end; an error when it fails, with the end of `log`.
absl::Status RunToEnd(const std::vector<std::string>& args, const std::string& log);

std::string TailOf(const std::string& file);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_CHILD_PROCESS_H_
