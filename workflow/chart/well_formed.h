// Whether a text is well-formed XML with sound namespaces. pugixml takes many a text that is not: a second
// root, an attribute written twice, a prefix that nothing declares. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_WELL_FORMED_H_
#define JISSHO_WORKFLOW_CHART_WELL_FORMED_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace jissho::chart {

struct XmlFault {
  long offset = 0;  // in bytes
  std::string what;
};

// The first fault of a UTF-8 text of less than 2 GiB. A document type declaration is one: its entities would
// not be read.
std::optional<XmlFault> FindXmlFault(absl::string_view text);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_WELL_FORMED_H_
