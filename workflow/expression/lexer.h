// Cuts an expression's text into tokens and refuses what the language does not know.
#ifndef JISSHO_WORKFLOW_EXPRESSION_LEXER_H_
#define JISSHO_WORKFLOW_EXPRESSION_LEXER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace jissho::expression {

struct Token {
  enum class Kind { kEnd, kNumber, kString, kName, kPunctuator };
  Kind kind = Kind::kEnd;
  size_t offset = 0;
  absl::string_view text;  // as written
  double number = 0;       // kNumber
  std::string string;      // kString, escapes resolved
};

class Lexer {
 public:
  // `text` must outlive the lexer and be well-formed UTF-8.
  explicit Lexer(absl::string_view text) : text_(text) {}
  absl::Status Next(Token* token);

 private:
  absl::Status Number(Token* token);
  absl::Status String(Token* token);
  absl::Status Escape(Token* token);
  absl::Status UnicodeEscape(size_t offset, Token* token);
  absl::Status Punctuator(Token* token);
  // The code unit of "uXXXX" or the code point of "u{X…}" at the cursor.
  absl::Status HexCode(size_t offset, uint32_t* code);

  absl::string_view Rest() const { return text_.substr(at_); }

  absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace jissho::expression

#endif  // JISSHO_WORKFLOW_EXPRESSION_LEXER_H_
