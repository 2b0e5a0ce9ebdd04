#include "tests/load/qt_steps.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tests/load/bench_case.h"

namespace jissho::bench {

absl::StatusOr<double> QtStepsPerSecond(absl::Duration duration) {
  namespace fs = std::filesystem;
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path() / "jissho-bench-qt";
  if (!fs::exists(program)) return absl::NotFoundError(absl::StrCat("no ", program.string()));
  const fs::path chart = fs::temp_directory_path() / absl::StrCat("jissho-bench-", ::getpid(), ".scxml");
  std::ofstream(chart) << RingChart();
  const std::string command = absl::StrCat("'", program.string(), "' ", absl::ToInt64Milliseconds(duration),
                                           " < '", chart.string(), "'");
  std::string said;
  {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    char buffer[256];
    while (pipe && std::fgets(buffer, sizeof(buffer), pipe.get()) != nullptr) said += buffer;
  }
  fs::remove(chart);
  const auto json = nlohmann::json::parse(said, nullptr, false);
  if (!json.is_object()) return absl::InternalError(absl::StrCat(program.string(), " says nothing"));
  // Every event is a step, or what is measured is something else.
  if (json.value("moves", 0.0) != json.value("events", 1.0)) {
    return absl::InternalError(absl::StrCat(program.string(), " did not take every event: ", said));
  }
  return json.value("steps_per_second", 0.0);
}

}  // namespace jissho::bench
