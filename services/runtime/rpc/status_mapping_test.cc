#include "services/runtime/rpc/status_mapping.h"

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/runtime/reasons.h"
#include "services/runtime/rpc/etag.h"
#include "services/runtime/rpc/paging.h"
#include "services/runtime/testing/sample.pb.h"
#include "workflow/storage/reasons.h"

namespace jissho::runtime {
namespace {

template <class T>
T Detail(const google::rpc::Status& status) {
  T out;
  int found = 0;
  for (const auto& any : status.details()) found += any.UnpackTo(&out);
  EXPECT_EQ(found, 1);
  return out;
}

TEST(StatusMappingTest, NamesReasonAndDomain) {
  const auto status = ToRpcStatus(MakeError(kRoleNotAllowed, {{"roles", "mayor"}}), "ja", "intake");
  EXPECT_EQ(status.code(), static_cast<int>(absl::StatusCode::kPermissionDenied));
  const auto info = Detail<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "ROLE_NOT_ALLOWED");
  EXPECT_EQ(info.domain(), "intake.jissho");
  EXPECT_EQ(info.metadata().at("roles"), "mayor");
}

TEST(StatusMappingTest, SpeaksTheCallersLanguage) {
  const absl::Status error = MakeError(kEtagMismatch);
  EXPECT_EQ(Detail<google::rpc::LocalizedMessage>(ToRpcStatus(error, "ja", "x")).message(), kEtagMismatch.ja);
  EXPECT_EQ(Detail<google::rpc::LocalizedMessage>(ToRpcStatus(error, "en", "x")).message(), kEtagMismatch.en);
  EXPECT_EQ(LocaleOf("en-GB,en;q=0.9"), "en");
  EXPECT_EQ(LocaleOf(""), "ja");
}

TEST(StatusMappingTest, BringsAnErrorThroughTheWireUnchanged) {
  const absl::Status error =
      WithRetryAfter(MakeError(kPeerUnavailable, {{"service", "cases"}}), absl::Milliseconds(1500));
  const absl::Status back = FromRpcStatus(ToRpcStatus(error, "ja", "x"));
  EXPECT_EQ(back.code(), error.code());
  EXPECT_TRUE(HasReason(back, kPeerUnavailable));
  EXPECT_EQ(GetErrorDetail(back)->metadata, GetErrorDetail(error)->metadata);
  EXPECT_EQ(GetErrorDetail(back)->ja, GetErrorDetail(error)->ja);
  EXPECT_EQ(GetErrorDetail(back)->retry_after, absl::Milliseconds(1500));
}

TEST(StatusMappingTest, BringsFieldFaultsThroughTheWire) {
  const absl::Status back = FromRpcStatus(
      ToRpcStatus(MakeFieldError({{"name", "長い", "long"}, {"date", "違う", "wrong"}}), "ja", "x"));
  ASSERT_TRUE(HasReason(back, kFieldInvalid));
  ASSERT_EQ(GetErrorDetail(back)->faults.size(), 2u);
  EXPECT_EQ(GetErrorDetail(back)->faults[1].field, "date");
}

TEST(StatusMappingTest, MasksAnErrorWithoutReason) {
  const absl::Status masked = MaskInternal(absl::UnknownError("SELECT secret FROM place"), "abc");
  EXPECT_TRUE(HasReason(masked, kInternal));
  EXPECT_EQ(std::string(masked.ToString()).find("secret"), std::string::npos);
}

TEST(StatusMappingTest, CutsTheDatabasesTextFromStorageErrors) {
  const absl::Status masked =
      MaskInternal(MakeError(storage::kStorageRetry, {{"detail", "Deadlock at row 7"}}), "abc");
  EXPECT_TRUE(HasReason(masked, storage::kStorageRetry));
  EXPECT_EQ(masked.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(masked.ToString().find("row 7"), std::string::npos);
}

TEST(StatusMappingTest, LeavesRefusalsAsTheyAre) {
  const absl::Status error = MakeError(kEtagMismatch);
  EXPECT_EQ(MaskInternal(error, "abc"), error);
}

TEST(EtagTest, TakesTheVersionThatWasRead) {
  EXPECT_TRUE(CheckEtag(MakeEtag(7), 7).ok());
  EXPECT_TRUE(HasReason(CheckEtag(MakeEtag(6), 7), kEtagMismatch));
  EXPECT_EQ(CheckEtag(MakeEtag(6), 7).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(HasReason(CheckEtag("", 7), kEtagMissing));
}

TEST(PagingTest, GoesOnBehindTheKeyOfTheToken) {
  sample::v1::Thing request;
  request.set_name("x");
  request.set_page_token(MakePageToken(request, {"2022-05-01", "id-9"}));
  request.set_page_size(7);
  const auto page = ReadPage(request);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->size, 7);
  EXPECT_EQ(page->after, (std::vector<std::string>{"2022-05-01", "id-9"}));
}

TEST(PagingTest, RefusesATokenOfAnotherList) {
  sample::v1::Thing request;
  request.set_name("x");
  const std::string token = MakePageToken(request, {"id-9"});
  request.set_name("y");
  request.set_page_token(token);
  EXPECT_TRUE(HasReason(ReadPage(request).status(), kPageTokenInvalid));
}

TEST(PagingTest, RefusesWhatIsNoToken) {
  sample::v1::Thing request;
  for (const char* token : {"!!", "YWJj", "WzEsMl0"}) {
    request.set_page_token(token);
    EXPECT_TRUE(HasReason(ReadPage(request).status(), kPageTokenInvalid)) << token;
  }
}

TEST(PagingTest, HoldsThePageSizeWithinItsLimits) {
  sample::v1::Thing request;
  EXPECT_EQ(ReadPage(request)->size, kPageSizeDefault);
  request.set_page_size(100000);
  EXPECT_EQ(ReadPage(request)->size, kPageSizeMax);
}

}  // namespace
}  // namespace jissho::runtime
