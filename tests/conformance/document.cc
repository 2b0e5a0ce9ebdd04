#include "tests/conformance/document.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/base/error.h"
#include "workflow/chart/sources.h"

namespace jissho::conformance {

absl::StatusOr<std::string> ReadDocument(const std::string& folder, const std::string& file) {
  const chart::Loader load = chart::FilesBelow(folder);
  JISSHO_ASSIGN_OR_RETURN(const std::string text, load(file));
  return chart::TakeInSources(text, load);
}

Outcome Judge(const std::vector<std::string>& configuration, bool finished, int64_t macrosteps) {
  Outcome outcome;
  outcome.macrosteps = macrosteps;
  outcome.passed = finished && configuration == std::vector<std::string>{"pass"};
  if (!outcome.passed) {
    outcome.detail = absl::StrCat(finished ? "ended in " : "stays in ", absl::StrJoin(configuration, " "));
  }
  return outcome;
}

}  // namespace jissho::conformance
