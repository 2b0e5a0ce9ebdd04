#include "workflow/act/shard.h"

#include <gtest/gtest.h>

namespace jissho::act {
namespace {

// Worked out outside this program; rows in databases have these numbers.
TEST(ShardTest, ACaseHasTheNumberItAlwaysHad) {
  EXPECT_EQ(ShardOf("case-1", "x"), 37);
  EXPECT_EQ(ShardOf("case-2", "x"), 780);
  EXPECT_EQ(ShardOf("a", "x"), 262);
  EXPECT_EQ(ShardOf("2022-093-001", "x"), 718);
  EXPECT_EQ(ShardOf("018b2f4e-0000-7000-8000-000000000000", "x"), 978);
}

TEST(ShardTest, BytesOutsideAsciiCountAsUnsigned) { EXPECT_EQ(ShardOf("事案-1", "x"), 179); }

TEST(ShardTest, WithoutACaseTheInstanceDecides) {
  EXPECT_EQ(ShardOf("", "case-1"), 37);
  EXPECT_EQ(ShardOf("", ""), 899);
}

}  // namespace
}  // namespace jissho::act
