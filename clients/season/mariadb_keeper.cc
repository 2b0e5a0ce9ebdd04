#include "clients/season/mariadb_keeper.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/season/sha.h"

namespace jissho::season {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kStartLimit = absl::Seconds(90);

absl::StatusOr<std::string> FindProgram(const std::string& name) {
  for (const char* dir : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    if (access((dir + name).c_str(), X_OK) == 0) return dir + name;
  }
  return absl::NotFoundError(absl::StrCat(name, " was not found; install the package mariadb-server"));
}

}  // namespace

std::string MariadbKeeper::Socket() const {
  const std::string plain = dir_ + "/s";
  if (plain.size() < sizeof(sockaddr_un::sun_path)) return plain;
  return absl::StrCat("/tmp/jissho-", Sha256Hex(dir_).substr(0, 16), ".s");
}

std::string MariadbKeeper::Dsn() const { return absl::StrCat("mysql://root@/jissho?socket=", Socket()); }

absl::Status MariadbKeeper::SetUp() {
  if (fs::exists(dir_ + "/data")) return absl::OkStatus();
  auto program = FindProgram("mariadb-install-db");
  if (!program.ok()) return program.status();
  const std::string fresh = dir_ + "/data.new";
  fs::remove_all(fresh);
  std::vector<std::string> args = {*program,
                                   "--no-defaults",
                                   "--datadir=" + fresh,
                                   "--skip-test-db",
                                   "--auth-root-authentication-method=normal",
                                   "--innodb-log-file-size=16M"};
  if (geteuid() == 0) args.push_back("--user=root");
  if (absl::Status made = RunToEnd(args, dir_ + "/install.log"); !made.ok()) return made;
  // A set-up that was killed halfway is never taken for a whole one.
  fs::rename(fresh, dir_ + "/data");
  return absl::OkStatus();
}

bool MariadbKeeper::Answers() const {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, Socket().c_str(), sizeof(address.sun_path) - 1);
  char greeting;
  const bool ok =
      connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 && read(fd, &greeting, 1) == 1;
  close(fd);
  return ok;
}

absl::Status MariadbKeeper::EnsureRunning() {
  if (process_.Running() && Answers()) return absl::OkStatus();
  std::error_code ignored;
  fs::create_directories(dir_, ignored);
  if (absl::Status ready = SetUp(); !ready.ok()) return ready;
  auto program = FindProgram("mariadbd");
  if (!program.ok()) return program.status();
  if (!process_.Running()) {
    std::vector<std::string> args = {*program,
                                     "--no-defaults",
                                     "--datadir=" + dir_ + "/data",
                                     "--socket=" + Socket(),
                                     "--pid-file=" + dir_ + "/pid",
                                     "--skip-networking",
                                     "--skip-log-bin",
                                     "--skip-name-resolve",
                                     "--character-set-server=utf8mb4",
                                     "--innodb-flush-log-at-trx-commit=1",
                                     "--innodb-buffer-pool-size=64M",
                                     "--performance-schema=OFF",
                                     "--max-connections=200"};
    if (geteuid() == 0) args.push_back("--user=root");
    if (absl::Status started = process_.Start(args, dir_ + "/log"); !started.ok()) return started;
  }
  const absl::Time limit = absl::Now() + kStartLimit;
  while (!Answers()) {
    if (!process_.Running())
      return absl::InternalError("mariadbd ended at its start:\n" + TailOf(dir_ + "/log"));
    if (absl::Now() > limit)
      return absl::DeadlineExceededError("mariadbd does not answer:\n" + TailOf(dir_ + "/log"));
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::OkStatus();
}

}  // namespace jissho::season
