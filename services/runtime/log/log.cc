#include "services/runtime/log/log.h"

#include "spdlog/logger.h"
#include "spdlog/pattern_formatter.h"
#include "spdlog/sinks/ostream_sink.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace jissho::runtime {
namespace {

spdlog::level::level_enum Translate(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

}  // namespace

struct Log::State {
  explicit State(LogLevel level, spdlog::sink_ptr sink) : logger("jissho", std::move(sink)) {
    logger.set_level(Translate(level));
    // The time is that of the machine: a log is read beside other programs' logs, whatever the calendar says.
    logger.set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%f%z","level":"%l",%v)");
    logger.flush_on(spdlog::level::warn);
  }
  spdlog::logger logger;
};

Log::Log(LogLevel level)
    : state_(std::make_unique<State>(level, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

Log::Log(LogLevel level, std::ostream* out)
    : state_(std::make_unique<State>(level, std::make_shared<spdlog::sinks::ostream_sink_mt>(*out))) {}

Log::~Log() = default;

bool Log::Writes(LogLevel level) const { return state_->logger.should_log(Translate(level)); }

void Log::Write(LogLevel level, absl::string_view event, const nlohmann::json& fields) const {
  if (!Writes(level)) return;
  const auto handler = nlohmann::json::error_handler_t::replace;
  std::string line = "\"event\":" + nlohmann::json(std::string(event)).dump(-1, ' ', false, handler);
  const std::string rest =
      fields.is_object() && !fields.empty() ? fields.dump(-1, ' ', false, handler) : "{}";
  line += rest.size() > 2 ? "," + rest.substr(1) : "}";
  state_->logger.log(Translate(level), line);
}

}  // namespace jissho::runtime
