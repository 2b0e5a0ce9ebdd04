// Keeps a server within reach: one that runs elsewhere, or a child process of this one, with its database
// server.
#ifndef JISSHO_CLIENTS_SEASON_SERVER_KEEPER_H_
#define JISSHO_CLIENTS_SEASON_SERVER_KEEPER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace jissho::season {

class ServerKeeper {
 public:
  virtual ~ServerKeeper() = default;
  // HOST:PORT; starts the server when it is none of somebody else's.
  virtual absl::StatusOr<std::string> Start() = 0;
  // After a call found nobody: starts what has died. Returns the address, which may have changed. Somebody
  // else's server is only waited for by the caller.
  virtual absl::StatusOr<std::string> Revive() = 0;
  virtual void Stop() = 0;
  // How many times something had to be started again.
  virtual int restarts() const = 0;
};

// A server that somebody else runs.
std::unique_ptr<ServerKeeper> RemoteServer(const std::string& address);

struct ChildServerOptions {
  std::string program;              // path of jisshod
  std::string data_dir;             // made when missing
  std::string database = "sqlite";  // or "mariadb": a private database server in data_dir
  std::string listen = "127.0.0.1:0";
  absl::Time start_time;  // of the virtual calendar, when data_dir has none yet
};

// `jisshod` as a child that dies with this process. Its log goes to data_dir/jisshod.log, its process id to
// data_dir/jisshod.pid. To be used from one thread.
std::unique_ptr<ServerKeeper> ChildServer(const ChildServerOptions& options);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_SERVER_KEEPER_H_
