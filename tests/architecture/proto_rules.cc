#include <regex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/architecture/rules.h"

namespace jissho::architecture {
namespace {

bool IsComment(absl::string_view line) {
  return absl::StartsWith(line, "//") || absl::StartsWith(line, "/*") || absl::EndsWith(line, "*/");
}

// Name of what the line declares; empty when it declares nothing that needs a comment.
std::string DeclaredBy(const std::string& line) {
  static const auto& block = *new std::regex(R"(^\s*(service|rpc|message|enum)\s+(\w+))");
  static const auto& field = *new std::regex(
      R"(^\s*(?:repeated\s+|optional\s+)?(?:map\s*<[^>]*>|[\w.]+)\s+(\w+)\s*=\s*\d+\s*(?:[\[;]|$))");
  static const auto& value = *new std::regex(R"(^\s*([A-Z][A-Z0-9_]*)\s*=\s*-?\d+\s*(?:[\[;]|$))");
  static const auto& directive =
      *new std::regex(R"(^\s*(option|syntax|package|import|reserved|extensions)\b)");
  std::smatch match;
  if (std::regex_search(line, match, directive)) return "";
  if (std::regex_search(line, match, block)) return absl::StrCat(match[1].str(), " ", match[2].str());
  if (std::regex_search(line, match, field)) return absl::StrCat("field ", match[1].str());
  if (std::regex_search(line, match, value)) return absl::StrCat("value ", match[1].str());
  return "";
}

}  // namespace

std::vector<Violation> CheckProtoComments(const Tree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    // A test's own messages are no contract.
    if (!absl::EndsWith(file.path, ".proto") || absl::StrContains(file.path, "/testing/")) continue;
    bool after_comment = false;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const absl::string_view line = absl::StripAsciiWhitespace(file.lines[i]);
      if (IsComment(line)) {
        after_comment = true;
        continue;
      }
      const std::string declared = DeclaredBy(file.lines[i]);
      const bool commented = after_comment || absl::StrContains(line, "//");
      if (!declared.empty() && !commented) {
        violations.push_back({file.path, static_cast<int>(i) + 1, absl::StrCat(declared, " has no comment")});
      }
      after_comment = false;
    }
  }
  return violations;
}

}  // namespace jissho::architecture
