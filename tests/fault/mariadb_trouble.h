// What goes wrong with a MariaDB server while a season is played on it: it is killed and started again, it
// stands still, it drops connections, it gives up statements, its disk is full. The services live on.
#ifndef JISSHO_TESTS_FAULT_MARIADB_TROUBLE_H_
#define JISSHO_TESTS_FAULT_MARIADB_TROUBLE_H_

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/fault/trouble.h"
#include "tests/support/private_mariadb.h"
#include "workflow/storage/session.h"

namespace jissho::fault {

// A file system of its own, in memory, that can be filled up. Only root may make one: others get nullptr.
class SmallDisk {
 public:
  // To be called before the process has threads: the mount is seen by this thread and those made after it,
  // and gone with the process.
  static std::unique_ptr<SmallDisk> Make();
  ~SmallDisk();

  const std::string& path() const { return path_; }
  // Takes all room that is left.
  void Fill();
  void Free();

 private:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

// A server of its own, on `disk` when there is one.
std::unique_ptr<testing::PrivateMariadb> MakeMariadb(const SmallDisk* disk);

class MariadbTrouble : public Trouble {
 public:
  // `pause`: how long nothing goes wrong between two troubles, in the mean. A null disk never fills up.
  MariadbTrouble(uint64_t seed, testing::PrivateMariadb* mariadb, SmallDisk* disk, absl::Duration pause);

  bool Tend(FaultyServer& server, absl::Duration now) override;
  bool MayRefuseToStart() const override { return true; }
  void Calm() override;

  // How often, by kind: "killed", "frozen", "connections killed", "queries killed", "disk full".
  const std::map<std::string, int>& counts() const { return counts_; }

 private:
  enum class Kind { kKill, kFreeze, kConnections, kQueries, kDiskFull };

  absl::Duration UpTo(absl::Duration most);
  void Begin(absl::Duration now);
  void End();
  void KillOne();

  testing::PrivateMariadb& mariadb_;
  SmallDisk* const disk_;
  const absl::Duration pause_;
  std::mt19937_64 random_;
  std::unique_ptr<storage::Pool> pool_;  // of him who kills
  std::vector<Kind> deck_;
  std::optional<Kind> present_;
  absl::Duration until_;
  absl::Duration next_kill_ = absl::ZeroDuration();
  std::map<std::string, int> counts_;
};

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_MARIADB_TROUBLE_H_
