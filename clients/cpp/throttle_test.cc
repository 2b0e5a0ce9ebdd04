#include "clients/cpp/throttle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jissho::client {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

// A server that takes so many calls in ten milliseconds, asked by one caller.
class Scene {
 public:
  struct Sum {
    int taken = 0, refused = 0, kept_back = 0;
    int sent() const { return taken + refused; }
  };

  Sum Ask(absl::Duration during, int calls, int room) {
    Sum sum;
    for (const absl::Duration end = now_ + during; now_ < end; now_ += absl::Milliseconds(10)) {
      int left = room;
      for (int i = 0; i < calls; ++i) {
        if (!throttle_.Admits(now_)) {
          ++sum.kept_back;
          continue;
        }
        const bool refused = left-- <= 0;
        ++(refused ? sum.refused : sum.taken);
        throttle_.Note(now_, refused);
      }
    }
    return sum;
  }

 private:
  Throttle throttle_;
  absl::Duration now_ = absl::Hours(1);
};

TEST(ThrottleTest, HoldsNothingBackFromAServerThatHasRoom) {
  Scene scene;
  const auto sum = scene.Ask(absl::Seconds(10), 10, 10);
  EXPECT_EQ(sum.taken, 10000);
}

TEST(ThrottleTest, SendsAFullServerATenthMoreThanItTakes) {
  Scene scene;
  scene.Ask(absl::Seconds(5), 40, 10);
  const auto sum = scene.Ask(absl::Seconds(5), 40, 10);
  EXPECT_EQ(sum.taken, 5000);
  EXPECT_THAT(sum.refused, AllOf(Ge(400), Le(700)));
}

TEST(ThrottleTest, FillsTheServerFromTheFirstMomentOn) {
  Scene scene;
  EXPECT_THAT(scene.Ask(absl::Seconds(5), 40, 10).taken, Ge(4950));
}

TEST(ThrottleTest, KeepsUpWithAServerThatStandsStillAgainAndAgain) {
  Scene scene;
  scene.Ask(absl::Seconds(5), 40, 10);
  int taken = 0;
  for (int i = 0; i < 20; ++i) {
    taken += scene.Ask(absl::Milliseconds(200), 40, 10).taken;
    scene.Ask(absl::Milliseconds(80), 40, 0);
  }
  EXPECT_GE(taken, 3900);  // of 4000
}

TEST(ThrottleTest, SeesWithinTwoSecondsThatThereIsRoomAgain) {
  Scene scene;
  scene.Ask(absl::Seconds(10), 40, 10);
  scene.Ask(absl::Seconds(2), 8, 10);
  EXPECT_EQ(scene.Ask(absl::Seconds(5), 8, 10).kept_back, 0);
}

TEST(ThrottleTest, GoesOnAskingAServerThatTakesNothing) {
  Scene scene;
  scene.Ask(absl::Seconds(5), 10, 0);
  EXPECT_THAT(scene.Ask(absl::Seconds(10), 10, 0).sent(), AllOf(Ge(5), Le(100)));
}

TEST(ThrottleTest, LetsWhoeverSeldomAsksAskAfterARefusal) {
  Throttle throttle;
  for (absl::Duration now; now < absl::Minutes(5); now += absl::Seconds(3)) {
    EXPECT_TRUE(throttle.Admits(now));
    throttle.Note(now, /*refused=*/true);
  }
}

}  // namespace
}  // namespace jissho::client
