#include "workflow/storage/dsn.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "workflow/base/error.h"
#include "workflow/storage/reasons.h"

namespace jissho::storage {
namespace {

absl::Status Invalid(absl::string_view what) {
  return MakeError(kDsnInvalid, {{"detail", std::string(what)}});
}

std::optional<std::string> PercentDecode(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || !absl::ascii_isxdigit(text[i + 1]) || !absl::ascii_isxdigit(text[i + 2])) {
      return std::nullopt;
    }
    out += absl::HexStringToBytes(text.substr(i + 1, 2));
    i += 2;
  }
  if (out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

absl::Status Decode(absl::string_view part, absl::string_view text, std::string& out) {
  auto decoded = PercentDecode(text);
  if (!decoded) return Invalid(absl::StrCat("the ", part, " holds a broken percent escape"));
  out = *std::move(decoded);
  return absl::OkStatus();
}

absl::StatusOr<Dsn> ParseSqlite(absl::string_view path) {
  if (path.empty()) return Invalid("sqlite: needs a path");
  if (path == ":memory:")
    return Invalid("sqlite::memory: would be another database for each session; name a file");
  if (path.find('"') != absl::string_view::npos) return Invalid("a sqlite path cannot hold a double quote");
  Dsn dsn;
  dsn.sqlite = true;
  dsn.path = std::string(path);
  return dsn;
}

absl::Status ParseHost(absl::string_view text, Dsn& dsn) {
  absl::string_view port;
  if (absl::ConsumePrefix(&text, "[")) {
    const size_t close = text.find(']');
    if (close == absl::string_view::npos) return Invalid("the host's [ is not closed");
    port = text.substr(close + 1);
    text = text.substr(0, close);
    if (!port.empty() && !absl::ConsumePrefix(&port, ":"))
      return Invalid("after the host's ] only :PORT may stand");
  } else if (const size_t colon = text.rfind(':'); colon != absl::string_view::npos) {
    port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  JISSHO_RETURN_IF_ERROR(Decode("host", text, dsn.host));
  // The client library takes "localhost" as "by the default socket", whatever port is given.
  if (dsn.host == "localhost") dsn.host = "127.0.0.1";
  if (!port.empty() && (!absl::SimpleAtoi(port, &dsn.port) || dsn.port < 1 || dsn.port > 65535)) {
    return Invalid("the port is not a number from 1 to 65535");
  }
  return absl::OkStatus();
}

absl::StatusOr<Dsn> ParseMysql(absl::string_view rest) {
  Dsn dsn;
  const std::pair<absl::string_view, absl::string_view> query = absl::StrSplit(rest, absl::MaxSplits('?', 1));
  const size_t slash = query.first.rfind('/');
  if (slash == absl::string_view::npos) return Invalid("a mysql dsn ends with /DATABASE");
  JISSHO_RETURN_IF_ERROR(Decode("database", query.first.substr(slash + 1), dsn.database));
  if (dsn.database.empty()) return Invalid("a mysql dsn ends with /DATABASE");
  for (char c : dsn.database) {
    if (!absl::ascii_isalnum(c) && c != '_' && c != '-') {
      return Invalid("a database's name consists of ASCII letters, digits, _ and -");
    }
  }

  const absl::string_view authority = query.first.substr(0, slash);
  const size_t at = authority.rfind('@');
  if (at == absl::string_view::npos) return Invalid("a mysql dsn names its user: mysql://USER@…");
  const std::pair<absl::string_view, absl::string_view> user =
      absl::StrSplit(authority.substr(0, at), absl::MaxSplits(':', 1));
  JISSHO_RETURN_IF_ERROR(Decode("user", user.first, dsn.user));
  JISSHO_RETURN_IF_ERROR(Decode("password", user.second, dsn.password));
  if (dsn.user.empty()) return Invalid("a mysql dsn names its user: mysql://USER@…");
  JISSHO_RETURN_IF_ERROR(ParseHost(authority.substr(at + 1), dsn));

  for (absl::string_view option : absl::StrSplit(query.second, '&', absl::SkipEmpty())) {
    if (!absl::ConsumePrefix(&option, "socket="))
      return Invalid("the only option of a mysql dsn is socket=PATH");
    JISSHO_RETURN_IF_ERROR(Decode("socket", option, dsn.socket));
  }
  if (dsn.host.empty() == dsn.socket.empty())
    return Invalid("a mysql dsn names either a host or ?socket=PATH");
  return dsn;
}

// Values in SOCI's mysql connection strings stand in single quotes with backslash escapes.
std::string Quoted(const std::string& value) {
  std::string out = "'";
  for (char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

absl::StatusOr<Dsn> ParseDsn(const std::string& text) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "sqlite:")) return ParseSqlite(rest);
  if (absl::ConsumePrefix(&rest, "mysql://")) return ParseMysql(rest);
  return Invalid("it starts with neither sqlite: nor mysql://");
}

std::string SociConnectString(const Dsn& dsn) {
  if (dsn.sqlite) return absl::StrCat("dbname=\"", dsn.path, "\"");
  std::string out = absl::StrCat("user=", Quoted(dsn.user), " charset=utf8mb4 connect_timeout=10");
  if (!dsn.password.empty()) absl::StrAppend(&out, " password=", Quoted(dsn.password));
  if (!dsn.database.empty()) absl::StrAppend(&out, " db=", Quoted(dsn.database));
  if (dsn.socket.empty()) {
    absl::StrAppend(&out, " host=", Quoted(dsn.host), " port=", dsn.port);
  } else {
    absl::StrAppend(&out, " unix_socket=", Quoted(dsn.socket));
  }
  return out;
}

}  // namespace jissho::storage
