// ECMAScript's view of UTF-8 text and of numbers as text.
#ifndef JISSHO_WORKFLOW_EXPRESSION_TEXT_H_
#define JISSHO_WORKFLOW_EXPRESSION_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace jissho::expression {

// Bytes of the UTF-8 character at the start of `text`, 0 when it is malformed (or `text` is empty).
size_t CharacterBytes(absl::string_view text);
// Offset of the first malformed byte, nullopt when there is none.
std::optional<size_t> FindMalformed(absl::string_view text);
void AppendUtf8(uint32_t code_point, std::string* out);

// Bytes of the white space or line terminator (ECMA-262 §12.2, §12.3) at the start of `text`, 0 when there is
// none.
size_t WhitespaceBytes(absl::string_view text);

// Length in UTF-16 units.
size_t Utf16Length(absl::string_view text);
// The character at a UTF-16 index. `half` when the index meets a surrogate pair.
struct CharacterAt {
  enum class Outcome { kFound, kBeyond, kHalf } outcome = Outcome::kBeyond;
  absl::string_view character;
};
CharacterAt FindCharacter(absl::string_view text, size_t utf16_index);
// Order by UTF-16 units, which is not the order of bytes: negative, zero or positive.
int CompareUtf16(absl::string_view a, absl::string_view b);

// ECMA-262 Number::toString(x, 10).
std::string NumberToText(double number);
// ECMA-262 StringToNumber; NaN when the text is no number.
double TextToNumber(absl::string_view text);
// A decimal literal without sign, all of `text`; nullopt when malformed. Too large gives Infinity.
std::optional<double> ParseDecimal(absl::string_view text);
// Digits of the base, at least one; nullopt otherwise.
std::optional<double> ParseDigits(absl::string_view digits, int base);

// The index that a property name stands for: "0", "12", not "01"; below 2^32 - 1.
std::optional<size_t> ParseIndex(absl::string_view key);

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_TEXT_H_
