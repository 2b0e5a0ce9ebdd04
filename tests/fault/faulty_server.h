// A server of all services as a process that may die at any moment, life after life on the same data.
#ifndef JISSHO_TESTS_FAULT_FAULTY_SERVER_H_
#define JISSHO_TESTS_FAULT_FAULTY_SERVER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "tests/integration/programs.h"

namespace jissho::fault {

struct FaultyServerOptions {
  std::string dir;                     // its data, and a log for each life
  std::string database = "sqlite";     // or the dsn of a database server
  absl::Time starts;                   // of the virtual calendar
  std::string name = "jissho-faulty";  // of the program
};

// The folder of the programs that tests start: JISSHO_RELEASE_DIR when it names one, else that of this build.
std::string BuildDir();

// Not thread-safe. Dies with the thread that started it.
class FaultyServer {
 public:
  explicit FaultyServer(FaultyServerOptions options);

  // Begins a life. `death` is the point at whose n-th passing it ends ("act.flushed:3"), or empty.
  void Start(const std::string& death);
  // Has said that it is ready.
  bool IsUp() const;
  bool HasEnded() { return process_->Ended(); }
  // How the last life ended: exit code, signal, and what it wrote.
  testing::RunResult End() { return process_->Wait(); }
  void Kill() { process_->Kill9(); }
  // Asks it to end, and returns how often that life passed each point.
  std::map<std::string, int64_t> Stop();

  const std::string& address() const { return address_; }
  const std::string& data_dir() const { return data_dir_; }
  int lives() const { return lives_; }

 private:
  std::string File(const std::string& name) const { return options_.dir + "/" + name; }

  const FaultyServerOptions options_;
  const std::string program_;
  const std::string data_dir_;
  const std::string address_;
  std::unique_ptr<testing::Running> process_;
  int lives_ = 0;
};

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_FAULTY_SERVER_H_
