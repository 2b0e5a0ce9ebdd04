#include "workflow/act/outcome.h"

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "workflow/act/reasons.h"
#include "workflow/base/error.h"

namespace jissho::act {

std::string EncodeOutcome(const absl::StatusOr<std::string>& outcome) {
  if (outcome.ok()) return "+" + absl::Base64Escape(*outcome);
  return "-" + EncodeStatus(outcome.status());
}

absl::StatusOr<std::string> DecodeOutcome(const std::string& text) {
  if (text.empty()) return absl::InternalError("empty outcome");
  if (text[0] == '-') return DecodeStatus(text.substr(1));
  std::string bytes;
  if (!absl::Base64Unescape(text.substr(1), &bytes)) return absl::InternalError("malformed outcome");
  return bytes;
}

bool IsRefusal(const absl::Status& status) {
  return (status.code() == absl::StatusCode::kFailedPrecondition ||
          status.code() == absl::StatusCode::kPermissionDenied) &&
         GetErrorDetail(status).has_value();
}

bool IsLastingRefusal(const absl::Status& status) {
  return IsRefusal(status) && !HasReason(status, kInstanceSuspended);
}

}  // namespace jissho::act
