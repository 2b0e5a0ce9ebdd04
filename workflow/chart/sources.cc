#include "workflow/chart/sources.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "workflow/chart/xml.h"

namespace jissho::chart {
namespace {

// Markup becomes child elements, anything else text.
void PutInside(pugi::xml_node node, const std::string& content) {
  pugi::xml_document document;
  if (document.load_string(content.c_str())) {
    for (const auto& child : document.children()) {
      if (child.type() != pugi::node_element) continue;
      pugi::xml_node copy = node.append_copy(child);
      // The document's names are bound as they were there, not as they would be here.
      if (!copy.attribute("xmlns")) copy.append_attribute("xmlns") = "";
    }
    return;
  }
  node.append_child(pugi::node_pcdata).set_value(content.c_str());
}

struct TakeIn : pugi::xml_tree_walker {
  const Loader* load = nullptr;
  bool changed = false;

  bool for_each(pugi::xml_node& node) override {
    if (!IsScxml(node)) return true;
    const absl::string_view name = LocalName(node.name());
    const auto src = node.attribute("src");
    if (!src || (name != "data" && name != "script")) return true;
    const absl::StatusOr<std::string> content = (*load)(src.value());
    if (!content.ok()) return true;
    node.remove_attribute("src");
    PutInside(node, *content);
    changed = true;
    return true;
  }
};

}  // namespace

Loader FilesBelow(std::string directory) {
  return [directory = std::move(directory)](const std::string& uri) -> absl::StatusOr<std::string> {
    absl::string_view name = uri;
    absl::ConsumePrefix(&name, "file:");
    const std::filesystem::path relative = std::filesystem::path(std::string(name)).lexically_normal();
    if (relative.empty() || relative.is_absolute() || *relative.begin() == "..") {
      return absl::InvalidArgumentError(absl::StrCat(uri, " does not lie beside the chart"));
    }
    std::ifstream file(std::filesystem::path(directory) / relative, std::ios::binary);
    if (!file) return absl::NotFoundError(absl::StrCat(uri, " cannot be read"));
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  };
}

std::string TakeInSources(absl::string_view text, const Loader& load) {
  pugi::xml_document document;
  // With the white space: a fault's line stays the author's.
  const auto parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_full | pugi::parse_ws_pcdata);
  if (!parsed) return std::string(text);
  TakeIn walker;
  walker.load = &load;
  document.traverse(walker);
  if (!walker.changed) return std::string(text);
  std::ostringstream out;
  document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return out.str();
}

}  // namespace jissho::chart
