#include "services/civil/identifiers.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/civil/text.h"

namespace jissho::civil {
namespace {

struct Shape {
  absl::string_view ja;
  absl::string_view en;
  int length;
};

constexpr Shape kCorporate{"法人番号", "corporate number", 13};
constexpr Shape kLocalGovernment{"全国地方公共団体コード", "local government code", 6};

FieldFault FaultOf(IdentifierProblem problem, const Shape& shape, absl::string_view field) {
  FieldFault fault{std::string(field), "", ""};
  switch (problem) {
    case IdentifierProblem::kNone:
      break;
    case IdentifierProblem::kEmpty:
      fault.ja = absl::StrCat(shape.ja, "を入力してください。");
      fault.en = absl::StrCat("Give the ", shape.en, ".");
      break;
    case IdentifierProblem::kNotDigits:
      fault.ja = absl::StrCat(shape.ja, "は数字だけで入力してください(記号や空白は除く)。");
      fault.en = absl::StrCat("Give the ", shape.en, " in digits only, without separators.");
      break;
    case IdentifierProblem::kLength:
      fault.ja =
          absl::StrCat(shape.ja, "は", shape.length, "桁です。先頭の0が落ちていないか確かめてください。");
      fault.en =
          absl::StrCat("The ", shape.en, " has ", shape.length, " digits; check for a lost leading zero.");
      break;
    case IdentifierProblem::kCheckDigit:
      fault.ja = absl::StrCat(shape.ja, "の検査数字が合いません。写し間違いがないか確かめてください。");
      fault.en =
          absl::StrCat("The check digit of the ", shape.en, " does not fit; look for a slip of the pen.");
      break;
  }
  return fault;
}

IdentifierProblem ShapeProblem(const std::string& digits, const Shape& shape) {
  if (digits.empty()) return IdentifierProblem::kEmpty;
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return absl::ascii_isdigit(c); })) {
    return IdentifierProblem::kNotDigits;
  }
  return static_cast<int>(digits.size()) == shape.length ? IdentifierProblem::kNone
                                                         : IdentifierProblem::kLength;
}

CheckedIdentifier Conclude(IdentifierProblem problem, std::string digits, const Shape& shape,
                           absl::string_view field) {
  if (problem == IdentifierProblem::kNone) return {problem, std::move(digits), std::nullopt};
  return {problem, "", FaultOf(problem, shape, field)};
}

}  // namespace

char CorporateCheckDigit(absl::string_view base12) {
  int sum = 0;
  for (int from_right = 1; from_right <= 12; ++from_right) {
    sum += (base12[12 - from_right] - '0') * (from_right % 2 == 1 ? 1 : 2);
  }
  return static_cast<char>('0' + (9 - sum % 9));
}

char LocalGovernmentCheckDigit(absl::string_view code5) {
  int sum = 0;
  for (int i = 0; i < 5; ++i) sum += (code5[i] - '0') * (6 - i);
  return static_cast<char>('0' + (11 - sum % 11) % 10);
}

CheckedIdentifier CheckCorporateNumber(absl::string_view field, absl::string_view text) {
  std::string digits = NarrowAscii(text);
  IdentifierProblem problem = ShapeProblem(digits, kCorporate);
  if (problem == IdentifierProblem::kNone &&
      CorporateCheckDigit(absl::string_view(digits).substr(1)) != digits[0]) {
    problem = IdentifierProblem::kCheckDigit;
  }
  return Conclude(problem, std::move(digits), kCorporate, field);
}

CheckedIdentifier CheckLocalGovernmentCode(absl::string_view field, absl::string_view text) {
  std::string digits = NarrowAscii(text);
  IdentifierProblem problem = ShapeProblem(digits, kLocalGovernment);
  if (problem == IdentifierProblem::kNone &&
      LocalGovernmentCheckDigit(absl::string_view(digits).substr(0, 5)) != digits[5]) {
    problem = IdentifierProblem::kCheckDigit;
  }
  return Conclude(problem, std::move(digits), kLocalGovernment, field);
}

}  // namespace jissho::civil
