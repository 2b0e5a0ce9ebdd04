#include "tests/fault/faulty_server.h"

#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "workflow/base/clock.h"

namespace jissho::fault {

namespace fs = std::filesystem;

std::string BuildDir() {
  const char* release = std::getenv("JISSHO_RELEASE_DIR");
  if (release != nullptr && *release != '\0') return release;
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path().string();
}

FaultyServer::FaultyServer(FaultyServerOptions options)
    : options_(std::move(options)),
      program_(BuildDir() + (options_.name == "jisshod" ? "/bin/" : "/tests/") + options_.name),
      data_dir_(File("data")),
      address_(absl::StrCat("127.0.0.1:", testing::FreePort())) {
  // It would look like a server that dies at once, again and again.
  if (!fs::exists(program_)) {
    std::cerr << program_ << " is not built\n";
    std::exit(2);
  }
  fs::create_directories(data_dir_);
}

void FaultyServer::Start(const std::string& death) {
  fs::remove(File("port"));
  fs::remove(File("points"));
  // Only this child is to have the variables.
  std::vector<std::string> args = {"/usr/bin/env", "JISSHO_FAULT_POINTS=" + File("points")};
  if (!death.empty()) args.push_back("JISSHO_FAULT_AT=" + death);
  for (const std::string& arg :
       {program_, std::string("--mode"), std::string("development"), std::string("--target"),
        std::string("all"), std::string("--listen"), address_, std::string("--port-file"), File("port"),
        std::string("--data-dir"), data_dir_, std::string("--database"), options_.database,
        std::string("--log-level"), std::string("warning"), std::string("--start-time"),
        absl::FormatTime(absl::RFC3339_sec, options_.starts, Tokyo()), std::string("--migrate")}) {
    args.push_back(arg);
  }
  ++lives_;
  process_ =
      std::make_unique<testing::Running>(args, File("out"), File(absl::StrCat("life-", lives_, ".log")));
}

bool FaultyServer::IsUp() const { return fs::exists(File("port")); }

std::map<std::string, int64_t> FaultyServer::Stop() {
  if (!process_->Ended()) kill(process_->pid(), SIGTERM);
  process_->Wait();
  std::map<std::string, int64_t> passed;
  std::ifstream in(File("points"));
  std::string name;
  int64_t times = 0;
  while (in >> name >> times) passed[name] = times;
  return passed;
}

}  // namespace jissho::fault
