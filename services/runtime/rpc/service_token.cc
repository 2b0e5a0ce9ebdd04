#include "services/runtime/rpc/service_token.h"

namespace jissho::runtime {

ServiceToken::ServiceToken(const TokenSigner* signer, const CalendarClock* calendar, std::string name,
                           absl::Duration lifetime)
    : signer_(signer), calendar_(calendar), name_(std::move(name)), lifetime_(lifetime) {}

absl::StatusOr<std::string> ServiceToken::Get() {
  std::lock_guard lock(mutex_);
  const absl::Time now = calendar_->Now();
  if (now < renew_at_) return token_;
  auto token = signer_->Sign(act::Actor::System(name_), now, now + lifetime_);
  if (!token.ok()) return token.status();
  token_ = *token;
  renew_at_ = now + lifetime_ / 2;
  return token_;
}

}  // namespace jissho::runtime
