#include "workflow/base/id.h"

#include <gtest/gtest.h>

namespace jissho {
namespace {

TEST(IdTest, SameSeedGivesTheSameId) {
  const absl::Time time = absl::FromUnixMillis(1654848900000);
  EXPECT_EQ(DeriveId(time, "a"), DeriveId(time, "a"));
  EXPECT_NE(DeriveId(time, "a"), DeriveId(time, "b"));
}

TEST(IdTest, IsVersionSevenAndSortsByTime) {
  const std::string early = DeriveId(absl::FromUnixMillis(1654848900000), "z");
  const std::string late = DeriveId(absl::FromUnixMillis(1654848900001), "a");
  EXPECT_TRUE(IsUuid(early));
  EXPECT_EQ(early[14], '7');
  EXPECT_LT(early, late);
}

TEST(IdTest, RefusesWhatIsNoUuid) {
  EXPECT_FALSE(IsUuid("018155E4-0000-7000-8000-000000000000"));
  EXPECT_FALSE(IsUuid("018155e4"));
}

}  // namespace
}  // namespace jissho
