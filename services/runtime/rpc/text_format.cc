#include "services/runtime/rpc/text_format.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

namespace jissho::runtime {
namespace {

bool AllDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

int Digit(char c) { return c - '0'; }

// The code point that starts at `*i`, moving `*i` behind it. Protobuf has already refused invalid UTF-8.
uint32_t NextCodePoint(absl::string_view text, size_t* i) {
  const unsigned char lead = text[*i];
  const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  uint32_t point = more == 0 ? lead : lead & (0x3F >> more);
  ++*i;
  for (int k = 0; k < more && *i < text.size(); ++k, ++*i) point = point << 6 | (text[*i] & 0x3F);
  return point;
}

}  // namespace

bool IsDate(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  int year, month, day;
  if (!AllDigits(text.substr(0, 4)) || !AllDigits(text.substr(5, 2)) || !AllDigits(text.substr(8, 2)))
    return false;
  if (!absl::SimpleAtoi(text.substr(0, 4), &year) || !absl::SimpleAtoi(text.substr(5, 2), &month) ||
      !absl::SimpleAtoi(text.substr(8, 2), &day)) {
    return false;
  }
  const absl::CivilDay civil(year, month, day);
  return civil.year() == year && civil.month() == month && civil.day() == day && year > 0;
}

bool IsCorporateNumber(absl::string_view text) {
  if (text.size() != 13 || !AllDigits(text)) return false;
  int sum = 0;
  for (int n = 1; n <= 12; ++n) sum += Digit(text[13 - n]) * (n % 2 == 1 ? 1 : 2);
  return Digit(text[0]) == 9 - sum % 9;
}

bool IsLocalGovernmentCode(absl::string_view text) {
  if (text.size() != 6 || !AllDigits(text)) return false;
  int sum = 0;
  for (int i = 0; i < 5; ++i) sum += Digit(text[i]) * (6 - i);
  return Digit(text[5]) == (11 - sum % 11) % 10;
}

bool IsRate(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() != 2) return false;
  int64_t values[2];
  for (int i = 0; i < 2; ++i) {
    if (!AllDigits(parts[i]) || parts[i].size() > 9 || parts[i][0] == '0') return false;
    if (!absl::SimpleAtoi(parts[i], &values[i])) return false;
  }
  return values[0] <= values[1];
}

bool IsEmail(absl::string_view text) {
  const size_t at = text.find('@');
  if (at == absl::string_view::npos || at == 0 || text.find('@', at + 1) != absl::string_view::npos)
    return false;
  const absl::string_view domain = text.substr(at + 1);
  const size_t dot = domain.find('.');
  if (dot == absl::string_view::npos || dot == 0 || domain.back() == '.') return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > 0x20 && c != 0x7F && c != ','; });
}

bool IsBudgetLine(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  return parts.size() == 3 && parts[0].size() == 2 && parts[1].size() == 6 && parts[2].size() == 2 &&
         AllDigits(parts[0]) && AllDigits(parts[1]) && AllDigits(parts[2]);
}

int64_t CodePoints(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; });
}

bool HasForbiddenCharacter(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const uint32_t point = NextCodePoint(text, &i);
    if (point == '\n' || point == '\r' || point == '\t') continue;
    if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return true;
    const bool direction = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
                           point == 0x200E || point == 0x200F || point == 0x061C;
    if (direction || point == 0xFEFF || point == 0x2028 || point == 0x2029) return true;
  }
  return false;
}

}  // namespace jissho::runtime
