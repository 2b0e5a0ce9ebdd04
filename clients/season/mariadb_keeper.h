// A private MariaDB server in a directory: listens on a unix socket only, writes through to the disk at every
// commit, dies with this process.
#ifndef JISSHO_CLIENTS_SEASON_MARIADB_KEEPER_H_
#define JISSHO_CLIENTS_SEASON_MARIADB_KEEPER_H_

#include <string>

#include "absl/status/status.h"
#include "clients/season/child_process.h"

namespace jissho::season {

class MariadbKeeper {
 public:
  // `dir` keeps the data; it is set up when it is new. Not thread-safe.
  explicit MariadbKeeper(const std::string& dir) : dir_(dir) {}
  // Starts it unless it runs, and waits until it answers. NOT_FOUND names the package when none is installed.
  absl::Status EnsureRunning();
  void Stop() { process_.Stop(absl::Seconds(60)); }
  // "mysql://root@/jissho?socket=…"
  std::string Dsn() const;

 private:
  absl::Status SetUp();
  bool Answers() const;
  // A socket's path may have 107 bytes only; a long directory gets its socket under /tmp.
  std::string Socket() const;

  const std::string dir_;
  ChildProcess process_;
};

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_MARIADB_KEEPER_H_
