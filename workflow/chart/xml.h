// What pugixml lacks for SCXML: namespaces and positions. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_XML_H_
#define JISSHO_WORKFLOW_CHART_XML_H_

#include <pugixml.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"

namespace jissho::chart {

// Turns byte offsets into lines and columns.
class PositionIndex {
 public:
  explicit PositionIndex(absl::string_view text);  // `text` must outlive the index
  Position At(long offset) const;

 private:
  absl::string_view text_;
  std::vector<long> line_starts_;
};

absl::string_view LocalName(absl::string_view qualified);

// The namespace that the node's prefix (or its absence) is bound to; "" when it is bound to none.
std::string NamespaceOf(const pugi::xml_node& node);

bool IsScxml(const pugi::xml_node& node);
bool IsJissho(const pugi::xml_node& node);

// The attribute `local` in kJisshoNamespace; an empty attribute when there is none.
pugi::xml_attribute JisshoAttribute(const pugi::xml_node& node, absl::string_view local);

// Local names of all attributes of the node in kJisshoNamespace.
std::vector<std::string> JisshoAttributeNames(const pugi::xml_node& node);

// What stands inside an element: its text, or its markup when it has child elements.
Payload InnerOf(const pugi::xml_node& node);

// Whether the text can be an XML id (NCName); characters beyond ASCII are taken for letters.
bool IsName(absl::string_view text);

// Splits on white space.
std::vector<std::string> Words(absl::string_view text);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_XML_H_
