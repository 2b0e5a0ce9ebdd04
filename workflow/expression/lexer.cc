#include "workflow/expression/lexer.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "workflow/base/error.h"
#include "workflow/expression/fault.h"
#include "workflow/expression/text.h"

namespace jissho::expression {
namespace {

// Longest first among those that share a beginning.
constexpr absl::string_view kForbidden[] = {
    "...", "=>", ">>>=", ">>>", ">>=", "<<=", ">>", "<<", "**=", "**", "++", "--", "+=", "-=", "*=",
    "/=",  "%=", "&=",   "|=",  "^=",  "??",  "//", "/*", "`",   ";",  "~",  "^",  "#",  "@",  "\\"};
constexpr absl::string_view kAllowed[] = {"===", "!==", "==", "!=", "<=", ">=", "&&", "||", "<",
                                          ">",   "+",   "-",  "*",  "/",  "%",  "!",  "?",  ":",
                                          "(",   ")",   "[",  "]",  "{",  "}",  ",",  "."};

constexpr Problem kUnknownOperator{"この演算子や記号は使えません。",
                                   "this operator or sign is not available"};
constexpr Problem kBadNumber{"数の書き方が正しくありません。", "malformed number"};
constexpr Problem kBadEscape{"文字列のエスケープが正しくありません。", "malformed escape in a string"};
constexpr Problem kOpenString{"文字列が閉じていません。", "the string is not closed"};
constexpr Problem kBadSign{"読めない文字です。", "unexpected character"};

bool StartsName(char c) { return absl::ascii_isalpha(c) || c == '_' || c == '$'; }
bool ContinuesName(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '$'; }

}  // namespace

absl::Status Lexer::Next(Token* token) {
  while (size_t bytes = WhitespaceBytes(Rest())) at_ += bytes;
  *token = Token();
  token->offset = at_;
  if (at_ == text_.size()) return absl::OkStatus();
  char c = text_[at_];
  if (StartsName(c)) {
    while (at_ < text_.size() && ContinuesName(text_[at_])) ++at_;
    token->kind = Token::Kind::kName;
  } else if (absl::ascii_isdigit(c) ||
             (c == '.' && at_ + 1 < text_.size() && absl::ascii_isdigit(text_[at_ + 1]))) {
    JISSHO_RETURN_IF_ERROR(Number(token));
  } else if (c == '\'' || c == '"') {
    JISSHO_RETURN_IF_ERROR(String(token));
  } else {
    JISSHO_RETURN_IF_ERROR(Punctuator(token));
  }
  token->text = text_.substr(token->offset, at_ - token->offset);
  return absl::OkStatus();
}

absl::Status Lexer::Number(Token* token) {
  token->kind = Token::Kind::kNumber;
  size_t start = at_;
  char mark = Rest().size() > 1 ? absl::ascii_tolower(text_[at_ + 1]) : '\0';
  int base = text_[at_] != '0' ? 0 : mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
  std::optional<double> number;
  if (base != 0) {
    at_ += 2;
    while (at_ < text_.size() && ContinuesName(text_[at_])) ++at_;
    number = ParseDigits(text_.substr(start + 2, at_ - start - 2), base);
  } else {
    bool exponent = false;
    while (at_ < text_.size()) {
      char c = text_[at_];
      bool sign = (c == '+' || c == '-') && absl::ascii_tolower(text_[at_ - 1]) == 'e';
      if (!ContinuesName(c) && c != '.' && !sign) break;
      exponent = exponent || absl::ascii_tolower(c) == 'e';
      if (c == '.' && (exponent || absl::StrContains(text_.substr(start, at_ - start), '.'))) break;
      ++at_;
    }
    absl::string_view digits = text_.substr(start, at_ - start);
    // 010 is eight in old scripts and ten in people's eyes.
    bool octal = digits.size() > 1 && digits[0] == '0' && absl::ascii_isdigit(digits[1]);
    if (!octal) number = ParseDecimal(digits);
  }
  if (!number.has_value()) return Fault(kSyntax, start, kBadNumber);
  token->number = *number;
  return absl::OkStatus();
}

absl::Status Lexer::String(Token* token) {
  token->kind = Token::Kind::kString;
  char quote = text_[at_++];
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == quote) {
      ++at_;
      return absl::OkStatus();
    }
    if (c == '\n' || c == '\r') break;
    if (c == '\\') {
      JISSHO_RETURN_IF_ERROR(Escape(token));
    } else {
      token->string.push_back(c);
      ++at_;
    }
  }
  return Fault(kSyntax, token->offset, kOpenString);
}

