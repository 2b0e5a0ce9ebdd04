#include "workflow/chart/picture_label.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "workflow/chart/wrap.h"

namespace jissho::chart {
std::string EscapeLabel(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "<BR/>";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

std::string Quote(absl::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20) plain += c;
  }
  return absl::StrCat("\"", absl::StrReplaceAll(plain, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string Typeset(absl::string_view text, const Type& type) {
  if (text.empty()) return "";  // Graphviz takes no empty <B>
  std::vector<std::string> lines;
  for (const std::string& line : WrapText(text, type.columns)) lines.push_back(EscapeLabel(line));
  const std::string inside = absl::StrJoin(lines, "<BR/>");
  return absl::StrCat("<FONT POINT-SIZE=\"", type.size, "\" COLOR=\"", type.colour, "\">",
                      type.bold ? "<B>" : "", inside, type.bold ? "</B>" : "", "</FONT>");
}

std::string Typeset(const Wording& words, Languages languages, const Type& japanese, const Type& english) {
  if (languages == Languages::kEnglish) return Typeset(words.en, japanese);
  if (languages == Languages::kJapanese || words.ja == words.en) return Typeset(words.ja, japanese);
  return absl::StrCat(Typeset(words.ja, japanese), "<BR/>", Typeset(words.en, english));
}

}  // namespace jissho::chart
