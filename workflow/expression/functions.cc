// The named functions of the expression language.
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "workflow/expression/evaluate.h"
#include "workflow/expression/text.h"

namespace jissho::expression {
namespace {

using Kind = Operand::Kind;

// Array.prototype.includes: as ===, and NaN equals itself.
bool Same(const Operand& a, const Operand& b) {
  bool both_nan = a.is_number() && b.is_number() && std::isnan(a.number) && std::isnan(b.number);
  return both_nan || StrictEquals(a, b);
}

bool Contains(const Operand& whole, const Operand& part) {
  if (whole.is_string()) return part.is_string() && absl::StrContains(whole.string(), part.string());
  if (!whole.is_array()) return false;
  size_t size = ArraySize(whole);
  for (size_t i = 0; i < size; ++i) {
    if (Same(ArrayElement(whole, i), part)) return true;
  }
  return false;
}

Operand Size(const Operand& operand) {
  if (operand.is_string()) return Operand::Of(static_cast<double>(Utf16Length(operand.string())));
  if (operand.is_array()) return Operand::Of(static_cast<double>(ArraySize(operand)));
  if (operand.kind == Kind::kRecord) return Operand::Of(static_cast<double>(operand.record->size()));
  if (operand.kind == Kind::kJson) return Operand::Of(static_cast<double>(operand.json->size()));
  return Operand();
}

// Math.min and Math.max: NaN wins, and -0 is less than 0.
double Extreme(double a, double b, bool least) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  bool first_is_less = a < b || (a == b && std::signbit(a));
  return first_is_less == least ? a : b;
}

}  // namespace

bool Evaluator::CallFunction(Function function, Operand* first, size_t count) {
  double number = 0;
  switch (function) {
    case Function::kContains:
      *first = Operand::Of(Contains(first[0], first[1]));
      return true;
    case Function::kStartsWith: {
      bool texts = first[0].is_string() && first[1].is_string();
      *first = Operand::Of(texts && absl::StartsWith(first[0].string(), first[1].string()));
      return true;
    }
    case Function::kSize:
      *first = Size(*first);
      return true;
    case Function::kLower:
      if (first->is_string()) return Keep(absl::AsciiStrToLower(first->string()), first);
      *first = Operand();
      return true;
    default:
      break;
  }
  if (!ToNumber(first[0], &number)) return false;
  for (size_t i = 1; i < count; ++i) {
    double next = 0;
    if (!ToNumber(first[i], &next)) return false;
    number = Extreme(number, next, function == Function::kMin);
  }
  if (function == Function::kFloor) number = std::floor(number);
  if (function == Function::kAbs) number = std::fabs(number);
  *first = Operand::Of(number);
  return true;
}

}  // namespace jissho::expression
