#include <map>
#include <optional>
#include <regex>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "tests/architecture/rules.h"

namespace jissho::architecture {
namespace {

constexpr char kPage[] = "docs/errors.md";

struct DeclaredReason {
  std::string path;
  int line = 0;
  std::string constant;
  std::string name;
  std::string code;
  std::string ja;
  std::string en;
  bool listed = false;
};

bool MayDeclare(const std::string& path) {
  return absl::EndsWith(path, "/reasons.h") || path == "workflow/base/error.h";
}

// kInvalidArgument → INVALID_ARGUMENT
std::string CanonicalName(absl::string_view constant) {
  std::string name;
  for (const char c : absl::StripPrefix(constant, "k")) {
    if (absl::ascii_isupper(c) && !name.empty()) name.push_back('_');
    name.push_back(absl::ascii_toupper(c));
  }
  return name;
}

std::string Unescape(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\\"", "\""}, {"\\\\", "\\"}, {"\\n", " "}});
}

// The braces of a declaration hold four parts: name, code, Japanese, English; neighbouring literals join.
DeclaredReason ReadDeclaration(const SourceFile& file, int first, int last, const std::string& constant,
                               const std::string& code_text) {
  DeclaredReason reason;
  reason.path = file.path;
  reason.line = first;
  reason.constant = constant;
  std::vector<const Literal*> literals;
  for (const Literal& literal : file.literals) {
    if (literal.line >= first && literal.line <= last) literals.push_back(&literal);
  }
  std::string parts[4];
  int part = 0;
  size_t next = 0;
  bool inside = false;
  for (const char c : code_text.substr(code_text.find('{'))) {
    if (c == '"') {
      inside = !inside;
      if (inside && next < literals.size() && part < 4) parts[part] += Unescape(literals[next++]->text);
    } else if (!inside && c == ',') {
      ++part;
    }
  }
  static const auto& status = *new std::regex(R"(StatusCode::(k\w+))");
  std::smatch match;
  if (std::regex_search(code_text, match, status)) reason.code = CanonicalName(match[1].str());
  reason.name = parts[0];
  reason.ja = parts[2];
  reason.en = parts[3];
  return reason;
}

std::vector<DeclaredReason> ReasonsOf(const SourceFile& file) {
  static const auto& declaration = *new std::regex(R"(\bconstexpr\s+Reason\s+(k\w+)\s*\{)");
  std::vector<DeclaredReason> reasons;
  for (size_t i = 0; i < file.code.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(file.code[i], match, declaration)) continue;
    size_t last = i;
    std::string text = file.code[i];
    while (!absl::StrContains(file.code[last], "};") && last + 1 < file.code.size())
      text += file.code[++last];
    reasons.push_back(ReadDeclaration(file, i + 1, last + 1, match[1].str(), text));
  }
  const std::string whole = absl::StrJoin(file.code, " ");
  for (DeclaredReason& reason : reasons) {
    reason.listed = std::regex_search(whole, std::regex("&" + reason.constant + "\\b"));
  }
  return reasons;
}

std::vector<DeclaredReason> AllReasons(const Tree& tree) {
  std::vector<DeclaredReason> all;
  for (const SourceFile& file : tree) {
    if (!file.IsCpp() || file.IsTest()) continue;
    for (DeclaredReason& reason : ReasonsOf(file)) all.push_back(std::move(reason));
  }
  return all;
}

std::string Row(const DeclaredReason& reason) {
  const auto cell = [](absl::string_view text) { return absl::StrReplaceAll(text, {{"|", "\\|"}}); };
  return absl::StrCat("| ", reason.name, " | ", reason.code, " | ", cell(reason.ja), " | ", cell(reason.en),
                      " |");
}

std::map<std::string, int> RowsOnThePage(const Tree& tree) {
  std::map<std::string, int> rows;
  for (const SourceFile& file : tree) {
    if (file.path != kPage) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const bool row = absl::StartsWith(file.lines[i], "| ") && absl::ascii_isupper(file.lines[i][2]);
      if (row) rows[file.lines[i]] = static_cast<int>(i) + 1;
    }
  }
  return rows;
}

std::optional<std::string> Malformed(const DeclaredReason& reason) {
  static const auto& shape = *new std::regex("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");
  if (reason.name.size() > 63 || !std::regex_match(reason.name, shape))
    return "is not UPPER_SNAKE of up to 63";
  if (reason.code.empty() || reason.code == "OK") return "has no canonical code";
  if (reason.ja.empty() || reason.en.empty()) return "lacks a Japanese or an English text";
  return std::nullopt;
}

}  // namespace

std::vector<Violation> CheckReasons(const Tree& tree) {
  std::vector<Violation> violations;
  std::map<std::string, int> rows = RowsOnThePage(tree);
  std::set<std::string> names;
  for (const DeclaredReason& reason : AllReasons(tree)) {
    const auto complain = [&](absl::string_view what) {
      violations.push_back({reason.path, reason.line, absl::StrCat("reason ", reason.name, " ", what)});
    };
    if (!MayDeclare(reason.path)) complain("stands outside a reasons.h");
    if (!reason.listed && absl::EndsWith(reason.path, "/reasons.h")) complain("is missing from kReasons");
    if (const auto fault = Malformed(reason)) complain(*fault);
    if (!names.insert(reason.name).second) complain("is declared twice");
    if (rows.count(Row(reason)) == 0) complain("is missing or outdated in docs/errors.md: run ./dev errors");
  }
  for (const DeclaredReason& reason : AllReasons(tree)) rows.erase(Row(reason));
  for (const auto& [row, line] : rows) {
    violations.push_back({kPage, line, "no source declares this: run ./dev errors"});
  }
  return violations;
}

std::string ErrorsPage(const Tree& tree) {
  std::map<std::string, std::string> rows;
  for (const DeclaredReason& reason : AllReasons(tree)) rows[reason.name] = Row(reason);
  std::string page =
      "# エラーの一覧 / Errors\n\n"
      "拒否の理由(`google.rpc.ErrorInfo.reason`)と、その意味・対処。`{…}` には実際の値が入る。\n\n"
      "Every refusal carries one of these reasons in `google.rpc.ErrorInfo.reason`; `{…}` is replaced by the "
      "actual\n"
      "value. Written by `./dev errors` from the sources; a test compares the two.\n\n"
      "| reason | code | 日本語 | English |\n|---|---|---|---|\n";
  for (const auto& [name, row] : rows) absl::StrAppend(&page, row, "\n");
  return page;
}

}  // namespace jissho::architecture
