// Reads executable content. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_CONTENT_PARSER_H_
#define JISSHO_WORKFLOW_CHART_CONTENT_PARSER_H_

#include <initializer_list>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "workflow/chart/chart.h"
#include "workflow/chart/xml.h"

namespace jissho::chart {

// Codes of the faults that the parser itself finds; the validator's stand in validator.h.
inline constexpr char kUnknownElement[] = "UNKNOWN_ELEMENT";
inline constexpr char kUnknownAttribute[] = "UNKNOWN_ATTRIBUTE";
inline constexpr char kMissingAttribute[] = "MISSING_ATTRIBUTE";
inline constexpr char kContradictingAttributes[] = "CONTRADICTING_ATTRIBUTES";
inline constexpr char kBadValue[] = "BAD_VALUE";

class ContentParser {
 public:
  explicit ContentParser(absl::string_view text) : positions_(text) {}

  // The children of a container of executable content, in order.
  Block ReadBlock(const pugi::xml_node& container);
  std::vector<Param> ReadParams(const pugi::xml_node& parent);
  std::optional<Payload> ReadPayload(const pugi::xml_node& parent);
  Script ReadScript(const pugi::xml_node& node);

  Position At(const pugi::xml_node& node) const { return positions_.At(node.offset_debug() - 1); }
  // The position of a byte of the text.
  Position AtOffset(long offset) const { return positions_.At(offset); }

  void AddFault(const pugi::xml_node& node, absl::string_view code, absl::string_view ja,
                absl::string_view en);
  void AddUnknownElement(const pugi::xml_node& node);
  void AddUnknownAttribute(const pugi::xml_node& node, absl::string_view name);
  // The attribute's value; a fault when it is missing.
  std::string Required(const pugi::xml_node& node, const char* name);
  // A fault when more than one of these attributes is present.
  void AtMostOne(const pugi::xml_node& node, std::initializer_list<const char*> names);
  // A fault for each of our own attributes on the node that is not one of these.
  void OnlyOurAttributes(const pugi::xml_node& node, std::initializer_list<absl::string_view> known);

  // A fault for each attribute and each element below `root` that SCXML does not know where it stands. What
  // is in a foreign namespace is allowed anywhere, and data may be any markup. Where states and executable
  // content may stand is told when they are read.
  void FindUnknownParts(const pugi::xml_node& root);

  std::vector<Fault> TakeFaults() { return std::move(faults_); }

 private:
  void ReadElement(const pugi::xml_node& node, Block& block);
  If ReadIf(const pugi::xml_node& node);
  Send ReadSend(const pugi::xml_node& node);
  // When it falls due.
  void ReadDue(const pugi::xml_node& node, Send& send);
  Assign ReadAssign(const pugi::xml_node& node);
  Cancel ReadCancel(const pugi::xml_node& node);
  Foreach ReadForeach(const pugi::xml_node& node);
  Do ReadDo(const pugi::xml_node& node);

  PositionIndex positions_;
  std::vector<Fault> faults_;
};

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_CONTENT_PARSER_H_
