// The forms of text that a field option may demand.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_TEXT_FORMAT_H_
#define JISSHO_SERVICES_RUNTIME_RPC_TEXT_FORMAT_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace jissho::runtime {

bool IsDate(absl::string_view text);  // YYYY-MM-DD, an existing day
// 法人番号, 13 digits: the first is a check digit (法人番号の指定等に関する省令 2条).
bool IsCorporateNumber(absl::string_view text);
// 全国地方公共団体コード, 6 digits: the last is a check digit.
bool IsLocalGovernmentCode(absl::string_view text);
bool IsRate(absl::string_view text);        // n/m, 1 <= n <= m, each of at most 9 digits
bool IsEmail(absl::string_view text);       // one @, a dot in the domain, no spaces
bool IsBudgetLine(absl::string_view text);  // account-款項目-事業, e.g. 01-020108-16

// The length in Unicode code points of valid UTF-8.
int64_t CodePoints(absl::string_view text);

// True when the text holds NUL, a control character other than tab and line ends, or a character that changes
// the direction of the text around it: nobody types them, and they make a text read other than it is stored.
bool HasForbiddenCharacter(absl::string_view text);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_TEXT_FORMAT_H_
