#include "workflow/base/wait_estimate.h"

#include <gtest/gtest.h>

namespace jissho {
namespace {

TEST(WaitEstimateTest, NobodyWaitsBeforeAnythingIsKnown) {
  EXPECT_EQ(WaitEstimate().Behind(1000), absl::ZeroDuration());
}

TEST(WaitEstimateTest, IsThoseAheadTimesWhatOneTakes) {
  WaitEstimate estimate;
  estimate.Served(1, absl::Milliseconds(4));
  EXPECT_EQ(estimate.Behind(25), absl::Milliseconds(100));
}

TEST(WaitEstimateTest, SharesTheTimeOfABatch) {
  WaitEstimate estimate;
  estimate.Served(64, absl::Milliseconds(64));
  EXPECT_EQ(estimate.Behind(10), absl::Milliseconds(10));
}

TEST(WaitEstimateTest, FollowsAServerThatGetsSlowerAndFaster) {
  WaitEstimate estimate;
  for (int i = 0; i < 100; ++i) estimate.Served(1, absl::Milliseconds(1));
  for (int i = 0; i < 100; ++i) estimate.Served(1, absl::Milliseconds(10));
  EXPECT_GT(estimate.Behind(1), absl::Milliseconds(9));
  for (int i = 0; i < 200; ++i) estimate.Served(1, absl::Milliseconds(1));
  EXPECT_LT(estimate.Behind(1), absl::Milliseconds(1.1));
}

TEST(WaitEstimateTest, OneSlowItemIsNotTakenForAll) {
  WaitEstimate estimate;
  for (int i = 0; i < 100; ++i) estimate.Served(1, absl::Milliseconds(1));
  estimate.Served(1, absl::Milliseconds(100));
  EXPECT_LT(estimate.Behind(1), absl::Milliseconds(5));
}

}  // namespace
}  // namespace jissho
