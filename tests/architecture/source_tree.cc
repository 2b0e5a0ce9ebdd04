#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace jissho::architecture {
namespace {

namespace fs = std::filesystem;

bool SkipFolder(const std::string& path, const std::string& name) {
  static const std::set<std::string> kNames = {"build", ".git",        "node_modules",
                                               "data",  "third_party", "dist"};
  static const std::set<std::string> kPaths = {"protos/google", "tests/conformance/irp",
                                               "tests/conformance/w3c"};
  return kNames.count(name) > 0 || kPaths.count(path) > 0;
}

bool WantFile(const fs::path& path) {
  static const std::set<std::string> kExtensions = {".h",     ".cc",  ".inc", ".proto", ".scxml", ".md",
                                                    ".cmake", ".txt", ".sh",  ".yml",   ".yaml",  ".sql",
                                                    ".ts",    ".js",  ".css", ".html",  ".py",    ""};
  return kExtensions.count(path.extension().string()) > 0;
}

// Walks C++ text once; knows comments, character, string and raw string literals.
class Lexer {
 public:
  Lexer(const std::string& text, SourceFile& file) : text_(text), code_(text), file_(file) {}

  void Run() {
    while (at_ < text_.size()) Step();
    file_.code = absl::StrSplit(code_, '\n');
  }

 private:
  void Step() {
    if (Starts("//")) {
      BlankUntil(text_.find('\n', at_));
    } else if (Starts("/*")) {
      const size_t end = text_.find("*/", at_ + 2);
      BlankUntil(end == std::string::npos ? end : end + 2);
    } else if (Starts("R\"") && !AfterWordCharacter()) {
      RawString();
    } else if (text_[at_] == '"' || (text_[at_] == '\'' && !AfterWordCharacter())) {
      Quoted(text_[at_]);
    } else {
      Advance();
    }
  }

  bool Starts(absl::string_view what) const {
    return absl::StartsWith(absl::string_view(text_).substr(at_), what);
  }

  // 1'000 is a number and fooR"…" no raw string.
  bool AfterWordCharacter() const {
    return at_ > 0 && (absl::ascii_isalnum(text_[at_ - 1]) || text_[at_ - 1] == '_');
  }

  void Advance() {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }

  void BlankUntil(size_t end) {
    end = std::min(end, text_.size());
    while (at_ < end) {
      if (text_[at_] != '\n') code_[at_] = ' ';
      Advance();
    }
  }

  void RawString() {
    const size_t open = text_.find('(', at_);
    if (open == std::string::npos) return Advance();
    const absl::string_view text = text_;
    const std::string closing = absl::StrCat(")", text.substr(at_ + 2, open - at_ - 2), "\"");
    const size_t close = std::min(text_.find(closing, open), text_.size());
    file_.literals.push_back({line_, std::string(text.substr(open + 1, close - open - 1))});
    BlankUntil(close + closing.size());
  }

  void Quoted(char quote) {
    const int line = line_;
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end, text_.size());
    if (quote == '"') file_.literals.push_back({line, text_.substr(at_ + 1, end - at_ - 1)});
    Advance();
    BlankUntil(end);
    if (at_ < text_.size()) Advance();
  }

  const std::string& text_;
  std::string code_;
  SourceFile& file_;
  size_t at_ = 0;
  int line_ = 1;
};

SourceFile ReadFile(const fs::path& path, const std::string& relative) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream buffer;
  buffer << in.rdbuf();
  const std::string text = buffer.str();
  SourceFile file;
  file.path = relative;
  file.lines = absl::StrSplit(text, '\n');
  if (file.IsCpp()) Lexer(text, file).Run();
  return file;
}

}  // namespace

bool SourceFile::IsCpp() const {
  return absl::EndsWith(path, ".h") || absl::EndsWith(path, ".cc") || absl::EndsWith(path, ".inc");
}

bool SourceFile::IsTest() const {
  return IsUnder(path, "tests") || absl::EndsWith(path, "_test.cc") || absl::EndsWith(path, "_fixture.h") ||
         absl::EndsWith(path, "_fixture.cc");
}

std::vector<SourceFile> ReadSourceTree(const std::string& root) {
  std::vector<SourceFile> files;
  for (fs::recursive_directory_iterator it(root), end; it != end; ++it) {
    const std::string relative = fs::relative(it->path(), root).generic_string();
    if (it->is_directory()) {
      if (SkipFolder(relative, it->path().filename().string())) it.disable_recursion_pending();
    } else if (it->is_regular_file() && WantFile(it->path())) {
      files.push_back(ReadFile(it->path(), relative));
    }
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::ostream& operator<<(std::ostream& out, const Violation& violation) {
  return out << violation.path << ":" << violation.line << ": " << violation.what;
}

bool IsUnder(absl::string_view path, absl::string_view folder) {
  return absl::StartsWith(path, folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

}  // namespace jissho::architecture
