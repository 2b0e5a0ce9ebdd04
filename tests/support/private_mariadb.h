// Databases for tests: a private MariaDB server in a temporary directory, and temporary SQLite files.
//
//   auto pool = storage::OpenPool({.dsn = FreshMysqlDsn()});      // an empty database on the process's
//   shared server PrivateMariadb server; … server.Kill9(); server.Restart();     // a server of one's own,
//   for tests of faults
//
// The server listens on a unix socket only, writes through to the disk at every commit, and dies with its
// parent. When no server is installed the process aborts with the name of the package: a test on MariaDB is
// never skipped.
#ifndef JISSHO_TESTS_SUPPORT_PRIVATE_MARIADB_H_
#define JISSHO_TESTS_SUPPORT_PRIVATE_MARIADB_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace jissho::testing {

// Thread-safe but for what is done to the server's process.
class PrivateMariadb {
 public:
  // kSmall starts in a moment; kLarge has the buffers and the log of a real server, for benchmarks.
  enum class Size { kSmall, kLarge };
  explicit PrivateMariadb(Size size = Size::kSmall);
  ~PrivateMariadb();
  PrivateMariadb(const PrivateMariadb&) = delete;
  PrivateMariadb& operator=(const PrivateMariadb&) = delete;

  // The dsn of a new, empty database.
  std::string FreshDsn();

  // SIGKILL: what a power cut leaves of the process. The data directory stays.
  void Kill9();
  // SIGSTOP: it stays alive and answers nobody, until Thaw.
  void Freeze();
  void Thaw();
  // Whether it has not died by itself.
  bool Lives() const;
  // Starts the server on its data directory, waiting until it answers. Kills it first when it runs.
  void Restart();

 private:
  void Start();
  void Host();
  bool Answers() const;

  const Size size_;
  std::string dir_;
  std::mutex mutex_;
  std::condition_variable changed_;
  enum class Wish { kNone, kStart, kEnd } wish_ = Wish::kNone;
  int pid_ = 0;
  int databases_ = 0;
  std::thread host_;  // the parent as the kernel sees it: the server dies with this thread
};

// A new, empty database on the server that all tests of this process share (started at the first call).
std::string FreshMysqlDsn();

// A new SQLite file; removed when the process ends.
std::string FreshSqliteDsn();

}  // namespace jissho::testing

#endif  // JISSHO_TESTS_SUPPORT_PRIVATE_MARIADB_H_
