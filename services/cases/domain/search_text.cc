#include "services/cases/domain/search_text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "absl/strings/escaping.h"

namespace jissho::cases {

namespace {

icu::UnicodeString FromUtf8(absl::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string ToUtf8(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

icu::UnicodeString Fold(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) return text;
  icu::UnicodeString folded = normalizer->normalize(text, error);
  return U_FAILURE(error) ? text : folded;
}

std::vector<std::string> CharactersOf(absl::string_view text) {
  const icu::UnicodeString unicode = FromUtf8(text);
  std::vector<std::string> characters;
  for (int32_t i = 0; i < unicode.length(); i = unicode.moveIndex32(i, 1)) {
    characters.push_back(ToUtf8(icu::UnicodeString(unicode.char32At(i))));
  }
  return characters;
}

}  // namespace

std::vector<std::string> WordsOf(absl::string_view query) {
  const icu::UnicodeString folded = Fold(FromUtf8(query));
  std::vector<std::string> words;
  icu::UnicodeString word;
  for (int32_t i = 0; i <= folded.length(); i = folded.moveIndex32(i, 1)) {
    if (i < folded.length() && !u_isUWhiteSpace(folded.char32At(i))) {
      word.append(folded.char32At(i));
      continue;
    }
    if (!word.isEmpty()) words.push_back(ToUtf8(word));
    word.remove();
    if (i == folded.length()) break;
  }
  return words;
}

std::string NormaliseForSearch(absl::string_view text) {
  std::string out;
  for (const std::string& word : WordsOf(text)) out += word;
  return out;
}

std::set<std::string> GramsOf(absl::string_view normalised) {
  const std::vector<std::string> characters = CharactersOf(normalised);
  std::set<std::string> grams;
  for (size_t i = 0; i < characters.size(); ++i) {
    grams.insert(absl::BytesToHexString(characters[i]));
    if (i + 1 < characters.size()) grams.insert(absl::BytesToHexString(characters[i] + characters[i + 1]));
  }
  return grams;
}

std::set<std::string> GramsToFind(absl::string_view word) {
  const std::vector<std::string> characters = CharactersOf(word);
  if (characters.size() == 1) return {absl::BytesToHexString(characters[0])};
  std::set<std::string> grams;
  for (size_t i = 0; i + 1 < characters.size(); ++i) {
    grams.insert(absl::BytesToHexString(characters[i] + characters[i + 1]));
  }
  return grams;
}

}  // namespace jissho::cases
