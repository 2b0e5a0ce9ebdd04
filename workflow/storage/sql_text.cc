#include "workflow/storage/sql_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace jissho::storage {
namespace {

// The end of the quoted text or comment that starts at `i`, or `i` itself when plain text starts there.
size_t SkipOpaque(absl::string_view sql, size_t i) {
  const char c = sql[i];
  if (c == '\'' || c == '"' || c == '`') {
    // A doubled quote reads as two quoted texts side by side, which comes to the same.
    const size_t close = sql.find(c, i + 1);
    return close == absl::string_view::npos ? sql.size() : close + 1;
  }
  if (sql.substr(i, 2) == "--") {
    const size_t end = sql.find('\n', i);
    return end == absl::string_view::npos ? sql.size() : end;
  }
  if (sql.substr(i, 2) == "/*") {
    const size_t end = sql.find("*/", i + 2);
    return end == absl::string_view::npos ? sql.size() : end + 2;
  }
  return i;
}

bool IsComment(absl::string_view text) {
  return absl::StartsWith(text, "--") || absl::StartsWith(text, "/*");
}

bool EndsLine(absl::string_view sql, size_t i) {
  for (; i < sql.size() && sql[i] != '\n'; ++i) {
    if (sql.substr(i, 2) == "--") return true;
    if (!absl::ascii_isspace(sql[i])) return false;
  }
  return true;
}

bool IsOpenTrigger(absl::string_view statement) {
  const std::string upper = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(statement));
  if (!absl::StartsWith(upper, "CREATE TRIGGER") && !absl::StartsWith(upper, "CREATE TEMP TRIGGER"))
    return false;
  if (!absl::StrContains(upper, "BEGIN")) return false;
  return !absl::EndsWith(upper, "END");
}

}  // namespace

std::vector<absl::string_view> SplitAtPlaceholders(absl::string_view sql) {
  std::vector<absl::string_view> pieces;
  size_t begin = 0;
  for (size_t i = 0; i < sql.size();) {
    const size_t end = SkipOpaque(sql, i);
    if (end > i) {
      i = end;
    } else if (sql[i++] == '?') {
      pieces.push_back(sql.substr(begin, i - 1 - begin));
      begin = i;
    }
  }
  pieces.push_back(sql.substr(begin));
  return pieces;
}

int CountPlaceholders(absl::string_view sql) {
  int count = 0;
  for (size_t i = 0; i < sql.size();) {
    const size_t end = SkipOpaque(sql, i);
    if (end > i) {
      i = end;
    } else if (sql[i++] == '?') {
      ++count;
    }
  }
  return count;
}

std::vector<std::string> SplitStatements(absl::string_view sql, absl::string_view dialect) {
  std::vector<std::string> statements;
  std::string current;
  std::string only;
  const auto finish = [&] {
    const absl::string_view text = absl::StripAsciiWhitespace(current);
    if (!text.empty() && (only.empty() || only == dialect)) statements.emplace_back(text);
    if (!text.empty()) only.clear();
    current.clear();
  };
  for (size_t i = 0; i < sql.size();) {
    const size_t end = SkipOpaque(sql, i);
    if (end > i) {
      absl::string_view piece = sql.substr(i, end - i);
      i = end;
      if (!IsComment(piece)) {
        current.append(piece.data(), piece.size());
        continue;
      }
      if (absl::ConsumePrefix(&piece, "-- only:")) only = std::string(absl::StripAsciiWhitespace(piece));
      current += ' ';
    } else if (sql[i] == ';' && EndsLine(sql, i + 1) && !IsOpenTrigger(current)) {
      finish();
      ++i;
    } else {
      current += sql[i++];
    }
  }
  finish();
  return statements;
}

}  // namespace jissho::storage
