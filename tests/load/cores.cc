#include "tests/load/cores.h"

#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace jissho::bench {
namespace {

int Cores() { return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)); }

// Of every thread of this process; those to come, and child processes, inherit it.
void Allow(int first, int count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int core = first; core < first + count; ++core) CPU_SET(core, &set);
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error))
    sched_setaffinity(std::atoi(thread.path().filename().c_str()), sizeof(set), &set);
}

}  // namespace

WithoutLastCore::WithoutLastCore() {
  if (Cores() > 1) Allow(0, Cores() - 1);
}

WithoutLastCore::~WithoutLastCore() { Allow(0, Cores()); }

void MoveToLastCore() {
  if (Cores() > 1) Allow(Cores() - 1, 1);
}

}  // namespace jissho::bench
