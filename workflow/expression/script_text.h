// Text on its way into the script interpreter and back: UTF-8 outside, CESU-8 (the two halves of a surrogate
// pair as three bytes each) inside. `out` is overwritten; it keeps its room, so that callers can use one
// buffer.
#ifndef JISSHO_WORKFLOW_EXPRESSION_SCRIPT_TEXT_H_
#define JISSHO_WORKFLOW_EXPRESSION_SCRIPT_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace jissho::expression {

void ToCesu(absl::string_view text, std::string& out);

// A surrogate that stands alone becomes U+FFFD.
void FromCesu(absl::string_view text, std::string& out);

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_SCRIPT_TEXT_H_
