// The built programs as child processes of a test.
#ifndef JISSHO_TESTS_INTEGRATION_PROGRAMS_H_
#define JISSHO_TESTS_INTEGRATION_PROGRAMS_H_

#include <memory>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace jissho::testing {

// The release build's programs when JISSHO_RELEASE_DIR names one, else those of this build.
std::string Program(const std::string& name);
std::string SourceFile(const std::string& path);
std::string ReadText(const std::string& file);

// Removed at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct RunResult {
  int code = -1;      // exit code; -1 when it was killed
  int signal = 0;     // what killed it
  std::string out;    // standard output
  std::string story;  // standard error
};

// A program under way, output in files.
class Running {
 public:
  Running(const std::vector<std::string>& args, const std::string& out_file, const std::string& err_file);
  ~Running();
  // Nothing yet while it runs.
  bool Ended();
  RunResult Wait();
  void Kill9();
  std::string Story() const;
  int pid() const { return pid_; }

 private:
  const std::string out_file_;
  const std::string err_file_;
  int pid_ = 0;
  int status_ = 0;
  bool ended_ = false;
};

// Runs jissho-season with --json and waits for it.
struct DemoRun {
  int code = -1;
  nlohmann::json facts;  // null when there were none
  std::string story;
};
DemoRun RunDemo(const std::vector<std::string>& args);

// Figures that must be the same whatever happens on the way.
nlohmann::json LastingFacts(const nlohmann::json& facts);

// A port of the loopback that was free a moment ago.
int FreePort();

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_INTEGRATION_PROGRAMS_H_
