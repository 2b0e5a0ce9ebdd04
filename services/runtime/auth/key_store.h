// The public keys that tokens are verified with, by key id, and the key files of this process.
#ifndef JISSHO_SERVICES_RUNTIME_AUTH_KEY_STORE_H_
#define JISSHO_SERVICES_RUNTIME_AUTH_KEY_STORE_H_

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/runtime/auth/key.h"
#include "workflow/base/clock.h"

namespace jissho::runtime {

// Who may sign with a key: people's tokens come from the identity provider, the role "system" from the
// services' own key only, whatever a token says.
enum class KeyUse { kPeople, kServices };

// Keys come from a file only (RFC 7517 JWK set): no address in a token is ever followed. The file is read
// again when a key id is unknown, at most every 10 seconds, so that new keys need no restart. Thread-safe.
class KeyStore {
 public:
  // `jwks_file` may be empty: then only added keys count.
  KeyStore(std::string jwks_file, const MonotonicClock* clock);

  // Reads the file now; for the start, where a broken file must stop the server.
  absl::Status Load();
  void Add(const std::string& kid, Key key, KeyUse use);

  struct Entry {
    Key key;
    KeyUse use;
  };
  std::optional<Entry> Find(const std::string& kid);

 private:
  absl::Status LoadLocked();

  const std::string jwks_file_;
  const MonotonicClock* const clock_;
  std::mutex mutex_;
  std::map<std::string, Entry> added_;
  std::map<std::string, Entry> loaded_;
  absl::Duration last_load_ = -absl::InfiniteDuration();
};

// The private key in `path` (PEM). When the file is missing and `create`, makes one, readable by its owner
// only. FAILED_PRECONDITION (KEY_FILE_INVALID).
absl::StatusOr<Key> LoadOrCreateKey(const std::string& path, bool create);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_AUTH_KEY_STORE_H_
