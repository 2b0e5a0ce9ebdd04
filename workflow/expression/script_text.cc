#include "workflow/expression/script_text.h"

#include <cstdint>

namespace jissho::expression {
namespace {

// Appends a code unit of the Basic Multilingual Plane as three bytes.
void AppendUnit(std::string& out, uint32_t unit) {
  out += static_cast<char>(0xE0 | (unit >> 12));
  out += static_cast<char>(0x80 | ((unit >> 6) & 0x3F));
  out += static_cast<char>(0x80 | (unit & 0x3F));
}

}  // namespace

void ToCesu(absl::string_view text, std::string& out) {
  out.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    if (byte(i) < 0xF0 || i + 3 >= text.size()) {
      out += text[i];
      continue;
    }
    const uint32_t point = ((byte(i) & 0x07u) << 18) | ((byte(i + 1) & 0x3Fu) << 12) |
                           ((byte(i + 2) & 0x3Fu) << 6) | (byte(i + 3) & 0x3Fu);
    AppendUnit(out, 0xD800 + ((point - 0x10000) >> 10));
    AppendUnit(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
    i += 3;
  }
}

void FromCesu(absl::string_view text, std::string& out) {
  out.clear();
  const auto unit_at = [&](size_t i) -> uint32_t {
    if (i + 2 >= text.size() || static_cast<unsigned char>(text[i]) != 0xED) return 0;
    const uint32_t unit = 0xD000u | ((static_cast<unsigned char>(text[i + 1]) & 0x3Fu) << 6) |
                          (static_cast<unsigned char>(text[i + 2]) & 0x3Fu);
    return unit >= 0xD800 && unit <= 0xDFFF ? unit : 0;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const uint32_t high = unit_at(i);
    if (high == 0) {
      out += text[i];
      continue;
    }
    const uint32_t low = high < 0xDC00 ? unit_at(i + 3) : 0;
    if (low >= 0xDC00) {
      const uint32_t point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
      out += static_cast<char>(0xF0 | (point >> 18));
      out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
      out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (point & 0x3F));
      i += 5;
    } else {
      AppendUnit(out, 0xFFFD);
      i += 2;
    }
  }
}

}  // namespace jissho::expression
