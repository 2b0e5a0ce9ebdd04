#include <algorithm>
#include <iterator>
#include <regex>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/architecture/rules.h"

namespace jissho::architecture {
namespace {

bool MayHoldSql(const SourceFile& file) {
  return file.IsTest() || IsUnder(file.path, "workflow/storage") || IsUnder(file.path, "workflow/act") ||
         absl::StrContains(file.path, "/store/") || absl::StrContains(file.path, "/schema/");
}

struct Allowance {
  const char* path;  // a file, or a folder ending in a slash
  const char* reason;
};

// Extend this list only with a reason that a reader can check.
constexpr Allowance kMayReadClocks[] = {
    {"workflow/base/clock.cc", "the adapters of the operating system's clocks"},
    {"workflow/base/id.cc", "the adapter of the operating system's randomness"},
    {"tests/load/", "a benchmark measures real time"},
    {"tests/support/private_mariadb.cc", "waits until a real database server answers"},
    {"clients/cpp/client.cc", "gRPC takes a deadline as an instant of the system clock"},
    {"services/runtime/rpc/grpc_connection.cc", "gRPC takes a deadline as an instant of the system clock"},
    {"services/runtime/rpc/grpc_server.cc", "gRPC takes a deadline as an instant of the system clock"},
    {"services/server/host_test.cc", "calls a real server through gRPC"},
    {"clients/season/child_process.cc", "waits until a program that it started has ended"},
    {"clients/season/mariadb_keeper.cc", "starts a database server and waits until it answers"},
    {"clients/season/server_driver.cc", "gRPC takes a deadline as an instant of the system clock"},
    {"clients/season/server_keeper.cc", "starts a server and waits until it answers"},
    {"tests/integration/", "drives real processes; its random seeds are printed"},
    {"tests/fault/", "drives real processes and kills them; its random seeds are printed"},
    {"tests/architecture/", "names the forbidden calls in order to find them"},
};

// Extend this list only with a reason that a reader can check.
constexpr Allowance kMayWait[] = {
    {"workflow/base/threads.cc", "the adapter of the operating system's threads"},
    {"tests/load/", "a benchmark's callers are threads of their own"},
    {"tests/support/private_mariadb.h", "the server dies with a thread of its own"},
    {"tests/support/private_mariadb.cc", "the server dies with a thread of its own"},
    {"tests/support/service_harness.cc", "a test waits for an answer that comes on another thread"},
    {"tests/simulation/simulation_main.cc", "asks how many processors there are"},
    {"tests/architecture/", "names the forbidden types in order to find them"},
};

template <size_t n>
bool IsAllowed(const Allowance (&allowances)[n], const std::string& path) {
  return std::any_of(std::begin(allowances), std::end(allowances), [&path](const Allowance& allowance) {
    const absl::string_view allowed = allowance.path;
    return path == allowed || (absl::EndsWith(allowed, "/") && absl::StartsWith(path, allowed));
  });
}

const std::regex& ForbiddenCalls() {
  static const auto& calls = *new std::regex(
      R"re(absl::Now\b|_clock::now\b|this_thread::sleep|absl::SleepFor|\b[un](ano)?sleep\s*\(|random_device|\bs?rand\s*\(|)re"
      R"re(absl::BitGen\b|\btime\s*\(\s*(nullptr|NULL|0)\s*\)|gettimeofday|clock_gettime|getrandom|RAND_bytes|GetCurrentTimeNanos)re");
  return calls;
}

}  // namespace

std::vector<Violation> CheckSqlPlaces(const Tree& tree) {
  static const auto& statement = *new std::regex(R"(\b(SELECT|INSERT|UPDATE|DELETE)\s)");
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    if (!file.IsCpp() || MayHoldSql(file)) continue;
    for (const Literal& literal : file.literals) {
      std::smatch match;
      if (!std::regex_search(literal.text, match, statement)) continue;
      violations.push_back({file.path, literal.line, absl::StrCat("SQL outside store/: ", match[1].str())});
    }
  }
  return violations;
}

std::vector<Violation> CheckMoneyIsKept(const Tree& tree) {
  static const auto& statement = *new std::regex(R"(\b(DELETE|TRUNCATE|DROP|REPLACE)\s)");
  static const auto& call = *new std::regex(R"(\bDelete(ByKeys)?\s*[<(])");
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    if (!IsUnder(file.path, "services/subsidy") || file.IsTest()) continue;
    const std::string what = "deletes: reverse, cancel or replace instead";
    for (const Literal& literal : file.literals) {
      if (std::regex_search(literal.text, statement)) violations.push_back({file.path, literal.line, what});
    }
    const bool sql = absl::EndsWith(file.path, ".sql");
    const std::vector<std::string>& lines = sql ? file.lines : file.code;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (std::regex_search(lines[i], sql ? statement : call))
        violations.push_back({file.path, static_cast<int>(i) + 1, what});
    }
  }
  return violations;
}

std::vector<Violation> CheckClocksAndRandomness(const Tree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    if (!file.IsCpp() || IsAllowed(kMayReadClocks, file.path)) continue;
    for (size_t i = 0; i < file.code.size(); ++i) {
      std::smatch match;
      if (!std::regex_search(file.code[i], match, ForbiddenCalls())) continue;
      violations.push_back(
          {file.path, static_cast<int>(i) + 1,
           absl::StrCat(match[0].str(), ": take the clock or the ids from the constructor")});
    }
  }
  return violations;
}

std::vector<Violation> CheckThreads(const Tree& tree) {
  static const auto& waits = *new std::regex(
      R"re(std::(thread|jthread|async|promise|future|condition_variable(_any)?|counting_semaphore|binary_semaphore|)re"
      R"re(latch|barrier|shared_future)\b|absl::(Mutex|CondVar|Notification|BlockingCounter|Barrier)\b|pthread_create)re");
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    if (!file.IsCpp() || file.IsTest() || IsAllowed(kMayWait, file.path)) continue;
    for (size_t i = 0; i < file.code.size(); ++i) {
      std::smatch match;
      if (!std::regex_search(file.code[i], match, waits)) continue;
      violations.push_back(
          {file.path, static_cast<int>(i) + 1,
           absl::StrCat(match[0].str(), ": start threads and wait through workflow/base/threads.h")});
    }
  }
  return violations;
}

std::vector<Violation> CheckMarkers(const Tree& tree) {
  // Written in two halves so that this line does not find itself.
  static const auto& marker = *new std::regex(
      "\\b(TO"
      "DO|FIX"
      "ME)\\b");
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (!std::regex_search(file.lines[i], marker)) continue;
      violations.push_back({file.path, static_cast<int>(i) + 1, "unfinished work: do it or write an issue"});
    }
  }
  return violations;
}

}  // namespace jissho::architecture
