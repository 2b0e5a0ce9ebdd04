#include "tests/fault/mariadb_trouble.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace jissho::fault {
namespace {

namespace fs = std::filesystem;

constexpr char kDiskSize[] = "size=512m";
// An act repeats its transaction for two seconds: longer than that the callers notice, too.
constexpr absl::Duration kDownMax = absl::Seconds(4);
constexpr absl::Duration kFrozen = absl::Seconds(3);
constexpr absl::Duration kFull = absl::Seconds(4);
constexpr absl::Duration kHarried = absl::Seconds(1);
constexpr absl::Duration kBetweenKills = absl::Milliseconds(20);

}  // namespace

std::unique_ptr<SmallDisk> SmallDisk::Make() {
  if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0) return nullptr;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return nullptr;
  std::string path = (fs::temp_directory_path() / "jissho-small-disk-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) return nullptr;
  std::unique_ptr<SmallDisk> disk(new SmallDisk(path));
  if (mount("tmpfs", path.c_str(), "tmpfs", 0, kDiskSize) != 0) return nullptr;
  return disk;
}

SmallDisk::~SmallDisk() {
  umount2(path_.c_str(), MNT_DETACH);
  std::error_code ignored;
  fs::remove(path_, ignored);
}

void SmallDisk::Fill() {
  const int fd = open((path_ + "/ballast").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(64 * 1024, 'x');
  while (write(fd, block.data(), block.size()) > 0) {
  }
  close(fd);
}

void SmallDisk::Free() { fs::remove(path_ + "/ballast"); }

std::unique_ptr<testing::PrivateMariadb> MakeMariadb(const SmallDisk* disk) {
  if (disk == nullptr) return std::make_unique<testing::PrivateMariadb>();
  setenv("TMPDIR", disk->path().c_str(), 1);
  auto server = std::make_unique<testing::PrivateMariadb>();
  unsetenv("TMPDIR");
  return server;
}

MariadbTrouble::MariadbTrouble(uint64_t seed, testing::PrivateMariadb* mariadb, SmallDisk* disk,
                               absl::Duration pause)
    : mariadb_(*mariadb), disk_(disk), pause_(pause), random_(seed), until_(pause) {
  pool_ = *storage::OpenPool({.dsn = mariadb->FreshDsn(), .sessions_max = 1});
}

absl::Duration MariadbTrouble::UpTo(absl::Duration most) {
  return most * std::uniform_real_distribution<>(0, 1)(random_);
}

// Every kind once before any comes again.
void MariadbTrouble::Begin(absl::Duration now) {
  if (deck_.empty()) {
    deck_ = {Kind::kKill, Kind::kFreeze, Kind::kConnections, Kind::kQueries};
    if (disk_ != nullptr) deck_.push_back(Kind::kDiskFull);
    std::shuffle(deck_.begin(), deck_.end(), random_);
  }
  present_ = deck_.back();
  deck_.pop_back();
  switch (*present_) {
    case Kind::kKill:
      ++counts_["killed"];
      mariadb_.Kill9();
      until_ = now + UpTo(kDownMax);
      break;
    case Kind::kFreeze:
      ++counts_["frozen"];
      mariadb_.Freeze();
      until_ = now + kFrozen;
      break;
    case Kind::kConnections:
    case Kind::kQueries:
      until_ = now + kHarried;
      break;
    case Kind::kDiskFull:
      ++counts_["disk full"];
      disk_->Fill();
      until_ = now + kFull;
      break;
  }
}

void MariadbTrouble::End() {
  if (*present_ == Kind::kKill) mariadb_.Restart();
  if (*present_ == Kind::kFreeze) mariadb_.Thaw();
  if (*present_ == Kind::kDiskFull) {
    disk_->Free();
    // InnoDB gives up where it cannot leave a page half written.
    if (!mariadb_.Lives()) {
      ++counts_["died of the full disk"];
      mariadb_.Restart();
    }
  }
  present_.reset();
}

void MariadbTrouble::KillOne() {
  auto lease = pool_->Acquire(absl::Seconds(1));
  if (!lease.ok()) return;
  const auto found = (*lease)->Query(
      "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command <> 'Daemon'", {},
      {storage::CellType::kInteger});
  if (!found.ok() || found->empty()) return;
  const int64_t id = std::get<int64_t>((*found)[random_() % found->size()][0]);
  const bool connection = *present_ == Kind::kConnections;
  // Whoever has gone meanwhile cannot be killed.
  const auto done = (*lease)->Execute(absl::StrCat(connection ? "KILL CONNECTION " : "KILL QUERY ", id), {});
  if (done.ok()) ++counts_[connection ? "connections killed" : "queries killed"];
}

bool MariadbTrouble::Tend(FaultyServer& server, absl::Duration now) {
  if (!server.IsUp() && !present_) {
    until_ = now + UpTo(2 * pause_);
    return false;
  }
  const bool harries = present_ == Kind::kConnections || present_ == Kind::kQueries;
  if (harries && now >= next_kill_) {
    KillOne();
    next_kill_ = now + UpTo(2 * kBetweenKills);
  }
  if (now < until_) return false;
  if (present_) {
    End();
    until_ = now + UpTo(2 * pause_);
  } else {
    Begin(now);
  }
  return false;
}

void MariadbTrouble::Calm() {
  if (present_) End();
}

}  // namespace jissho::fault
