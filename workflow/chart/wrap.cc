#include "workflow/chart/wrap.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace jissho::chart {
namespace {

size_t CharacterLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

// From three bytes on (U+0800), which is where wide characters are, taken for wide: good enough to break
// lines.
int Columns(absl::string_view character) { return character.size() >= 3 ? 2 : 1; }

bool MayNotBeginALine(absl::string_view character) {
  for (const char* closing : {"、", "。", "）", "」", "』", "ー", "ょ", "ゃ", "ゅ", "っ"}) {
    if (character == closing) return true;
  }
  return false;
}

bool MayNotEndALine(absl::string_view character) {
  for (const char* opening : {"（", "「", "『", "・", "◇"}) {
    if (character == opening) return true;
  }
  return false;
}

std::vector<absl::string_view> Characters(absl::string_view text) {
  std::vector<absl::string_view> characters;
  while (!text.empty()) {
    const size_t length = std::min(CharacterLength(static_cast<unsigned char>(text[0])), text.size());
    characters.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return characters;
}

// What may not be broken: words of narrow characters with the space behind, wide characters with what
// may not begin a line.
std::vector<std::string> Chunks(absl::string_view text) {
  std::vector<std::string> chunks;
  bool open = false;    // the last chunk takes more narrow characters
  bool opened = false;  // the last chunk may not end here
  for (const absl::string_view character : Characters(text)) {
    const bool wide = Columns(character) == 2;
    const bool joins = opened || (wide ? MayNotBeginALine(character) : open);
    if (joins && !chunks.empty()) {
      absl::StrAppend(&chunks.back(), character);
    } else {
      chunks.emplace_back(character);
    }
    open = !wide && character != " ";
    opened = MayNotEndALine(character);
  }
  return chunks;
}

int Width(absl::string_view text) {
  int width = 0;
  for (const absl::string_view character : Characters(text)) width += Columns(character);
  return width;
}

}  // namespace

std::vector<std::string> WrapText(absl::string_view text, int columns) {
  std::vector<std::string> lines;
  for (const absl::string_view paragraph : absl::StrSplit(text, '\n')) {
    std::string line;
    for (const std::string& chunk : Chunks(paragraph)) {
      if (!line.empty() && Width(line) + Width(chunk) > columns) lines.push_back(std::exchange(line, ""));
      line += chunk;
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace jissho::chart
