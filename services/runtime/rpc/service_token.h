// The tokens that services show each other.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_SERVICE_TOKEN_H_
#define JISSHO_SERVICES_RUNTIME_RPC_SERVICE_TOKEN_H_

#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "services/runtime/auth/token.h"

namespace jissho::runtime {

// Signs a token of "system:<name>" and uses it for half its life. Thread-safe.
class ServiceToken {
 public:
  // `lifetime`: minutes on the real calendar; long on a virtual one, where years may pass between two calls.
  ServiceToken(const TokenSigner* signer, const CalendarClock* calendar, std::string name,
               absl::Duration lifetime);

  absl::StatusOr<std::string> Get();

 private:
  const TokenSigner* const signer_;
  const CalendarClock* const calendar_;
  const std::string name_;
  const absl::Duration lifetime_;
  std::mutex mutex_;
  std::string token_;
  absl::Time renew_at_ = absl::InfinitePast();
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_SERVICE_TOKEN_H_
