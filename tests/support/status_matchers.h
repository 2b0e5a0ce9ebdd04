// gMock matchers for absl::Status and absl::StatusOr, and for the reasons of workflow/base/error.h.
//
//   EXPECT_THAT(ledger.Commit(x), IsOk());
//   EXPECT_THAT(ledger.Balance(), IsOkAndHolds(Eq(100)));
//   EXPECT_THAT(ledger.Commit(y), StatusIs(absl::StatusCode::kFailedPrecondition));
//   EXPECT_THAT(ledger.Commit(y), ReasonIs(kAllotmentExceeded));     // code and reason
//   ASSERT_OK_AND_ASSIGN(const auto balance, ledger.Balance());
#ifndef JISSHO_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define JISSHO_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "workflow/base/error.h"

namespace jissho::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <class T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, "has the status code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

MATCHER_P(HasReasonNamed, name, "has the reason " + std::string(name)) {
  *result_listener << StatusOf(arg);
  const auto detail = ::jissho::GetErrorDetail(StatusOf(arg));
  return detail && detail->reason == std::string(name);
}

namespace internal {

class ReasonIsMatcher {
 public:
  using is_gtest_matcher = void;
  explicit ReasonIsMatcher(const Reason& reason) : reason_(reason) {}
  template <class T>
  bool MatchAndExplain(const T& value, ::testing::MatchResultListener* listener) const {
    const absl::Status& status = StatusOf(value);
    *listener << status;
    return status.code() == reason_.code && HasReason(status, reason_);
  }
  void DescribeTo(std::ostream* os) const { *os << "is refused with " << std::string(reason_.name); }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "is not refused with " << std::string(reason_.name);
  }

 private:
  const Reason& reason_;
};

template <class Inner>
class IsOkAndHoldsMatcher {
 public:
  using is_gtest_matcher = void;
  explicit IsOkAndHoldsMatcher(Inner inner) : inner_(std::move(inner)) {}
  template <class T>
  bool MatchAndExplain(const absl::StatusOr<T>& result, ::testing::MatchResultListener* listener) const {
    if (!result.ok()) {
      *listener << result.status();
      return false;
    }
    return ::testing::ExplainMatchResult(::testing::SafeMatcherCast<const T&>(inner_), *result, listener);
  }
  void DescribeTo(std::ostream* os) const { *os << "is OK and holds the expected value"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not OK or holds another value"; }

 private:
  Inner inner_;
};

}  // namespace internal

// The reason, and the code that belongs to it. Keeps a reference: for Reason constants.
inline internal::ReasonIsMatcher ReasonIs(const Reason& reason) { return internal::ReasonIsMatcher(reason); }

template <class Inner>
internal::IsOkAndHoldsMatcher<Inner> IsOkAndHolds(Inner inner) {
  return internal::IsOkAndHoldsMatcher<Inner>(std::move(inner));
}

}  // namespace jissho::testing

#define ASSERT_OK(expr) ASSERT_THAT(expr, ::jissho::testing::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT(expr, ::jissho::testing::IsOk())
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  ASSERT_OK_AND_ASSIGN_(JISSHO_CONCAT_(jissho_test_or_, __LINE__), lhs, expr)
#define ASSERT_OK_AND_ASSIGN_(tmp, lhs, expr) \
  auto tmp = (expr);                          \
  ASSERT_TRUE(tmp.ok()) << tmp.status();      \
  lhs = *std::move(tmp)

#endif  // JISSHO_TESTS_SUPPORT_STATUS_MATCHERS_H_
