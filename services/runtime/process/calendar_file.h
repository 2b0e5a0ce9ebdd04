// The calendar of a development server: stands still until it is set, and survives the process, kill -9
// included.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_CALENDAR_FILE_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_CALENDAR_FILE_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "workflow/base/clock.h"

namespace jissho::runtime {

class CalendarFile : public CalendarClock {
 public:
  // Goes on from the time in `path`; where there is no such file, starts at `start` and makes it.
  static absl::StatusOr<std::unique_ptr<CalendarFile>> Open(const std::string& path, absl::Time start);

  absl::Time Now() const override;
  // Written before it is in force, so that no row is ever dated later than the calendar a restart finds.
  // FAILED_PRECONDITION (CLOCK_BACKWARDS) when `now` lies before the present time.
  absl::Status Set(absl::Time now);

 private:
  CalendarFile(std::string path, absl::Time now) : path_(std::move(path)), now_(now) {}

  const std::string path_;
  std::mutex writing_;
  mutable std::mutex mutex_;
  absl::Time now_;
};

// Replaces a file's content atomically and durably: a reader, or a restart after a crash, finds the old or
// the new.
absl::Status WriteFileAtomically(const std::string& path, const std::string& text);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_CALENDAR_FILE_H_
