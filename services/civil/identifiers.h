// Corporate numbers (法人番号) and local government codes (全国地方公共団体コード).
//
// A check returns the normalised value or a FieldFault that a handler adds to its other faults. A valid check
// digit is no proof that the body exists or is the right one (082201 and 082210 are both valid cities;
// exchanging 0 and 9 in a corporate number goes unnoticed): only the public registers tell that. Pure and
// thread-safe.
//
// Rules: check digit of the corporate number by the Ordinance on Designation of Corporate Numbers
// (法人番号の指定等に 関する省令) art. 2; of the local government code by the Ministry of Internal Affairs'
// modulus-11 rule.
#ifndef JISSHO_SERVICES_CIVIL_IDENTIFIERS_H_
#define JISSHO_SERVICES_CIVIL_IDENTIFIERS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "workflow/base/error.h"

namespace jissho::civil {

enum class IdentifierProblem { kNone, kEmpty, kNotDigits, kLength, kCheckDigit };

struct CheckedIdentifier {
  IdentifierProblem problem = IdentifierProblem::kNone;
  std::string value;                // ASCII digits, set when problem is kNone
  std::optional<FieldFault> fault;  // set otherwise, for the given field
};

// 13 digits, the first of them (1 to 9) the check digit. Full-width digits are normalised; separators are
// refused.
CheckedIdentifier CheckCorporateNumber(absl::string_view field, absl::string_view text);

// 6 digits, the last of them the check digit. Full-width digits are normalised; the 5-digit form is refused.
CheckedIdentifier CheckLocalGovernmentCode(absl::string_view field, absl::string_view text);

// Check digit of the 12-digit base number; requires 12 ASCII digits.
char CorporateCheckDigit(absl::string_view base12);
// Check digit of the 5-digit code; requires 5 ASCII digits.
char LocalGovernmentCheckDigit(absl::string_view code5);

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_IDENTIFIERS_H_
