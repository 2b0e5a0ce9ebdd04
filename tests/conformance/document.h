// What both kinds of runners share.
#ifndef JISSHO_TESTS_CONFORMANCE_DOCUMENT_H_
#define JISSHO_TESTS_CONFORMANCE_DOCUMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/conformance/runner.h"

namespace jissho::conformance {

// The longest that a document is waited for, by the virtual clock.
inline constexpr absl::Duration kPatience = absl::Hours(1);

// The document's text with what it takes in from outside.
absl::StatusOr<std::string> ReadDocument(const std::string& folder, const std::string& file);

Outcome Judge(const std::vector<std::string>& configuration, bool finished, int64_t macrosteps);

}  // namespace jissho::conformance

#endif  // JISSHO_TESTS_CONFORMANCE_DOCUMENT_H_
