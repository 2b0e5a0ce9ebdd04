#include "workflow/base/id.h"

#include <openssl/rand.h>

#include <cctype>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "workflow/base/hash.h"

namespace jissho {
namespace {

std::string Format(absl::Time time, std::string bytes) {
  const uint64_t ms = static_cast<uint64_t>(absl::ToUnixMillis(time));
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<char>(ms >> (8 * (5 - i)));
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  const std::string hex = absl::BytesToHexString(absl::string_view(bytes).substr(0, 16));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-", hex.substr(16, 4),
                      "-", hex.substr(20, 12));
}

}  // namespace

std::string DeriveId(absl::Time time, absl::string_view seed) { return Format(time, Sha256Bytes(seed)); }

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-'
             : !(std::isdigit(static_cast<unsigned char>(text[i])) || (text[i] >= 'a' && text[i] <= 'f'))) {
      return false;
    }
  }
  return true;
}

IdSource& RandomIds() {
  class Source : public IdSource {
    std::string NewId() override {
      std::string bytes(16, '\0');
      RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), 16);
      return Format(absl::Now(), bytes);
    }
  };
  static Source source;
  return source;
}

}  // namespace jissho
