// The program's log: JSON lines on standard error, one object a line, for machines to collect.
//
// Never written: tokens, request and response contents, fields marked sensitive. Thread-safe.
#ifndef JISSHO_SERVICES_RUNTIME_LOG_LOG_H_
#define JISSHO_SERVICES_RUNTIME_LOG_LOG_H_

#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace jissho::runtime {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

class Log {
 public:
  // To standard error.
  explicit Log(LogLevel level);
  // To a stream, for tests.
  Log(LogLevel level, std::ostream* out);
  ~Log();

  // False when Write would drop what it is given; for callers whose fields are costly to gather.
  bool Writes(LogLevel level) const;

  // E.g. Write(LogLevel::kInfo, "call", {{"method", …}}) writes
  // {"time":…,"level":"info","event":"call","method":…}.
  void Write(LogLevel level, absl::string_view event, const nlohmann::json& fields) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_LOG_LOG_H_
