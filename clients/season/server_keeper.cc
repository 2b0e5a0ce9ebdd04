#include "clients/season/server_keeper.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/season/child_process.h"
#include "clients/season/mariadb_keeper.h"
#include "workflow/base/clock.h"

namespace jissho::season {
namespace {

namespace fs = std::filesystem;

// A start makes the schemas on an empty database, on a busy machine with two cores.
constexpr absl::Duration kStartLimit = absl::Minutes(3);

class Remote : public ServerKeeper {
 public:
  explicit Remote(const std::string& address) : address_(address) {}
  absl::StatusOr<std::string> Start() override { return address_; }
  absl::StatusOr<std::string> Revive() override { return address_; }
  void Stop() override {}
  int restarts() const override { return 0; }

 private:
  const std::string address_;
};

class Child : public ServerKeeper {
 public:
  explicit Child(const ChildServerOptions& options)
      : options_(options), mariadb_(options.data_dir + "/mariadb") {}

  absl::StatusOr<std::string> Start() override {
    std::error_code error;
    fs::create_directories(options_.data_dir, error);
    if (error)
      return absl::InvalidArgumentError(
          absl::StrCat("cannot make ", options_.data_dir, ": ", error.message()));
    std::string database = "sqlite";
    if (options_.database == "mariadb") {
      if (absl::Status up = mariadb_.EnsureRunning(); !up.ok()) return up;
      database = mariadb_.Dsn();
    }
    const std::string port_file = options_.data_dir + "/jisshod.port";
    fs::remove(port_file, error);
    const std::vector<std::string> args = {options_.program,
                                           "--mode",
                                           "development",
                                           "--target",
                                           "all",
                                           "--listen",
                                           options_.listen,
                                           "--port-file",
                                           port_file,
                                           "--data-dir",
                                           options_.data_dir,
                                           "--database",
                                           database,
                                           "--log-level",
                                           "warning",
                                           "--start-time",
                                           absl::FormatTime(absl::RFC3339_sec, options_.start_time, Tokyo()),
                                           "--migrate"};
    if (absl::Status started = process_.Start(args, Log()); !started.ok()) return started;
    std::ofstream(options_.data_dir + "/jisshod.pid") << process_.pid() << "\n";
    return WaitForPort(port_file);
  }

  absl::StatusOr<std::string> Revive() override {
    const bool database_up = options_.database != "mariadb" || mariadb_.EnsureRunning().ok();
    if (database_up && process_.Running()) return address_;
    process_.Stop(absl::Seconds(30));
    ++restarts_;
    return Start();
  }

  void Stop() override {
    process_.Stop(absl::Seconds(30));
    mariadb_.Stop();
  }
  int restarts() const override { return restarts_; }

 private:
  std::string Log() const { return options_.data_dir + "/jisshod.log"; }

  absl::StatusOr<std::string> WaitForPort(const std::string& port_file) {
    const absl::Time limit = absl::Now() + kStartLimit;
    int port = 0;
    while (!(std::ifstream(port_file) >> port)) {
      if (!process_.Running()) return absl::InternalError("jisshod ended at its start:\n" + TailOf(Log()));
      if (absl::Now() > limit)
        return absl::DeadlineExceededError("jisshod does not start:\n" + TailOf(Log()));
      absl::SleepFor(absl::Milliseconds(10));
    }
    address_ = absl::StrCat(options_.listen.substr(0, options_.listen.rfind(':')), ":", port);
    return address_;
  }

  const ChildServerOptions options_;
  MariadbKeeper mariadb_;
  ChildProcess process_;
  std::string address_;
  int restarts_ = 0;
};

}  // namespace

std::unique_ptr<ServerKeeper> RemoteServer(const std::string& address) {
  return std::make_unique<Remote>(address);
}

std::unique_ptr<ServerKeeper> ChildServer(const ChildServerOptions& options) {
  return std::make_unique<Child>(options);
}

}  // namespace jissho::season
