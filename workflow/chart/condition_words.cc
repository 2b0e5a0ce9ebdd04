#include "workflow/chart/condition_words.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "workflow/chart/labels.h"

namespace jissho::chart {
namespace {

constexpr int kMaxDepth = 32;

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '$'; }

// Names with their members, numbers, and texts with their quotes are one token each. nullopt for
// what cannot be told apart here.
std::optional<std::vector<std::string>> Tokens(absl::string_view text) {
  std::vector<std::string> tokens;
  while (!(text = absl::StripLeadingAsciiWhitespace(text)).empty()) {
    size_t length = 0;
    if (text[0] == '\'' || text[0] == '"') {
      const size_t end = text.find(text[0], 1);
      if (end == absl::string_view::npos || absl::StrContains(text.substr(0, end), "\\")) return std::nullopt;
      tokens.emplace_back(text.substr(0, end + 1));
      text.remove_prefix(end + 1);
      continue;
    }
    while (length < text.size() && IsNameCharacter(text[length])) ++length;
    if (length == 0) {
      for (const char* sign : {"===", "!==", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")"}) {
        if (!absl::StartsWith(text, sign)) continue;
        length = absl::string_view(sign).size();
        break;
      }
    }
    if (length == 0) return std::nullopt;
    tokens.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return tokens;
}

bool IsText(absl::string_view token) { return absl::StartsWith(token, "'") || absl::StartsWith(token, "\""); }

bool IsOperand(absl::string_view token) {
  return !token.empty() && (IsNameCharacter(token[0]) || IsText(token));
}

absl::string_view Unquoted(absl::string_view token) { return token.substr(1, token.size() - 2); }

struct Comparison {
  absl::string_view sign, ja, en, ja_not, en_not;
};

constexpr Comparison kComparisons[] = {
    {"==", "である", "is", "でない", "is not"},
    {"===", "である", "is", "でない", "is not"},
    {"!=", "でない", "is not", "である", "is"},
    {"!==", "でない", "is not", "である", "is"},
    {"<=", "以下である", "is at most", "より大きい", "is more than"},
    {">=", "以上である", "is at least", "より小さい", "is less than"},
    {"<", "より小さい", "is less than", "以上である", "is at least"},
    {">", "より大きい", "is more than", "以下である", "is at most"},
};

// A part in words, and what holds it together at its outermost.
struct Phrase {
  Wording words;
  enum { kAtom, kAnd, kOr } kind = kAtom;
};

class Describer {
 public:
  Describer(const Chart& chart, const Vocabulary& vocabulary, std::vector<std::string> tokens)
      : chart_(chart), vocabulary_(vocabulary), tokens_(std::move(tokens)) {}

  std::optional<Wording> Whole() {
    const auto phrase = Either(false);
    if (!phrase || at_ != tokens_.size()) return std::nullopt;
    return phrase->words;
  }

 private:
  absl::string_view Peek() const {
    return at_ < tokens_.size() ? absl::string_view(tokens_[at_]) : absl::string_view();
  }
  bool Take(absl::string_view sign) {
    if (Peek() != sign) return false;
    ++at_;
    return true;
  }

  // `negated`: the phrase says the opposite, by De Morgan, so that nobody reads "not (… or …)".
  std::optional<Phrase> Either(bool negated) {
    return Chain("||", negated ? Phrase::kAnd : Phrase::kOr, [this, negated] { return Both(negated); });
  }
  std::optional<Phrase> Both(bool negated) {
    return Chain("&&", negated ? Phrase::kOr : Phrase::kAnd, [this, negated] { return Single(negated); });
  }

  template <class Next>
  std::optional<Phrase> Chain(absl::string_view sign, decltype(Phrase::kind) kind, Next next) {
    std::vector<Phrase> parts;
    do {
      auto part = next();
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
    } while (Take(sign));
    if (parts.size() == 1) return parts.front();
    std::vector<std::string> ja, en;
    for (const Phrase& part : parts) {
      const bool mixed = part.kind != Phrase::kAtom && part.kind != kind;
      ja.push_back(mixed ? absl::StrCat("（", part.words.ja, "）") : part.words.ja);
      en.push_back(mixed ? absl::StrCat("(", part.words.en, ")") : part.words.en);
    }
    const bool all = kind == Phrase::kAnd;
    return Phrase{{absl::StrJoin(ja, all ? "、かつ" : "、または"), absl::StrJoin(en, all ? " and " : " or ")},
                  kind};
  }

  std::optional<Phrase> Single(bool negated) {
    if (++depth_ > kMaxDepth) return std::nullopt;
    auto phrase = SingleInside(negated);
    --depth_;
    return phrase;
  }

  std::optional<Phrase> SingleInside(bool negated) {
    if (Take("!")) return Single(!negated);
    if (Take("(")) {
      auto inside = Either(negated);
      if (!inside || !Take(")") || ComparisonHere() != nullptr) return std::nullopt;
      return inside;
    }
    if (!IsOperand(Peek())) return std::nullopt;
    const std::string left = tokens_[at_++];
    if (left == "In") return InState(negated);
    if (Peek() == "(") return std::nullopt;
    const Comparison* comparison = ComparisonHere();
    if (comparison == nullptr) return Truth(left, negated);
    ++at_;
    if (!IsOperand(Peek())) return std::nullopt;
    return Compared(left, *comparison, tokens_[at_++], negated);
  }

  const Comparison* ComparisonHere() const {
    for (const Comparison& comparison : kComparisons) {
      if (Peek() == comparison.sign) return &comparison;
    }
    return nullptr;
  }

  std::optional<Phrase> InState(bool negated) {
    if (!Take("(") || !IsText(Peek())) return std::nullopt;
    const State* state = chart_.Find(Unquoted(tokens_[at_++]));
    if (state == nullptr || !Take(")")) return std::nullopt;
    const Wording name = StateName(*state);
    return Phrase{{absl::StrCat("「", name.ja, "」", negated ? "でない" : "である"),
                   absl::StrCat(negated ? "not in '" : "in '", name.en, "'")}};
  }

  std::optional<Phrase> Truth(const std::string& name, bool negated) {
    if (IsText(name) || absl::ascii_isdigit(name[0])) return std::nullopt;
    const Wording words = DescribeOperand(vocabulary_, name);
    return Phrase{{absl::StrCat(words.ja, negated ? "でない" : "である"),
                   absl::StrCat(negated ? "not " : "", words.en)}};
  }

  std::optional<Phrase> Compared(const std::string& left, const Comparison& comparison,
                                 const std::string& right, bool negated) {
    const bool equal = comparison.en == "is";
    const bool unequal = comparison.en == "is not";
    if ((equal || unequal) && (right == "true" || right == "false")) {
      return Truth(left, negated != (unequal != (right == "false")));
    }
    const Wording a = DescribeOperand(vocabulary_, left);
    Wording b = DescribeOperand(vocabulary_, right);
    if (IsText(right) && Unquoted(right).empty()) b = {"空", "empty"};
    if (right == "null") b = {"なし", "none"};
    return Phrase{{absl::StrCat(a.ja, "が", b.ja, negated ? comparison.ja_not : comparison.ja),
                   absl::StrCat(a.en, " ", negated ? comparison.en_not : comparison.en, " ", b.en)}};
  }

  const Chart& chart_;
  const Vocabulary& vocabulary_;
  const std::vector<std::string> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

Wording AsWritten(absl::string_view text) { return {std::string(text), std::string(text)}; }

}  // namespace

Wording DescribeCondition(const Chart& chart, const Vocabulary& vocabulary, absl::string_view condition) {
  auto tokens = Tokens(condition);
  if (!tokens || tokens->empty()) return AsWritten(condition);
  return Describer(chart, vocabulary, *std::move(tokens)).Whole().value_or(AsWritten(condition));
}

Wording DescribeOperand(const Vocabulary& vocabulary, absl::string_view text) {
  const auto tokens = Tokens(text);
  if (!tokens || tokens->size() != 1 || !IsOperand(tokens->front())) return AsWritten(text);
  absl::string_view name = tokens->front();
  if (IsText(name)) {
    const Wording words = WordsFor(vocabulary.values, Unquoted(name));
    return {absl::StrCat("「", words.ja, "」"), absl::StrCat("'", words.en, "'")};
  }
  const bool given = absl::ConsumePrefix(&name, "_event.data.");
  const bool counted = absl::ConsumeSuffix(&name, ".length");
  Wording words = WordsFor(vocabulary.data, name);
  if (given && words.ja == name) words = {absl::StrCat("入力の", name), absl::StrCat("the given ", name)};
  if (counted) words = {absl::StrCat(words.ja, "の数"), absl::StrCat("the number of ", words.en)};
  return words;
}

}  // namespace jissho::chart
