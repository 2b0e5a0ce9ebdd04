#include "workflow/base/hash.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "absl/strings/escaping.h"

namespace jissho {

std::string Sha256Bytes(absl::string_view data) {
  // OpenSSL 3 looks an algorithm up by name at every use of its short forms: longer than a short text takes.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, sha256,
             nullptr);
  return out;
}

std::string Sha256Hex(absl::string_view data) { return absl::BytesToHexString(Sha256Bytes(data)); }

}  // namespace jissho
