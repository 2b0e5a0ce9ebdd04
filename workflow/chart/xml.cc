#include "workflow/chart/xml.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace jissho::chart {
namespace {

absl::string_view PrefixOf(absl::string_view qualified) {
  const auto colon = qualified.find(':');
  return colon == absl::string_view::npos ? absl::string_view() : qualified.substr(0, colon);
}

std::string BoundTo(pugi::xml_node node, absl::string_view prefix) {
  const std::string wanted = prefix.empty() ? "xmlns" : absl::StrCat("xmlns:", prefix);
  for (; node; node = node.parent()) {
    if (const auto attribute = node.attribute(wanted.c_str())) return attribute.value();
  }
  return "";
}

// What the names inside `element` are bound to by the elements around it, so that it can stand alone.
void DeclareNamespaces(pugi::xml_node around, pugi::xml_node element) {
  if (element.type() != pugi::node_element) return;
  for (; around; around = around.parent()) {
    for (const auto& attribute : around.attributes()) {
      const absl::string_view name = attribute.name();
      if (name != "xmlns" && PrefixOf(name) != "xmlns") continue;
      if (!element.attribute(attribute.name())) element.append_copy(attribute);
    }
  }
}

}  // namespace

PositionIndex::PositionIndex(absl::string_view text) : text_(text), line_starts_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(static_cast<long>(i) + 1);
  }
}

Position PositionIndex::At(long offset) const {
  offset = std::clamp<long>(offset, 0, static_cast<long>(text_.size()));
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const long start = *std::prev(next);
  int column = 1;
  for (long i = start; i < offset; ++i) {
    if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) ++column;
  }
  return {static_cast<int>(next - line_starts_.begin()), column};
}

absl::string_view LocalName(absl::string_view qualified) {
  const auto colon = qualified.find(':');
  return colon == absl::string_view::npos ? qualified : qualified.substr(colon + 1);
}

std::string NamespaceOf(const pugi::xml_node& node) { return BoundTo(node, PrefixOf(node.name())); }

bool IsScxml(const pugi::xml_node& node) {
  return node.type() == pugi::node_element && NamespaceOf(node) == kScxmlNamespace;
}

bool IsJissho(const pugi::xml_node& node) {
  return node.type() == pugi::node_element && NamespaceOf(node) == kJisshoNamespace;
}

pugi::xml_attribute JisshoAttribute(const pugi::xml_node& node, absl::string_view local) {
  for (const auto& attribute : node.attributes()) {
    const absl::string_view prefix = PrefixOf(attribute.name());
    if (prefix.empty() || LocalName(attribute.name()) != local) continue;
    if (BoundTo(node, prefix) == kJisshoNamespace) return attribute;
  }
  return {};
}

std::vector<std::string> JisshoAttributeNames(const pugi::xml_node& node) {
  std::vector<std::string> names;
  for (const auto& attribute : node.attributes()) {
    const absl::string_view prefix = PrefixOf(attribute.name());
    if (prefix.empty() || prefix == "xmlns" || BoundTo(node, prefix) != kJisshoNamespace) continue;
    names.emplace_back(LocalName(attribute.name()));
  }
  return names;
}

Payload InnerOf(const pugi::xml_node& node) {
  Payload payload;
  for (const auto& child : node.children()) payload.is_xml |= child.type() == pugi::node_element;
  if (!payload.is_xml) {
    for (const auto& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
        payload.text += child.value();
    }
    payload.text = std::string(absl::StripAsciiWhitespace(payload.text));
    return payload;
  }
  std::ostringstream out;
  for (const auto& child : node.children()) {
    pugi::xml_document standing_alone;
    DeclareNamespaces(node, standing_alone.append_copy(child));
    standing_alone.print(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  }
  payload.text = out.str();
  return payload;
}

bool IsName(absl::string_view text) {
  const auto begins = [](unsigned char c) { return absl::ascii_isalpha(c) || c == '_' || c >= 0x80; };
  const auto goes_on = [&](unsigned char c) {
    return begins(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
  };
  return !text.empty() && begins(text.front()) && std::all_of(text.begin(), text.end(), goes_on);
}

std::vector<std::string> Words(absl::string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
}

}  // namespace jissho::chart
