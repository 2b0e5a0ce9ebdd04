// Small readers shared by the parsers of this component: what people type, brought to one form.
#ifndef JISSHO_SERVICES_CIVIL_TEXT_H_
#define JISSHO_SERVICES_CIVIL_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace jissho::civil {

// Full-width digits, latin letters, "．", "／" and "－" become ASCII; everything else stays. Input is UTF-8.
std::string NarrowAscii(absl::string_view text);

// Removes ASCII and ideographic spaces: forms print "令和 4年 6月10日".
std::string RemoveSpaces(absl::string_view text);

// Reads between `min_digits` and `max_digits` (at most 9) ASCII digits off the front of `rest`; nullopt
// leaves it as it was.
std::optional<int> ConsumeNumber(absl::string_view& rest, int min_digits, int max_digits);

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_TEXT_H_
