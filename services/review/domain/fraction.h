// An exact rational number. Means of scores are compared as fractions, so that "60 percent or more" holds at
// exactly 60 percent and two equal means are equal.
#ifndef JISSHO_SERVICES_REVIEW_DOMAIN_FRACTION_H_
#define JISSHO_SERVICES_REVIEW_DOMAIN_FRACTION_H_

#include <compare>
#include <cstdint>
#include <numeric>
#include <string>

namespace jissho::review {

// Always in lowest terms with a positive denominator. Numerator and denominator fit 63 bits; comparison is
// exact for all of them.
class Fraction {
 public:
  constexpr Fraction() = default;
  constexpr explicit Fraction(int64_t numerator, int64_t denominator = 1) {
    const int64_t divisor = std::gcd(numerator, denominator);
    const int64_t sign = denominator < 0 ? -1 : 1;
    numerator_ = divisor == 0 ? 0 : sign * numerator / divisor;
    denominator_ = divisor == 0 ? 1 : sign * denominator / divisor;
  }

  constexpr int64_t numerator() const { return numerator_; }
  constexpr int64_t denominator() const { return denominator_; }

  friend constexpr bool operator==(const Fraction&, const Fraction&) = default;
  friend constexpr std::strong_ordering operator<=>(const Fraction& a, const Fraction& b) {
    return static_cast<__int128>(a.numerator_) * b.denominator_ <=>
           static_cast<__int128>(b.numerator_) * a.denominator_;
  }

  // "79" or "237/4".
  std::string ToText() const;
  // Two decimals, half up, e.g. "59.25"; for people only. Requires a value that is not negative.
  std::string ToDecimals() const;

 private:
  int64_t numerator_ = 0;
  int64_t denominator_ = 1;
};

}  // namespace jissho::review

#endif  // JISSHO_SERVICES_REVIEW_DOMAIN_FRACTION_H_
