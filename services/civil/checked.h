// Range checks shared by the calculations of this component.
#ifndef JISSHO_SERVICES_CIVIL_CHECKED_H_
#define JISSHO_SERVICES_CIVIL_CHECKED_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/civil/reasons.h"

namespace jissho::civil {

using Wide = __int128;

// What a number is, for the message.
struct Quantity {
  absl::string_view ja;
  absl::string_view en;
};

inline absl::Status CheckRange(const Quantity& what, int64_t value, int64_t limit) {
  if (value >= 0 && value <= limit) return absl::OkStatus();
  return MakeError(kAmountOutOfRange, {{"what_ja", std::string(what.ja)},
                                       {"what", std::string(what.en)},
                                       {"value", absl::StrCat(value)},
                                       {"limit", absl::StrCat(limit)}});
}

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_CHECKED_H_
