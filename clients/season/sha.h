#ifndef JISSHO_CLIENTS_SEASON_SHA_H_
#define JISSHO_CLIENTS_SEASON_SHA_H_

#include <openssl/sha.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace jissho::season {

// SHA-256 as 64 lower-case hexadecimal digits.
inline std::string Sha256Hex(absl::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
}

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_SHA_H_
