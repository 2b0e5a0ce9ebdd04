// Keys that sign and verify tokens: ECDSA P-256 (ES256) and RSA of at least 2,048 bits (RS256). OpenSSL ends
// here.
#ifndef JISSHO_SERVICES_RUNTIME_AUTH_KEY_H_
#define JISSHO_SERVICES_RUNTIME_AUTH_KEY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace jissho::runtime {

// Which algorithm a key is for is a property of the key, never of a token: that is what "alg" confusion lives
// on.
enum class Algorithm { kEs256, kRs256 };

absl::string_view AlgorithmName(Algorithm algorithm);  // "ES256"

// A public key, or a key pair. Immutable, hence thread-safe.
class Key {
 public:
  // A JWK (RFC 7517) of kty EC/P-256 or RSA. INVALID_ARGUMENT for anything else, and for a JWK with another
  // `alg`.
  static absl::StatusOr<Key> FromJwk(const nlohmann::json& jwk);
  // PEM of a private EC P-256 key.
  static absl::StatusOr<Key> FromPem(absl::string_view pem);
  static absl::StatusOr<Key> GenerateEs256();
  static absl::StatusOr<Key> GenerateRs256();  // for tests; 2,048 bits

  Algorithm algorithm() const { return algorithm_; }
  // RFC 7638 thumbprint, base64url, for EC keys: names a key that has no other name.
  std::string Thumbprint() const;
  nlohmann::json PublicJwk(const std::string& kid) const;
  absl::StatusOr<std::string> PrivatePem() const;

  // `signature` in the form of RFC 7518: for ES256 64 bytes r||s.
  bool Verify(absl::string_view data, absl::string_view signature) const;
  absl::StatusOr<std::string> Sign(absl::string_view data) const;

 private:
  struct State;
  Key(Algorithm algorithm, std::shared_ptr<const State> state)
      : algorithm_(algorithm), state_(std::move(state)) {}

  Algorithm algorithm_;
  std::shared_ptr<const State> state_;
};

// base64url without padding (RFC 7515). Strict: padding, other characters and non-zero spare bits are
// refused, so that a token has one spelling.
std::string Base64Url(absl::string_view bytes);
bool ParseBase64Url(absl::string_view text, std::string* bytes);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_AUTH_KEY_H_
