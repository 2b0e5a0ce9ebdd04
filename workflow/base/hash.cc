#include "workflow/base/hash.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"

namespace jissho {

std::string Sha256Bytes(absl::string_view data) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
         reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string Sha256Hex(absl::string_view data) { return absl::BytesToHexString(Sha256Bytes(data)); }

}  // namespace jissho
