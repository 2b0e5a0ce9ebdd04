#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tests/architecture/rules.h"

namespace jissho::architecture {
namespace {

struct Include {
  int line;
  std::string target;
};

std::vector<Include> IncludesOf(const SourceFile& file) {
  std::vector<Include> includes;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    // The blanked code tells a directive from one that is quoted in a comment or a raw string.
    absl::string_view code = absl::StripAsciiWhitespace(file.code[i]);
    if (!absl::ConsumePrefix(&code, "#")) continue;
    if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(code), "include")) continue;
    const size_t open = file.lines[i].find_first_of("\"<");
    const size_t close = file.lines[i].find_last_of("\">");
    if (open == std::string::npos || close <= open) continue;
    includes.push_back({static_cast<int>(i) + 1, file.lines[i].substr(open + 1, close - open - 1)});
  }
  return includes;
}

// What the files of a folder may include of the project itself. The first matching row counts; "" allows
// everything.
struct Layer {
  absl::string_view folder;
  std::vector<absl::string_view> may_include;
};

const std::vector<Layer>& Layers() {
  static const auto& layers = *new std::vector<Layer>{
      {"workflow/base", {"workflow/base"}},
      {"workflow/storage", {"workflow/base", "workflow/storage"}},
      {"workflow/expression", {"workflow/base", "workflow/expression"}},
      {"workflow/chart", {"workflow/base", "workflow/expression", "workflow/chart"}},
      {"workflow/engine", {"workflow/base", "workflow/expression", "workflow/chart", "workflow/engine"}},
      {"workflow/act", {"workflow"}},
      {"workflow/charts", {"workflow"}},
      {"services/civil", {"workflow/base", "services/civil"}},
      {"services/runtime", {"workflow", "services/civil", "services/runtime", "jissho"}},
      {"services/server", {""}},
      // The command tries charts out before they are deployed: without a server, as the server would.
      {"clients/cli",
       {"workflow/base", "workflow/chart", "workflow/charts", "workflow/engine", "workflow/expression",
        "services/civil", "clients", "jissho"}},
      {"clients", {"workflow/base", "services/civil", "clients", "jissho"}},
  };
  return layers;
}

const char* const kProjectRoots[] = {"workflow", "services", "clients", "tests", "jissho"};

bool IsProjectInclude(absl::string_view target) {
  for (const char* root : kProjectRoots) {
    if (IsUnder(target, root)) return true;
  }
  return false;
}

// The allowed folders for a file; nullopt when the file is outside the layered folders.
std::optional<std::vector<std::string>> AllowedFor(const SourceFile& file) {
  for (const Layer& layer : Layers()) {
    if (IsUnder(file.path, layer.folder)) {
      return std::vector<std::string>(layer.may_include.begin(), layer.may_include.end());
    }
  }
  if (!IsUnder(file.path, "services")) return std::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(file.path, '/');
  return std::vector<std::string>{"workflow", "services/runtime", "services/civil", "jissho",
                                  absl::StrCat("services/", parts[1])};
}

bool IsAllowed(const std::string& target, const std::vector<std::string>& allowed) {
  for (const std::string& folder : allowed) {
    if (folder.empty() || IsUnder(target, folder)) return true;
  }
  return false;
}

bool IsGrpc(absl::string_view target) {
  return absl::StartsWith(target, "grpc") || absl::EndsWith(target, ".grpc.pb.h");
}
bool IsProtobuf(absl::string_view target) {
  return absl::StartsWith(target, "google/protobuf/") || absl::EndsWith(target, ".pb.h");
}
bool IsSoci(absl::string_view target) { return absl::StartsWith(target, "soci"); }

bool IsPure(const std::string& path) {
  for (const char* folder : {"workflow/base", "workflow/expression", "workflow/chart", "workflow/engine",
                             "workflow/storage", "services/civil"}) {
    if (IsUnder(path, folder)) return true;
  }
  return absl::StrContains(path, "/domain/");
}

}  // namespace

std::vector<Violation> CheckProjectIncludes(const Tree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    if (!file.IsCpp() || file.IsTest()) continue;
    const auto allowed = AllowedFor(file);
    if (!allowed) continue;
    for (const Include& include : IncludesOf(file)) {
      if (!IsProjectInclude(include.target) || IsAllowed(include.target, *allowed)) continue;
      violations.push_back({file.path, include.line, absl::StrCat("may not include ", include.target)});
    }
  }
  return violations;
}

std::vector<Violation> CheckLibraryIncludes(const Tree& tree) {
  std::vector<Violation> violations;
  for (const SourceFile& file : tree) {
    if (!file.IsCpp() || file.IsTest()) continue;
    const bool pure = IsPure(file.path);
    for (const Include& include : IncludesOf(file)) {
      const bool grpc = IsGrpc(include.target) && (pure || IsUnder(file.path, "workflow"));
      const bool protobuf = IsProtobuf(include.target) && pure;
      const bool soci = IsSoci(include.target) && !IsUnder(file.path, "workflow/storage");
      if (!grpc && !protobuf && !soci) continue;
      violations.push_back(
          {file.path, include.line, absl::StrCat("must not know the library of ", include.target)});
    }
  }
  return violations;
}

}  // namespace jissho::architecture
