// Bearer tokens: JWT (RFC 7519) signed with ES256 or RS256.
//
// Claims: iss, aud (text or list), sub, exp (all required), nbf and iat (optional), roles (list), org,
// assurance. Validity is judged by the calendar clock, without leeway on exp and with 60 seconds on nbf and
// iat.
#ifndef JISSHO_SERVICES_RUNTIME_AUTH_TOKEN_H_
#define JISSHO_SERVICES_RUNTIME_AUTH_TOKEN_H_

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/runtime/auth/key_store.h"
#include "workflow/act/act.h"
#include "workflow/base/clock.h"

namespace jissho::runtime {

// Issuer of the tokens that services show each other.
inline constexpr char kServiceIssuer[] = "jissho-services";

inline constexpr size_t kTokenBytesMax = 8192;

// Every role there is. "system" is the services' own.
const std::vector<std::string>& KnownRoles();

struct TokenOptions {
  std::string issuer;    // of people's tokens
  std::string audience;  // who we are
};

// Verifies tokens and remembers those it has verified (by hash, at most 4,096; a remembered token still
// expires). Thread-safe; never blocks but for the rare re-reading of the key file.
class TokenVerifier {
 public:
  TokenVerifier(TokenOptions options, KeyStore* keys, const CalendarClock* calendar);

  // UNAUTHENTICATED (TOKEN_INVALID, TOKEN_EXPIRED). Says nothing about why a token is invalid.
  absl::StatusOr<act::Actor> Verify(const std::string& token);

  // Signatures checked since the start; a remembered token costs none.
  int64_t signatures_checked() const;

 private:
  struct Verified {
    act::Actor actor;
    absl::Time expires;
  };
  absl::StatusOr<Verified> VerifyFresh(const std::string& token);

  const TokenOptions options_;
  KeyStore* const keys_;
  const CalendarClock* const calendar_;
  mutable std::mutex mutex_;
  std::map<std::string, Verified> cache_;
  int64_t signatures_ = 0;
};

// Signs tokens with one key. Immutable, hence thread-safe.
class TokenSigner {
 public:
  TokenSigner(Key key, std::string issuer, std::string audience);

  const std::string& kid() const { return kid_; }
  absl::StatusOr<std::string> Sign(const act::Actor& actor, absl::Time now, absl::Time expires) const;

 private:
  const Key key_;
  const std::string kid_;
  const std::string issuer_;
  const std::string audience_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_AUTH_TOKEN_H_
