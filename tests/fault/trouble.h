// What goes wrong while a season is played on real processes.
#ifndef JISSHO_TESTS_FAULT_TROUBLE_H_
#define JISSHO_TESTS_FAULT_TROUBLE_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/fault/faulty_server.h"

namespace jissho::fault {

class Trouble {
 public:
  virtual ~Trouble() = default;
  // Where the server's next life ends ("act.flushed:3"); "": not by itself.
  virtual std::string NextDeath() { return ""; }
  // The life that NextDeath had begun is over, at its point.
  virtual void Died() {}
  // Every few milliseconds of a season. True: it has killed the server.
  virtual bool Tend(FaultyServer&, absl::Duration /*now*/) { return false; }
  // Whether the server may fail to start, because something else is down.
  virtual bool MayRefuseToStart() const { return false; }
  // The season is over: ends what it has begun.
  virtual void Calm() {}
};

// Every life ends at the next of `deaths`, in their order, until none is left.
class PointDeaths : public Trouble {
 public:
  explicit PointDeaths(std::vector<std::string> deaths) : deaths_(std::move(deaths)) {}
  std::string NextDeath() override { return died_ < deaths_.size() ? deaths_[died_] : ""; }
  void Died() override { ++died_; }
  size_t died() const { return died_; }
  // What the season did not come to.
  std::vector<std::string> Left() const { return {deaths_.begin() + died_, deaths_.end()}; }

 private:
  const std::vector<std::string> deaths_;
  size_t died_ = 0;
};

// SIGKILL at any instruction: mostly while the server serves, sometimes while it starts.
class RandomKills : public Trouble {
 public:
  // `life`: how long the server lives after it is up, in the mean.
  RandomKills(uint64_t seed, int kills, absl::Duration life) : random_(seed), left_(kills), life_(life) {}
  bool Tend(FaultyServer& server, absl::Duration now) override;
  int left() const { return left_; }

 private:
  absl::Duration UpTo(absl::Duration most);

  std::mt19937_64 random_;
  int left_;
  const absl::Duration life_;
  int seen_life_ = 0;
  absl::Duration began_ = absl::ZeroDuration();
  absl::Duration start_takes_ = absl::Seconds(1);
  absl::Duration kill_at_ = absl::InfiniteDuration();
  bool up_ = false;
};

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_TROUBLE_H_
