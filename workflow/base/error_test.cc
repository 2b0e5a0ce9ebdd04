#include "workflow/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jissho {
namespace {

constexpr Reason kSample{"SAMPLE_TOO_LATE", absl::StatusCode::kFailedPrecondition,
                         "締切（{close}）を過ぎています。", "The deadline {close} has passed."};

TEST(ErrorTest, CarriesReasonTextsAndMetadata) {
  const absl::Status status = MakeError(kSample, {{"close", "2022-06-10"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "The deadline 2022-06-10 has passed.");
  const auto detail = GetErrorDetail(status);
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(detail->reason, "SAMPLE_TOO_LATE");
  EXPECT_EQ(detail->ja, "締切（2022-06-10）を過ぎています。");
  EXPECT_TRUE(HasReason(status, kSample));
}

TEST(ErrorTest, CarriesAllFieldFaultsAtOnce) {
  const absl::Status status = MakeFieldError(
      {{"title", "必須です。", "is required."}, {"amount", "正の数です。", "must be positive."}});
  const auto detail = GetErrorDetail(status);
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(detail->faults.size(), 2u);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("amount: must be positive."));
}

TEST(ErrorTest, KeepsReasonWhenRetryTimeIsAdded) {
  const absl::Status status = WithRetryAfter(MakeError(kSample), absl::Milliseconds(250));
  EXPECT_TRUE(HasReason(status, kSample));
  EXPECT_EQ(GetErrorDetail(status)->retry_after, absl::Milliseconds(250));
}

TEST(ErrorTest, SurvivesBeingStoredAsText) {
  const absl::Status status = WithRetryAfter(MakeError(kSample, {{"close", "2022-06-10"}}), absl::Seconds(1));
  const absl::Status again = DecodeStatus(EncodeStatus(status));
  EXPECT_EQ(again, status);
  EXPECT_EQ(GetErrorDetail(again)->metadata.at("close"), "2022-06-10");
}

TEST(ErrorTest, PlainStatusHasNoDetail) {
  EXPECT_FALSE(GetErrorDetail(absl::InternalError("x")).has_value());
}

}  // namespace
}  // namespace jissho
