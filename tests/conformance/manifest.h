// The list of a folder of SCXML conformance tests, as the W3C's implementation report has them: one document
// a test that ends in the state "pass" or "fail".
//
// FOLDER/manifest.json: {"tests": [{"id", "files": [document…], "feature", "conformance": "mandatory" |
// "optional", "manual": bool, "applies_to": data model, "requires": [what it needs…]}]}
#ifndef JISSHO_TESTS_CONFORMANCE_MANIFEST_H_
#define JISSHO_TESTS_CONFORMANCE_MANIFEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace jissho::conformance {

struct Test {
  std::string id;
  std::string feature;
  bool mandatory = true;
  std::vector<std::string> files;  // all must pass
  std::string left_out;            // why it is not run; empty: it is
};

// In the manifest's order. NOT_FOUND without a manifest, INVALID_ARGUMENT for one that cannot be read.
absl::StatusOr<std::vector<Test>> ReadManifest(const std::string& folder);

}  // namespace jissho::conformance

#endif  // JISSHO_TESTS_CONFORMANCE_MANIFEST_H_
