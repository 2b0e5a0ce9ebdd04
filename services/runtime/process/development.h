// jissho.runtime.v1.ClockService and DevelopmentService: the calendar that can be moved, and tokens to try
// things with.
#ifndef JISSHO_SERVICES_RUNTIME_PROCESS_DEVELOPMENT_H_
#define JISSHO_SERVICES_RUNTIME_PROCESS_DEVELOPMENT_H_

#include <atomic>
#include <memory>
#include <mutex>

#include "services/runtime/auth/token.h"
#include "services/runtime/process/advance.h"
#include "services/runtime/process/calendar_file.h"
#include "services/runtime/process/local_service.h"
#include "services/runtime/rpc/method_registry.h"
#include "services/runtime/rpc/peers.h"
#include "workflow/base/threads.h"

namespace jissho::runtime {

inline constexpr absl::Duration kDevelopmentTokenLife = absl::Hours(12);

// Signs tokens for invented people. INVALID_ARGUMENT (ROLE_UNKNOWN): "system" is not for people.
// PERMISSION_DENIED (DEVELOPMENT_ONLY) on a server in production, whoever calls it and however it was
// composed.
class DevelopmentIssuer {
 public:
  DevelopmentIssuer(bool development, const TokenSigner* signer, const CalendarClock* calendar)
      : development_(development), signer_(signer), calendar_(calendar) {}
  absl::StatusOr<std::string> Issue(const act::Actor& actor) const;
  absl::Time Expiry() const { return calendar_->Now() + kDevelopmentTokenLife; }

 private:
  const bool development_;
  const TokenSigner* const signer_;
  const CalendarClock* const calendar_;
};

MethodRegistry DevelopmentMethods(const DevelopmentIssuer* issuer);

// The calendar's methods. Work that blocks runs on two threads of its own: one that advances all processes,
// and one that answers such a process.
class ClockMethods {
 public:
  // `calendar_file` is null on the real calendar; then nothing can be set.
  ClockMethods(const CalendarClock* calendar, CalendarFile* calendar_file, const MonotonicClock* monotonic,
               const LocalServices* services, ConfiguredPeers* peers, Threads* threads);
  ~ClockMethods();

  MethodRegistry Methods();
  // An advance that is under way ends early (CLOCK_UNSETTLED).
  void Stop();

 private:
  class Local;
  absl::StatusOr<act::Pending> PendingHere();
  absl::StatusOr<int64_t> SetHere(absl::Time now);
  absl::StatusOr<int64_t> AdvanceAll(absl::Time target, absl::Duration deadline);

  const CalendarClock* const calendar_;
  CalendarFile* const calendar_file_;
  const MonotonicClock* const monotonic_;
  const LocalServices* const services_;
  ConfiguredPeers* const peers_;
  std::mutex stopping_mutex_;
  std::unique_ptr<Condition> stopped_;
  std::atomic<bool> stopping_ = false;
  WorkQueue advancing_;
  WorkQueue answering_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_PROCESS_DEVELOPMENT_H_
