#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/storage/dsn.h"
#include "workflow/storage/reasons.h"
#include "workflow/storage/session.h"
#include "workflow/storage/soci_session.h"

namespace jissho::storage {
namespace {

class SociPool final : public Pool {
 public:
  SociPool(Dsn dsn, const PoolOptions& options)
      : dsn_(std::move(dsn)), options_(options), returned_(options.threads->MakeCondition()) {}

  absl::StatusOr<Lease> Acquire(absl::Duration timeout) override {
    std::unique_lock<std::mutex> lock(mutex_);
    const bool free =
        returned_->Wait(lock, timeout, [this] { return !idle_.empty() || opened_ < options_.sessions_max; });
    if (!free) return MakeError(kPoolExhausted, {{"sessions", absl::StrCat(options_.sessions_max)}});
    if (idle_.empty()) {
      ++opened_;
      return Lease(this, MakeSociSession(dsn_, options_.lock_timeout));
    }
    // Last in, first out: the warmest caches, and the surplus of a busy hour goes stale together.
    std::unique_ptr<Session> session = std::move(idle_.back());
    idle_.pop_back();
    return Lease(this, std::move(session));
  }

  const Dialect& dialect() const override { return dsn_.sqlite ? SqliteDialect() : MysqlDialect(); }

 protected:
  void Return(std::unique_ptr<Session> session) override {
    session->Rollback();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      idle_.push_back(std::move(session));
    }
    returned_->NotifyOne();
  }

 private:
  const Dsn dsn_;
  const PoolOptions options_;
  std::mutex mutex_;
  std::unique_ptr<Condition> returned_;
  std::vector<std::unique_ptr<Session>> idle_;
  int opened_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Pool>> OpenPool(const PoolOptions& options) {
  JISSHO_ASSIGN_OR_RETURN(Dsn dsn, ParseDsn(options.dsn));
  if (options.sessions_max < 1) return MakeError(kDsnInvalid, {{"detail", "sessions_max is at least 1"}});
  return std::make_unique<SociPool>(std::move(dsn), options);
}

absl::Status CreateDatabase(const std::string& text) {
  JISSHO_ASSIGN_OR_RETURN(Dsn dsn, ParseDsn(text));
  if (dsn.sqlite) {
    // A URI may name a file system of the program's own.
    if (absl::StartsWith(dsn.path, "file:")) return absl::OkStatus();
    const std::filesystem::path parent = std::filesystem::path(dsn.path).parent_path();
    std::error_code error;
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
    if (error)
      return MakeError(kDsnInvalid, {{"detail", absl::StrCat(parent.string(), ": ", error.message())}});
    return absl::OkStatus();
  }
  const std::string name = std::exchange(dsn.database, "");
  auto session = MakeSociSession(dsn, PoolOptions{}.lock_timeout);
  return session
      ->Execute(absl::StrCat("CREATE DATABASE IF NOT EXISTS `", name,
                             "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
                {})
      .status();
}

}  // namespace jissho::storage