absl::Status Lexer::Escape(Token* token) {
  size_t offset = at_++;
  if (at_ == text_.size()) return Fault(kSyntax, token->offset, kOpenString);
  char c = text_[at_];
  static constexpr absl::string_view kLetters = "bfnrtv";
  static constexpr absl::string_view kControls = "\b\f\n\r\t\v";
  size_t letter = kLetters.find(c);
  if (c == 'u' || c == 'x') return UnicodeEscape(offset, token);
  bool digit = absl::ascii_isdigit(c);
  bool nul = c == '0' && (at_ + 1 == text_.size() || !absl::ascii_isdigit(text_[at_ + 1]));
  bool line_end =
      c == '\n' || c == '\r' || absl::StartsWith(Rest(), "\u2028") || absl::StartsWith(Rest(), "\u2029");
  if ((digit && !nul) || line_end) return Fault(kSyntax, offset, kBadEscape);
  token->string.push_back(nul ? '\0' : letter != absl::string_view::npos ? kControls[letter] : c);
  ++at_;
  return absl::OkStatus();
}

absl::Status Lexer::HexCode(size_t offset, uint32_t* code) {
  bool braces = absl::StartsWith(Rest(), "u{");
  size_t start = at_ + (braces ? 2 : 1);
  size_t length = text_[at_] == 'x' ? 2 : 4;
  if (braces) {
    size_t end = text_.find('}', start);
    if (end == absl::string_view::npos) return Fault(kSyntax, offset, kBadEscape);
    length = end - start;
  }
  if (start + length > text_.size()) return Fault(kSyntax, offset, kBadEscape);
  std::optional<double> parsed = ParseDigits(text_.substr(start, length), 16);
  if (!parsed.has_value() || *parsed > 0x10FFFF) return Fault(kSyntax, offset, kBadEscape);
  *code = static_cast<uint32_t>(*parsed);
  at_ = start + length + (braces ? 1 : 0);
  return absl::OkStatus();
}

absl::Status Lexer::UnicodeEscape(size_t offset, Token* token) {
  uint32_t code = 0;
  JISSHO_RETURN_IF_ERROR(HexCode(offset, &code));
  if (code >= 0xD800 && code <= 0xDBFF && absl::StartsWith(Rest(), "\\u")) {
    ++at_;
    uint32_t low = 0;
    JISSHO_RETURN_IF_ERROR(HexCode(offset, &low));
    if (low < 0xDC00 || low > 0xDFFF) return Fault(kSyntax, offset, kBadEscape);
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  if (code >= 0xD800 && code <= 0xDFFF) return Fault(kSyntax, offset, kBadEscape);
  AppendUtf8(code, &token->string);
  return absl::OkStatus();
}

absl::Status Lexer::Punctuator(Token* token) {
  token->kind = Token::Kind::kPunctuator;
  for (absl::string_view sign : kForbidden) {
    if (absl::StartsWith(Rest(), sign)) return Fault(kNotAllowed, at_, kUnknownOperator, sign);
  }
  bool chain = absl::StartsWith(Rest(), "?.") && !(Rest().size() > 2 && absl::ascii_isdigit(Rest()[2]));
  if (chain) return Fault(kNotAllowed, at_, kUnknownOperator, "?.");
  for (absl::string_view sign : kAllowed) {
    if (absl::StartsWith(Rest(), sign)) {
      at_ += sign.size();
      return absl::OkStatus();
    }
  }
  char c = text_[at_];
  if (c == '=' || c == '&' || c == '|') return Fault(kNotAllowed, at_, kUnknownOperator, Rest().substr(0, 1));
  return Fault(kSyntax, at_, kBadSign);
}

}  // namespace jissho::expression
