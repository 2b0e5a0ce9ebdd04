#include "services/runtime/process/advance.h"

#include <unistd.h>

#include <cstdio>
#include <map>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/process/calendar_file.h"
#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

using ::testing::ElementsAre;

const absl::Time kStart = absl::FromUnixSeconds(1650000000);

// A process whose timers, when due, hand `messages` to a process (itself or the other), which it then works
// off.
class FakeProcess : public ClockedProcess {
 public:
  absl::StatusOr<act::Pending> GetPending() override {
    act::Pending pending;
    pending.ready = inbox + blocked + held;
    pending.held = held;
    if (!timers.empty()) pending.next_due = timers.begin()->first;
    return pending;
  }
  absl::StatusOr<int64_t> SetTime(absl::Time now) override {
    int64_t done = inbox;
    inbox = 0;
    while (!timers.empty() && timers.begin()->first <= now) {
      fired.push_back(absl::ToInt64Hours(now - kStart));
      timers.begin()->second->inbox += 1;
      timers.erase(timers.begin());
      ++done;
    }
    if (endless) done = 1;
    return done;
  }

  std::map<absl::Time, FakeProcess*> timers;
  int64_t inbox = 0;
  int64_t blocked = 0;
  int64_t held = 0;  // timers that somebody else has claimed
  bool endless = false;
  std::vector<int64_t> fired;
};

const auto kNever = [] { return false; };
const auto kNoPause = [] { FAIL() << "waits for nobody"; };

TEST(AdvanceTest, StopsAtEveryTimerOnTheWay) {
  FakeProcess a;
  a.timers = {{kStart + absl::Hours(1), &a}, {kStart + absl::Hours(5), &a}, {kStart + absl::Hours(9), &a}};
  const auto done = Advance({&a}, kStart, kStart + absl::Hours(8), kNever, kNoPause);
  ASSERT_TRUE(done.ok());
  EXPECT_THAT(a.fired, ElementsAre(1, 5));
  EXPECT_EQ(*done, 4);
}

TEST(AdvanceTest, WorksOffWhatOneProcessGivesToAnotherThatWasAskedBefore) {
  FakeProcess first, second;
  second.timers = {{kStart + absl::Hours(1), &first}};
  ASSERT_TRUE(Advance({&first, &second}, kStart, kStart + absl::Hours(2), kNever, kNoPause).ok());
  EXPECT_EQ(first.inbox, 0);
}

TEST(AdvanceTest, FinishesPendingWorkWhenTheTargetIsNow) {
  FakeProcess a;
  a.inbox = 3;
  EXPECT_EQ(*Advance({&a}, kStart, kStart, kNever, kNoPause), 3);
}

TEST(AdvanceTest, GoesOnPastEventsThatAReceiverRefuses) {
  FakeProcess a;
  a.blocked = 1;
  a.timers = {{kStart + absl::Hours(1), &a}};
  ASSERT_TRUE(Advance({&a}, kStart, kStart + absl::Hours(2), kNever, kNoPause).ok());
  EXPECT_THAT(a.fired, ElementsAre(1));
}

TEST(AdvanceTest, WaitsForTimersThatAnotherProcessHasClaimed) {
  FakeProcess a;
  a.held = 1;
  a.timers = {{kStart + absl::Hours(1), &a}};
  int pauses = 0;
  const auto pause = [&] {
    EXPECT_TRUE(a.fired.empty());
    if (++pauses == 5) a.held = 0;
  };
  ASSERT_TRUE(Advance({&a}, kStart, kStart + absl::Hours(2), kNever, pause).ok());
  EXPECT_EQ(pauses, 5);
  EXPECT_THAT(a.fired, ElementsAre(1));
}

TEST(AdvanceTest, EndsWhenTheWorkDoesNotComeToRest) {
  FakeProcess a;
  a.endless = true;
  int rounds = 0;
  EXPECT_TRUE(HasReason(Advance(
                            {&a}, kStart, kStart, [&] { return ++rounds > 5; }, kNoPause)
                            .status(),
                        kClockUnsettled));
}

std::string CalendarPath(const char* name) {
  const std::string path = testing::TempDir() + absl::StrCat(::getpid(), "-", name);
  std::remove(path.c_str());
  return path;
}

TEST(CalendarFileTest, GoesOnWhereItStoodWhenItIsOpenedAgain) {
  const std::string path = CalendarPath("again.json");
  {
    auto calendar = CalendarFile::Open(path, kStart);
    ASSERT_TRUE(calendar.ok()) << calendar.status();
    ASSERT_TRUE((*calendar)->Set(kStart + absl::Hours(1) + absl::Microseconds(7)).ok());
  }
  EXPECT_EQ((*CalendarFile::Open(path, kStart))->Now(), kStart + absl::Hours(1) + absl::Microseconds(7));
}

TEST(CalendarFileTest, DoesNotGoBackwards) {
  auto calendar = CalendarFile::Open(CalendarPath("back.json"), kStart);
  ASSERT_TRUE(calendar.ok());
  EXPECT_TRUE(HasReason((*calendar)->Set(kStart - absl::Seconds(1)), kClockBackwards));
  EXPECT_EQ((*calendar)->Now(), kStart);
}

TEST(CalendarFileTest, RefusesAFileThatIsNoCalendar) {
  const std::string path = CalendarPath("broken.json");
  ASSERT_TRUE(WriteFileAtomically(path, "{").ok());
  EXPECT_TRUE(HasReason(CalendarFile::Open(path, kStart).status(), kConfigInvalid));
}

}  // namespace
}  // namespace jissho::runtime
