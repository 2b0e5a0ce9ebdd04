// The project's own files as text, read once, for the rules that hold the architecture.
#ifndef JISSHO_TESTS_ARCHITECTURE_SOURCE_TREE_H_
#define JISSHO_TESTS_ARCHITECTURE_SOURCE_TREE_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jissho::architecture {

struct Literal {
  int line = 0;
  std::string text;  // between the quotes, escapes as written
};

struct SourceFile {
  std::string path;                // relative to the root, with slashes
  std::vector<std::string> lines;  // as written
  // C++ only. The same lines with comments and the insides of literals blanked, and the literals themselves.
  std::vector<std::string> code;
  std::vector<Literal> literals;

  bool IsCpp() const;
  bool IsTest() const;  // *_test.cc and *_fixture.* beside the code, all under tests/
};

// Sources, protos, charts, scripts, documents and build files under `root`; neither build output nor what
// others wrote (third_party, google protos, the W3C conformance suite). Sorted by path.
std::vector<SourceFile> ReadSourceTree(const std::string& root);

struct Violation {
  std::string path;
  int line = 0;
  std::string what;
  friend bool operator==(const Violation&, const Violation&) = default;
};

std::ostream& operator<<(std::ostream& out, const Violation& violation);  // path:line: what

bool IsUnder(absl::string_view path, absl::string_view folder);

}  // namespace jissho::architecture

#endif  // JISSHO_TESTS_ARCHITECTURE_SOURCE_TREE_H_
