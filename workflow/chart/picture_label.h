// Labels of pictures in the markup that Graphviz calls HTML-like. Internal to the chart library.
#ifndef JISSHO_WORKFLOW_CHART_PICTURE_LABEL_H_
#define JISSHO_WORKFLOW_CHART_PICTURE_LABEL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "workflow/chart/picture.h"

namespace jissho::chart {

// Text for inside a label: markup and Graphviz's own escapes mean nothing in it; control characters vanish,
// line breaks become <BR/>.
std::string EscapeLabel(absl::string_view text);

// A quoted value of an attribute.
std::string Quote(absl::string_view text);

struct Type {
  double size;  // points
  absl::string_view colour;
  bool bold = false;
  int columns = 26;
};

// One text in one type, wrapped.
std::string Typeset(absl::string_view text, const Type& type);

// The wording in the chosen languages, one below the other.
std::string Typeset(const Wording& words, Languages languages, const Type& japanese, const Type& english);

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_PICTURE_LABEL_H_
