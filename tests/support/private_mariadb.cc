#include "tests/support/private_mariadb.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "workflow/storage/dsn.h"
#include "workflow/storage/session.h"

namespace jissho::testing {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartLimit = std::chrono::seconds(60);
constexpr auto kPoll = std::chrono::milliseconds(20);

[[noreturn]] void Die(const std::string& what) {
  std::cerr << "tests/support: " << what << std::endl;
  std::abort();
}

std::string FindProgram(const std::string& name) {
  for (const char* dir : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    if (access((dir + name).c_str(), X_OK) == 0) return dir + name;
  }
  Die(name + " was not found; install the package mariadb-server");
}

std::string MakeTempDir(const std::string& prefix) {
  std::string pattern = (fs::temp_directory_path() / (prefix + "XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) Die("no temporary directory: " + pattern);
  return pattern;
}

// Runs in the child: only calls that are safe after fork() in a process with threads.
[[noreturn]] void Exec(const std::vector<char*>& argv, int log_fd) {
  dup2(log_fd, STDOUT_FILENO);
  dup2(log_fd, STDERR_FILENO);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execv(argv[0], argv.data());
  _exit(127);
}

int Spawn(const std::vector<std::string>& args, const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int pid = fork();
  if (pid == 0) Exec(argv, log_fd);
  close(log_fd);
  if (pid < 0) Die("fork failed");
  return pid;
}

std::string Tail(const std::string& path) {
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  return text.size() > 3000 ? text.substr(text.size() - 3000) : text;
}

// Setting a data directory up takes seconds, copying it does not: made once and kept beside the build.
std::string TemplateDir() {
  const char* build = std::getenv("JISSHO_BINARY_DIR");
  const fs::path base = build != nullptr ? fs::path(build)
                                         : fs::temp_directory_path() /
                                               absl::StrCat("jissho-tests-", static_cast<int>(geteuid()));
  fs::create_directories(base);
  const fs::path dir = base / "mariadb-template";
  const int lock = open((base / "mariadb-template.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) Die("cannot lock " + base.string());
  if (!fs::exists(dir)) {
    const fs::path fresh = base / "mariadb-template.new";
    fs::remove_all(fresh);
    std::vector<std::string> args = {FindProgram("mariadb-install-db"),
                                     "--no-defaults",
                                     "--datadir=" + fresh.string(),
                                     "--skip-test-db",
                                     "--auth-root-authentication-method=normal",
                                     "--innodb-log-file-size=4M"};
    if (geteuid() == 0) args.push_back("--user=root");
    const std::string log = (base / "mariadb-template.log").string();
    int status = 0;
    waitpid(Spawn(args, log), &status, 0);
    if (status != 0) Die("mariadb-install-db failed:\n" + Tail(log));
    fs::rename(fresh, dir);
  }
  close(lock);
  return dir.string();
}

}  // namespace

PrivateMariadb::PrivateMariadb(Size size) : size_(size), dir_(MakeTempDir("jissho-mariadb-")) {
  fs::copy(TemplateDir(), dir_ + "/data", fs::copy_options::recursive);
  host_ = std::thread([this] { Host(); });
  Start();
}

PrivateMariadb::~PrivateMariadb() {
  Kill9();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    wish_ = Wish::kEnd;
  }
  changed_.notify_all();
  host_.join();
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
}

// The kernel's death signal is tied to the thread that forked, which a test's own thread may not outlive.
void PrivateMariadb::Host() {
  std::vector<std::string> args = {
      FindProgram("mariadbd"),
      "--no-defaults",
      "--datadir=" + dir_ + "/data",
      "--socket=" + dir_ + "/s",
      "--pid-file=" + dir_ + "/pid",
      "--skip-networking",
      "--skip-log-bin",
      "--skip-name-resolve",
      "--character-set-server=utf8mb4",
      "--innodb-flush-log-at-trx-commit=1",
      size_ == Size::kLarge ? "--innodb-buffer-pool-size=1G" : "--innodb-buffer-pool-size=32M",
      size_ == Size::kLarge ? "--innodb-log-file-size=1G" : "--innodb-log-file-size=16M",
      "--key-buffer-size=1M",
      "--aria-pagecache-buffer-size=1M",
      "--performance-schema=OFF",
      "--innodb-buffer-pool-load-at-startup=OFF",
      "--innodb-buffer-pool-dump-at-shutdown=OFF",
      "--max-connections=200"};
  if (geteuid() == 0) args.push_back("--user=root");
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return wish_ != Wish::kNone; });
    if (wish_ == Wish::kEnd) return;
    pid_ = Spawn(args, dir_ + "/log");
    wish_ = Wish::kNone;
    changed_.notify_all();
  }
}

bool PrivateMariadb::Answers() const {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (dir_ + "/s").c_str(), sizeof(address.sun_path) - 1);
  char greeting;
  const bool ok =
      connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 && read(fd, &greeting, 1) == 1;
  close(fd);
  return ok;
}

void PrivateMariadb::Start() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    wish_ = Wish::kStart;
    changed_.notify_all();
    changed_.wait(lock, [this] { return wish_ == Wish::kNone; });
  }
  const auto limit = std::chrono::steady_clock::now() + kStartLimit;
  while (!Answers()) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) Die("mariadbd ended at its start:\n" + Tail(dir_ + "/log"));
    if (std::chrono::steady_clock::now() > limit) Die("mariadbd does not answer:\n" + Tail(dir_ + "/log"));
    std::this_thread::sleep_for(kPoll);
  }
}

void PrivateMariadb::Kill9() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void PrivateMariadb::Freeze() { kill(pid_, SIGSTOP); }

void PrivateMariadb::Thaw() { kill(pid_, SIGCONT); }

bool PrivateMariadb::Lives() const {
  siginfo_t ended{};
  return waitid(P_PID, pid_, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0;
}

void PrivateMariadb::Restart() {
  Kill9();
  fs::remove(dir_ + "/s");
  Start();
}

std::string PrivateMariadb::FreshDsn() {
  int number;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    number = ++databases_;
  }
  const std::string dsn = absl::StrCat("mysql://root@/test_", number, "?socket=", dir_, "/s");
  if (absl::Status status = storage::CreateDatabase(dsn); !status.ok()) Die(status.ToString());
  return dsn;
}

std::string FreshMysqlDsn() {
  static PrivateMariadb server;
  return server.FreshDsn();
}

std::string FreshSqliteDsn() {
  struct Dir {
    std::string path = MakeTempDir("jissho-sqlite-");
    ~Dir() {
      std::error_code ignored;
      fs::remove_all(path, ignored);
    }
  };
  static Dir dir;
  static std::atomic<int> number{0};
  return absl::StrCat("sqlite:", dir.path, "/", ++number, ".db");
}

}  // namespace jissho::testing
