// Words for what a chart names but does not label: roles, actions, data and values. They belong to the
// product, not to the language of charts, and are handed in.
#ifndef JISSHO_WORKFLOW_CHART_VOCABULARY_H_
#define JISSHO_WORKFLOW_CHART_VOCABULARY_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace jissho::chart {

// The same in two languages.
struct Wording {
  std::string ja, en;
  friend bool operator==(const Wording&, const Wording&) = default;
};

struct Vocabulary {
  using Words = std::map<std::string, Wording, std::less<>>;
  Words roles;    // "manager"
  Words actions;  // of <jissho:do>, "grant.settle"
  Words data;     // names of data, and of the members of an event's data, "report_due_date"
  Words values;   // texts that data is compared with, "RESERVE"
};

// The words for a name; the name itself where there are none.
inline Wording WordsFor(const Vocabulary::Words& words, absl::string_view name) {
  const auto found = words.find(name);
  return found != words.end() ? found->second : Wording{std::string(name), std::string(name)};
}

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_VOCABULARY_H_
