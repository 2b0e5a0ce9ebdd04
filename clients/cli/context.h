// Contexts: which server, as whom. Kept in $JISSHO_CONFIG or ~/.config/jissho/config.yaml (XDG), mode 0600.
//
//   current: demo
//   contexts:
//     demo: {server: "127.0.0.1:50051", token_file: /path/to/token, lang: ja}
//
// A flag beats JISSHO_SERVER / JISSHO_TOKEN_FILE / JISSHO_LANG, which beat the file. A token is never a flag.
#ifndef JISSHO_CLIENTS_CLI_CONTEXT_H_
#define JISSHO_CLIENTS_CLI_CONTEXT_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace jissho::cli {

struct ServerContext {
  std::string server;
  std::string token_file;
  std::string lang;
};

struct ContextFile {
  std::string current;
  std::map<std::string, ServerContext> contexts;
};

std::string ContextPath();
// An empty file when there is none. INVALID_ARGUMENT with the place when it cannot be read.
absl::StatusOr<ContextFile> LoadContexts(const std::string& path);
absl::Status SaveContexts(const std::string& path, const ContextFile& file);

// First line of the file, without white space; "" for an empty path. "-" reads standard input.
absl::StatusOr<std::string> ReadToken(const std::string& path);
// Writes a token so that only its owner can read it.
absl::Status WriteToken(const std::string& path, const std::string& token);

}  // namespace jissho::cli

#endif  // JISSHO_CLIENTS_CLI_CONTEXT_H_
