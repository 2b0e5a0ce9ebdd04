#include "tests/fault/trouble.h"

namespace jissho::fault {
namespace {

constexpr uint64_t kOneStartIn = 6;

}  // namespace

absl::Duration RandomKills::UpTo(absl::Duration most) {
  return most * std::uniform_real_distribution<>(0, 1)(random_);
}

bool RandomKills::Tend(FaultyServer& server, absl::Duration now) {
  if (left_ == 0) return false;
  if (seen_life_ != server.lives()) {
    seen_life_ = server.lives();
    began_ = now;
    up_ = false;
    kill_at_ = random_() % kOneStartIn == 0 ? now + UpTo(start_takes_) : absl::InfiniteDuration();
  }
  if (!up_ && server.IsUp()) {
    up_ = true;
    start_takes_ = now - began_;
    kill_at_ = now + UpTo(2 * life_);
  }
  if (now < kill_at_) return false;
  server.Kill();
  --left_;
  return true;
}

}  // namespace jissho::fault
