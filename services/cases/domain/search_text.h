// Searching Japanese titles without word boundaries: by pairs of neighbouring characters (bigrams).
//
// The databases' own full-text indexes differ and find nothing for two characters; pairs in a table of their
// own behave alike on both. Pure and thread-safe.
#ifndef JISSHO_SERVICES_CASES_DOMAIN_SEARCH_TEXT_H_
#define JISSHO_SERVICES_CASES_DOMAIN_SEARCH_TEXT_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jissho::cases {

// One form for what readers take for the same: Unicode NFKC with case folding (Ａ a ｱ → a a ア), white space
// removed. Malformed UTF-8 becomes U+FFFD.
std::string NormaliseForSearch(absl::string_view text);

// The words of a query: split at white space (ideographic too), each normalised; empty ones dropped.
std::vector<std::string> WordsOf(absl::string_view query);

// The single characters and pairs of a normalised text, each as the hexadecimal of its UTF-8: ASCII, so that
// no database's collation takes two of them for one.
std::set<std::string> GramsOf(absl::string_view normalised);

// The grams that a text must have to contain the word: its pairs, or the character of a word of one.
std::set<std::string> GramsToFind(absl::string_view word);

}  // namespace jissho::cases

#endif  // JISSHO_SERVICES_CASES_DOMAIN_SEARCH_TEXT_H_
