// The address of a database, read from its text form (see session.h). Parts of a mysql dsn are
// percent-decoded, so a password may hold any character; the path of a sqlite dsn is taken as it stands.
#ifndef JISSHO_WORKFLOW_STORAGE_DSN_H_
#define JISSHO_WORKFLOW_STORAGE_DSN_H_

#include <string>

#include "absl/status/statusor.h"

namespace jissho::storage {

struct Dsn {
  bool sqlite = false;
  std::string path;  // sqlite

  std::string user;  // mysql; a socket or a host, not both
  std::string password;
  std::string host;
  int port = 3306;
  std::string socket;
  std::string database;
};

// INVALID_ARGUMENT (STORAGE_DSN_INVALID) says which part is wrong and never quotes the password.
absl::StatusOr<Dsn> ParseDsn(const std::string& text);

// SOCI's own connection string.
std::string SociConnectString(const Dsn& dsn);

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_DSN_H_
