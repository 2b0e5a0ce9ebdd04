#include "workflow/base/clock.h"

#include <gtest/gtest.h>

namespace jissho {
namespace {

TEST(ClockTest, VirtualCalendarStandsStillUntilItIsSet) {
  const absl::Time start = absl::FromUnixSeconds(1650000000);
  VirtualCalendar calendar(start);
  EXPECT_EQ(calendar.Now(), start);
  calendar.Set(start + absl::Hours(24));
  EXPECT_EQ(calendar.Now(), start + absl::Hours(24));
}

TEST(ClockTest, TokyoIsNineHoursAhead) {
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(0), Tokyo()), "1970-01-01 09:00");
}

}  // namespace
}  // namespace jissho
