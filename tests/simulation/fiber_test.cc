#include "tests/simulation/fiber.h"

#include <stdexcept>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jissho::simulation {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;

std::string InterleavingOf(uint64_t seed) {
  Random random(seed);
  Scheduler scheduler(&random);
  std::string order;
  for (char name : {'a', 'b', 'c'}) {
    scheduler.Spawn([&, name] {
      for (int i = 0; i < 4; ++i) {
        order += name;
        scheduler.Yield();
      }
    });
  }
  EXPECT_FALSE(scheduler.RunUntil([] { return false; }));
  return order;
}

TEST(FiberTest, TheSeedDecidesTheInterleaving) {
  EXPECT_EQ(InterleavingOf(1), InterleavingOf(1));
  EXPECT_THAT(InterleavingOf(1), Not(InterleavingOf(2)));
  EXPECT_THAT(InterleavingOf(1), SizeIs(12));
}

TEST(FiberTest, TheClockJumpsToTheEarliestSleeperWhenNobodyCanGoOn) {
  Random random(1);
  Scheduler scheduler(&random);
  std::vector<absl::Duration> woken;
  for (int seconds : {3600, 5, 60}) {
    scheduler.Spawn([&, seconds] {
      scheduler.Sleep(absl::Seconds(seconds));
      woken.push_back(scheduler.Elapsed());
    });
  }
  scheduler.RunUntil([] { return false; });
  EXPECT_THAT(woken, ElementsAre(absl::Seconds(5), absl::Seconds(60), absl::Hours(1)));
}

TEST(FiberTest, AWaitEndsWhenItsConditionHoldsOrAtItsTime) {
  Random random(1);
  Scheduler scheduler(&random);
  auto condition = scheduler.MakeCondition();
  std::mutex mutex;
  bool flag = false;
  std::vector<bool> results;
  const auto wait = [&](absl::Duration timeout) {
    std::unique_lock lock(mutex);
    results.push_back(condition->Wait(lock, timeout, [&] { return flag; }));
  };
  scheduler.Spawn([&] { wait(absl::Seconds(1)); });
  scheduler.Spawn([&] {
    scheduler.Sleep(absl::Seconds(2));
    wait(absl::InfiniteDuration());
  });
  scheduler.Spawn([&] {
    scheduler.Sleep(absl::Seconds(3));
    flag = true;
    condition->NotifyAll();
  });
  scheduler.RunUntil([] { return false; });
  EXPECT_THAT(results, ElementsAre(false, true));
}

TEST(FiberTest, TwoNotificationsWakeTwoWaiters) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    Scheduler scheduler(&random);
    auto condition = scheduler.MakeCondition();
    std::mutex mutex;
    int permits = 0, taken = 0;
    for (int i = 0; i < 2; ++i) {
      scheduler.Spawn([&] {
        std::unique_lock lock(mutex);
        condition->Wait(lock, absl::InfiniteDuration(), [&] { return permits > 0; });
        --permits;
        ++taken;
      });
    }
    scheduler.Spawn([&] {
      scheduler.Sleep(absl::Seconds(1));
      permits = 2;
      condition->NotifyOne();
      condition->NotifyOne();
    });
    scheduler.RunUntil([] { return false; });
    EXPECT_EQ(taken, 2) << "seed " << seed;
  }
}

TEST(FiberTest, AJoinedFiberHasReturned) {
  Random random(1);
  Scheduler scheduler(&random);
  std::string order;
  scheduler.Spawn([&] {
    auto thread = scheduler.Start([&] {
      scheduler.Sleep(absl::Seconds(1));
      order += "body ";
    });
    thread->Join();
    order += "joined";
  });
  scheduler.RunUntil([] { return false; });
  EXPECT_EQ(order, "body joined");
}

TEST(FiberTest, AnExceptionInFlightStaysWithItsFiber) {
  Random random(1);
  Scheduler scheduler(&random);
  std::vector<std::string> caught;
  for (const char* name : {"a", "b"}) {
    scheduler.Spawn([&, name] {
      try {
        throw std::runtime_error(name);
      } catch (const std::runtime_error& first) {
        scheduler.Yield();
        try {
          throw;
        } catch (const std::runtime_error& again) {
          caught.push_back(std::string(first.what()) + again.what());
        }
      }
      EXPECT_EQ(std::uncaught_exceptions(), 0);
    });
  }
  scheduler.RunUntil([] { return false; });
  EXPECT_THAT(caught, ::testing::UnorderedElementsAre("aa", "bb"));
}

TEST(FiberTest, StacksAreUsedAgain) {
  Random random(1);
  Scheduler scheduler(&random);
  int runs = 0;
  scheduler.Spawn([&] {
    for (int i = 0; i < 10'000; ++i) {
      scheduler.Spawn([&] { ++runs; });
      scheduler.Yield();
    }
  });
  scheduler.RunUntil([] { return false; });
  EXPECT_EQ(runs, 10'000);
}

}  // namespace
}  // namespace jissho::simulation
