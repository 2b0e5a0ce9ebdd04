#include "services/review/domain/fraction.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace jissho::review {

std::string Fraction::ToText() const {
  if (denominator_ == 1) return absl::StrCat(numerator_);
  return absl::StrCat(numerator_, "/", denominator_);
}

std::string Fraction::ToDecimals() const {
  const __int128 doubled = static_cast<__int128>(numerator_) * 200 + denominator_;
  const int64_t hundredths = static_cast<int64_t>(doubled / (static_cast<__int128>(denominator_) * 2));
  return absl::StrFormat("%d.%02d", hundredths / 100, hundredths % 100);
}

}  // namespace jissho::review
