// The whole suite under a clock that jumps: a season over the end of its fiscal year and the closing of its
// books, with the calendar set back an hour after every timer and every step, ends with the facts of the same
// season under a clock that runs straight.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "clients/season/play.h"
#include "clients/season/season_file.h"
#include "services/civil/date.h"
#include "tests/simulation/facts.h"
#include "tests/simulation/people.h"
#include "tests/simulation/world.h"
#include "tests/support/invariants.h"
#include "workflow/act/rows.h"

namespace jissho::simulation {
namespace {

constexpr absl::Duration kPatience = absl::Hours(12);
constexpr absl::Duration kPumpLooks = absl::Seconds(2);  // long enough for every pump to look again

using AllFacts = std::map<std::string, Facts>;

// A season in calm weather, step by step.
class Stage {
 public:
  explicit Stage(absl::Duration jump) : jump_(jump) {
    const char* const source = std::getenv("JISSHO_SOURCE_DIR");
    season::LoadedSeason loaded =
        season::LoadSeason(std::string(source) + "/seasons/tsukuba-093-fy2022.yaml");
    EXPECT_TRUE(loaded.faults.empty());
    season_ = std::move(loaded.season);
    steps_ = season::PlanSeason(season_);
  }

  // The facts at the end. Failures are the test's.
  AllFacts Play() {
    Trace trace(0);
    World world({.seed = 1, .now = season_.starts}, &identity_, &trace);
    world.Calm();
    world_ = &world;
    AllFacts facts;
    world.scheduler().Spawn([&] {
      const absl::Status opened = world.Open();
      EXPECT_TRUE(opened.ok()) << opened;
      if (opened.ok()) PlaySteps();
      CheckAndRead(facts);
      world.Close();
    });
    world.scheduler().RunUntil([] { return false; });
    return facts;
  }

  int jumps() const { return jumps_; }
  // First and last moment at which the calendar stood.
  absl::Time last() const { return last_; }

 private:
  void PlaySteps() {
    season::Play play(&season_, nullptr);
    for (size_t at = 0; at < steps_.size(); ++at) {
      MoveTo(steps_[at].at);
      Hand hand(world_, &identity_, &book_, "season");
      hand.BeginStep(static_cast<int>(at) + 1);
      season::Play own(play, &hand);
      const absl::Status status = steps_[at].run(own);
      EXPECT_TRUE(status.ok()) << "step " << at + 1 << ", " << steps_[at].en << ": " << status;
      if (!status.ok() || !world_->AwaitQuiet(kPatience)) return;
      Jump();
    }
    // The books close, and what waits for that falls due.
    MoveTo(civil::StartOfDay(civil::ClosingOfBooks(season_.fiscal_year) + 1));
  }

  // To `target`, stopping where a timer is due: at the last microsecond before, at the time, and after a
  // jump.
  void MoveTo(absl::Time target) {
    for (std::optional<absl::Time> due = NextDue(); due && *due <= target; due = NextDue()) {
      if (jump_ > absl::ZeroDuration()) {
        EXPECT_TRUE(world_->AdvanceTo(*due - absl::Microseconds(1), kPatience));
        EXPECT_EQ(NextDue(), due) << "fired early";
      }
      EXPECT_TRUE(world_->AdvanceTo(*due, kPatience)) << "no rest at " << *due;
      const std::optional<absl::Time> next = NextDue();
      EXPECT_TRUE(!next || *next > *due) << "did not fire at " << *due;
      if (next && *next <= *due) return;
      Jump();
    }
    EXPECT_TRUE(world_->AdvanceTo(target, kPatience));
    last_ = target;
  }

  // Back and again to where it was.
  void Jump() {
    if (jump_ == absl::ZeroDuration()) return;
    ++jumps_;
    const absl::Time now = world_->calendar().Now();
    world_->calendar().Set(now - jump_);
    world_->scheduler().Sleep(kPumpLooks);
    EXPECT_TRUE(world_->AwaitQuiet(kPatience));
    world_->calendar().Set(now);
    EXPECT_TRUE(world_->AwaitQuiet(kPatience));
  }

  std::optional<absl::Time> NextDue() {
    std::optional<absl::Time> next;
    for (const std::string& service : world_->services()) {
      world_->LookAt(service, [&](storage::Session& session, const act::Catalog&) {
        const auto timers = storage::Select<act::TimerRow>(session, "ORDER BY due LIMIT 1");
        ASSERT_TRUE(timers.ok()) << timers.status();
        if (!timers->empty()) next = std::min(next.value_or(absl::InfiniteFuture()), timers->front().due);
      });
    }
    return next;
  }

  void CheckAndRead(AllFacts& facts) {
    testing::Correspondence correspondence;
    std::vector<testing::Broken> broken;
    for (const std::string& service : world_->services()) {
      world_->LookAt(service, [&](storage::Session& session, const act::Catalog& catalog) {
        const auto found = testing::CheckService(service, session, catalog);
        ASSERT_TRUE(found.ok()) << found.status();
        broken.insert(broken.end(), found->begin(), found->end());
        EXPECT_TRUE(correspondence.Add(service, session).ok());
        facts[service] = ReadFacts(session);
      });
    }
    const auto unanswered = correspondence.Check();
    broken.insert(broken.end(), unanswered.begin(), unanswered.end());
    for (const testing::Broken& one : broken)
      ADD_FAILURE() << one.rule << " in " << one.service << ": " << one.what;
    for (const std::string& violation : book_.violations()) ADD_FAILURE() << violation;
  }

  const absl::Duration jump_;
  season::Season season_;
  std::vector<season::Step> steps_;
  Identity identity_;
  Register book_;
  World* world_ = nullptr;
  int jumps_ = 0;
  absl::Time last_;
};

TEST(TimeTest, ASeasonUnderAClockThatIsSetBackEndsWithTheSameFacts) {
  Stage straight(absl::ZeroDuration());
  const AllFacts expected = straight.Play();
  Stage jumping(absl::Hours(1));
  const AllFacts found = jumping.Play();
  EXPECT_GT(jumping.jumps(), 100);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [service, facts] : expected) {
    EXPECT_FALSE(facts.empty()) << service;
    EXPECT_EQ(Differences(facts, found.at(service), 6), std::vector<std::string>()) << service;
  }
  EXPECT_EQ(jumping.last(), straight.last());
}

}  // namespace
}  // namespace jissho::simulation
