// Range checks shared by the calculations of this component.
#ifndef JISSHO_SERVICES_CIVIL_CHECKED_H_
#define JISSHO_SERVICES_CIVIL_CHECKED_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/civil/reasons.h"

namespace jissho::civil {

using Wide = __int128;

inline absl::Status CheckRange(absl::string_view what, int64_t value, int64_t limit) {
  if (value >= 0 && value <= limit) return absl::OkStatus();
  return MakeError(
      kAmountOutOfRange,
      {{"what", std::string(what)}, {"value", absl::StrCat(value)}, {"limit", absl::StrCat(limit)}});
}

}  // namespace jissho::civil

#endif  // JISSHO_SERVICES_CIVIL_CHECKED_H_
