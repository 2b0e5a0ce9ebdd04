#include "workflow/expression/text.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/charconv.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace jissho::expression {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

unsigned char Byte(absl::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

bool IsContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Requires a well-formed character.
uint32_t Decode(absl::string_view text, size_t bytes) {
  if (bytes == 1) return Byte(text, 0);
  uint32_t code = Byte(text, 0) & (0xFF >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) code = (code << 6) | (Byte(text, i) & 0x3F);
  return code;
}

int DigitValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

}  // namespace

size_t CharacterBytes(absl::string_view text) {
  if (text.empty()) return 0;
  unsigned char lead = Byte(text, 0);
  if (lead < 0x80) return 1;
  size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return 0;
  for (size_t i = 1; i < bytes; ++i) {
    if (!IsContinuation(Byte(text, i))) return 0;
  }
  uint32_t code = Decode(text, bytes);
  bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? 0 : bytes;
}

std::optional<size_t> FindMalformed(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    size_t bytes = CharacterBytes(text.substr(at));
    if (bytes == 0) return at;
    at += bytes;
  }
  return std::nullopt;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
    return;
  }
  int tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static constexpr unsigned char kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out->push_back(static_cast<char>(kLead[tail] | (code >> (6 * tail))));
  while (tail-- > 0) out->push_back(static_cast<char>(0x80 | ((code >> (6 * tail)) & 0x3F)));
}

size_t WhitespaceBytes(absl::string_view text) {
  if (text.empty()) return 0;
  unsigned char lead = Byte(text, 0);
  if (lead == ' ' || (lead >= '\t' && lead <= '\r')) return 1;
  if (lead < 0x80) return 0;
  size_t bytes = CharacterBytes(text);
  if (bytes == 0) return 0;
  uint32_t code = Decode(text, bytes);
  bool white = code == 0xA0 || code == 0xFEFF || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
               code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
  return white ? bytes : 0;
}

size_t Utf16Length(absl::string_view text) {
  size_t length = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = Byte(text, i);
    length += !IsContinuation(byte);
    length += byte >= 0xF0;
  }
  return length;
}

CharacterAt FindCharacter(absl::string_view text, size_t utf16_index) {
  size_t unit = 0;
  size_t at = 0;
  while (at < text.size()) {
    unsigned char lead = Byte(text, at);
    size_t bytes = 1;
    while (at + bytes < text.size() && IsContinuation(Byte(text, at + bytes))) ++bytes;
    size_t units = lead >= 0xF0 ? 2 : 1;
    if (utf16_index < unit + units) {
      if (units == 2) return {CharacterAt::Outcome::kHalf, {}};
      return {CharacterAt::Outcome::kFound, text.substr(at, bytes)};
    }
    unit += units;
    at += bytes;
  }
  return {};
}

int CompareUtf16(absl::string_view a, absl::string_view b) {
  size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    unsigned char x = Byte(a, i);
    unsigned char y = Byte(b, i);
    if (x == y) continue;
    // Characters beyond U+FFFF are surrogates (D800…) in UTF-16 and so stand before U+E000…U+FFFF.
    if (x >= 0xF0 && (y == 0xEE || y == 0xEF)) return -1;
    if (y >= 0xF0 && (x == 0xEE || x == 0xEF)) return 1;
    return x < y ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

std::string NumberToText(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  if (std::fabs(number) < 9e15 && std::trunc(number) == number)
    return absl::StrCat(static_cast<int64_t>(number));
  char buffer[40];
  auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), std::fabs(number), std::chars_format::scientific).ptr;
  absl::string_view shortest(buffer, end - buffer);
  size_t e = shortest.find('e');
  std::string digits(1, shortest[0]);
  if (e > 1) absl::StrAppend(&digits, shortest.substr(2, e - 2));
  int exponent = 0;
  const char* exponent_start = buffer + e + (shortest[e + 1] == '+' ? 2 : 1);
  std::from_chars(exponent_start, end, exponent);
  int point = exponent + 1;
  int count = static_cast<int>(digits.size());
  std::string text = number < 0 ? "-" : "";
  if (count <= point && point <= 21) {
    absl::StrAppend(&text, digits, std::string(point - count, '0'));
  } else if (point > 0 && point <= 21) {
    absl::StrAppend(&text, digits.substr(0, point), ".", digits.substr(point));
  } else if (point > -6 && point <= 0) {
    absl::StrAppend(&text, "0.", std::string(-point, '0'), digits);
  } else {
    absl::StrAppend(&text, digits.substr(0, 1), count > 1 ? "." : "", digits.substr(1), "e",
                    exponent < 0 ? "-" : "+", std::abs(exponent));
  }
  return text;
}

std::optional<double> ParseDecimal(absl::string_view text) {
  size_t at = 0;
  size_t digits = 0;
  while (at < text.size() && IsDigit(text[at])) ++at, ++digits;
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && IsDigit(text[at])) ++at, ++digits;
  }
  if (digits == 0) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    size_t start = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    if (at == start) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  double number = 0;
  auto result = absl::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec == std::errc::result_out_of_range) return number > 1 ? kInfinity : number;
  return number;
}

std::optional<double> ParseDigits(absl::string_view digits, int base) {
  if (digits.empty()) return std::nullopt;
  double number = 0;
  for (char c : digits) {
    int digit = DigitValue(c);
    if (digit >= base) return std::nullopt;
    number = number * base + digit;
  }
  // Beyond 2^53 adding digit by digit rounds more than once.
  if (base == 16 && number > 9e15) {
    absl::from_chars(digits.data(), digits.data() + digits.size(), number, absl::chars_format::hex);
  }
  return number;
}

double TextToNumber(absl::string_view text) {
  while (size_t bytes = WhitespaceBytes(text)) text.remove_prefix(bytes);
  while (!text.empty()) {
    size_t last = text.size() - 1;
    while (last > 0 && IsContinuation(Byte(text, last))) --last;
    if (WhitespaceBytes(text.substr(last)) != text.size() - last) break;
    text = text.substr(0, last);
  }
  if (text.empty()) return 0;
  if (text.size() > 2 && text[0] == '0') {
    char mark = static_cast<char>(text[1] | 0x20);
    int base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (base != 0) return ParseDigits(text.substr(2), base).value_or(kNaN);
  }
  double sign = 1;
  if (text[0] == '+' || text[0] == '-') {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text == "Infinity") return sign * kInfinity;
  std::optional<double> number = ParseDecimal(text);
  return number.has_value() ? sign * *number : kNaN;
}

std::optional<size_t> ParseIndex(absl::string_view key) {
  if (key.empty() || key.size() > 10 || (key[0] == '0' && key.size() > 1)) return std::nullopt;
  size_t index = 0;
  for (char c : key) {
    if (!IsDigit(c)) return std::nullopt;
    index = index * 10 + (c - '0');
  }
  if (index >= 0xFFFFFFFFu) return std::nullopt;
  return index;
}

}  // namespace jissho::expression
