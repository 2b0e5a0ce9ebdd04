#include "services/runtime/process/calendar_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "nlohmann/json.hpp"
#include "services/runtime/reasons.h"
#include "workflow/base/test_hooks.h"

namespace jissho::runtime {
namespace {

absl::Status Broken(const std::string& path, const std::string& what) {
  return MakeError(kConfigInvalid, {{"detail", path + ": " + what}});
}

std::string Format(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

}  // namespace

absl::Status WriteFileAtomically(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  const int fd = ::open(temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) return Broken(temporary, std::strerror(errno));
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  Reach("file.written");
  if (!written || std::rename(temporary.c_str(), path.c_str()) != 0)
    return Broken(path, std::strerror(errno));
  // The rename itself is durable only once the directory is.
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int directory_fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory_fd >= 0) {
    ::fsync(directory_fd);
    ::close(directory_fd);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<CalendarFile>> CalendarFile::Open(const std::string& path, absl::Time start) {
  std::ifstream in(path);
  if (in) {
    std::ostringstream text;
    text << in.rdbuf();
    const auto json = nlohmann::json::parse(text.str(), nullptr, false);
    absl::Time now;
    std::string error;
    if (!json.is_object() || !absl::ParseTime(absl::RFC3339_full, json.value("now", ""), &now, &error)) {
      return Broken(path, "not a calendar");
    }
    return std::unique_ptr<CalendarFile>(new CalendarFile(path, now));
  }
  std::unique_ptr<CalendarFile> calendar(new CalendarFile(path, start));
  JISSHO_RETURN_IF_ERROR(calendar->Set(start));
  return calendar;
}

absl::Time CalendarFile::Now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

absl::Status CalendarFile::Set(absl::Time now) {
  std::lock_guard writing(writing_);
  const absl::Time before = Now();
  if (now < before) return MakeError(kClockBackwards, {{"now", Format(before)}});
  JISSHO_RETURN_IF_ERROR(WriteFileAtomically(path_, nlohmann::json{{"now", Format(now)}}.dump() + "\n"));
  Reach("calendar.written");
  std::lock_guard lock(mutex_);
  now_ = now;
  return absl::OkStatus();
}

}  // namespace jissho::runtime
