#include "workflow/base/threads.h"

#include <sys/resource.h>

#include <atomic>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jissho {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(ThreadsTest, AJoinedThreadHasRunItsBody) {
  std::atomic<bool> ran = false;
  auto thread = SystemThreads().Start([&ran] { ran = true; });
  thread->Join();
  EXPECT_TRUE(ran);
}

TEST(ThreadsTest, AThreadThatIsStartedBehindGivesWayToTheOthers) {
  int first = 0, behind = 0;
  SystemThreads().Start([&first] { first = getpriority(PRIO_PROCESS, 0); })->Join();
  SystemThreads().StartBehind([&behind] { behind = getpriority(PRIO_PROCESS, 0); })->Join();
  EXPECT_EQ(first, getpriority(PRIO_PROCESS, 0));
  constexpr int kLast = 19;  // nobody can go further behind
  EXPECT_TRUE(behind > first || first == kLast) << first << ", " << behind;
}

TEST(ThreadsTest, AValueIsHandedFromOneThreadToAnother) {
  Handover<int> answer(&SystemThreads());
  auto thread = SystemThreads().Start([&answer] { answer.Give(7); });
  EXPECT_THAT(answer.Take(absl::InfiniteDuration()), Optional(7));
  thread->Join();
}

TEST(ThreadsTest, WhoIsGivenNothingInTimeGetsNothing) {
  Handover<int> answer(&SystemThreads());
  EXPECT_THAT(answer.Take(absl::Milliseconds(1)), Eq(std::nullopt));
}

TEST(ThreadsTest, AWaitEndsAtItsTimeWithWhatTheConditionSaysThen) {
  auto condition = SystemThreads().MakeCondition();
  std::mutex mutex;
  std::unique_lock lock(mutex);
  EXPECT_FALSE(condition->Wait(lock, absl::Milliseconds(1), [] { return false; }));
  EXPECT_TRUE(condition->Wait(lock, absl::InfiniteDuration(), [] { return true; }));
  EXPECT_TRUE(lock.owns_lock());
}

}  // namespace
}  // namespace jissho
