#include "services/civil/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"

namespace jissho::civil {

std::string NarrowAscii(absl::string_view text) {
  // The full-width forms U+FF01..U+FF5E are EF BC 81 .. EF BD 9E; only those named in the header are
  // narrowed.
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const bool wide =
        i + 2 < text.size() && text[i] == '\xEF' && (text[i + 1] == '\xBC' || text[i + 1] == '\xBD');
    if (wide) {
      const int low = static_cast<unsigned char>(text[i + 2]) - 0x80;
      const char narrow = static_cast<char>(0x20 + low + (text[i + 1] == '\xBD' ? 0x40 : 0));
      if (absl::ascii_isalnum(narrow) || narrow == '.' || narrow == '/' || narrow == '-') {
        out.push_back(narrow);
        i += 3;
        continue;
      }
    }
    out.push_back(text[i++]);
  }
  return out;
}

std::string RemoveSpaces(absl::string_view text) {
  return absl::StrReplaceAll(text, {{" ", ""}, {"　", ""}});
}

std::optional<int> ConsumeNumber(absl::string_view& rest, int min_digits, int max_digits) {
  int value = 0;
  int digits = 0;
  while (digits < max_digits && digits < static_cast<int>(rest.size()) && absl::ascii_isdigit(rest[digits])) {
    value = value * 10 + (rest[digits] - '0');
    ++digits;
  }
  if (digits < min_digits) return std::nullopt;
  rest.remove_prefix(digits);
  return value;
}

}  // namespace jissho::civil
