#include "tests/integration/programs.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace jissho::testing {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Die(const std::string& what) {
  std::cerr << "tests/integration: " << what << std::endl;
  std::abort();
}

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string Program(const std::string& name) {
  for (const std::string& base : {Variable("JISSHO_RELEASE_DIR"), Variable("JISSHO_BINARY_DIR")}) {
    const std::string file = base + "/bin/" + name;
    if (!base.empty() && fs::exists(file)) return file;
  }
  Die(name + " was not built");
}

std::string SourceFile(const std::string& path) { return Variable("JISSHO_SOURCE_DIR") + "/" + path; }

std::string ReadText(const std::string& file) {
  std::ifstream in(file);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "jissho-season-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Die("no temporary directory");
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Running::Running(const std::vector<std::string>& args, const std::string& out_file,
                 const std::string& err_file)
    : out_file_(out_file), err_file_(err_file) {
  std::vector<char*> argv;
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const int out = open(out_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int err = open(err_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(out);
  close(err);
  if (pid_ < 0) Die("fork failed");
}

Running::~Running() {
  if (!Ended()) Kill9();
}

bool Running::Ended() {
  if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return ended_;
}

void Running::Kill9() {
  if (ended_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, &status_, 0);
  ended_ = true;
}

RunResult Running::Wait() {
  if (!ended_) waitpid(pid_, &status_, 0);
  ended_ = true;
  return {WIFEXITED(status_) ? WEXITSTATUS(status_) : -1, WIFSIGNALED(status_) ? WTERMSIG(status_) : 0,
          ReadText(out_file_), ReadText(err_file_)};
}

std::string Running::Story() const { return ReadText(err_file_); }

DemoRun RunDemo(const std::vector<std::string>& args) {
  TempDir dir;
  std::vector<std::string> command = {Program("jissho-season"), "demo", "--json"};
  command.insert(command.end(), args.begin(), args.end());
  Running running(command, dir.File("out"), dir.File("err"));
  const RunResult ended = running.Wait();
  DemoRun run;
  run.code = ended.code;
  run.story = ended.story;
  run.facts = nlohmann::json::parse(ended.out, nullptr, false);
  if (run.facts.is_discarded()) run.facts = nullptr;
  return run;
}

nlohmann::json LastingFacts(const nlohmann::json& facts) {
  nlohmann::json out;
  for (const char* name :
       {"proposals", "adopted", "trials", "settled_yen", "granted_yen", "direct_yen",
        "state_share_thousand_yen", "general_funds_thousand_yen", "personnel_thousand_yen", "surveys_sent",
        "survey_responses", "survey_late", "survey_reminders", "cells_compared", "cells_differing",
        "ledger_entries", "ledger_violations", "cases_broken", "cells"}) {
    out[name] = facts.at(name);
  }
  return out;
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    Die("no free port");
  }
  close(fd);
  return ntohs(address.sin_port);
}

}  // namespace jissho::testing
