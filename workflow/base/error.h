// Errors as data: a canonical code, a stable reason, what to do in Japanese and in English.
//
// Every refusal a person or a program can meet is a `Reason` constant that stands in the `reasons.h` of the
// component that utters it and is listed in docs/errors.md (a test fails on an unlisted one). `MakeError`
// puts the reason, its texts and its metadata into an absl::Status as payloads; the runtime turns them into
// google.rpc.ErrorInfo, BadRequest, LocalizedMessage and RetryInfo. Nothing here knows a transport.
#ifndef JISSHO_WORKFLOW_BASE_ERROR_H_
#define JISSHO_WORKFLOW_BASE_ERROR_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace jissho {

// A kind of refusal. Texts may hold `{key}`, replaced from the metadata given to MakeError.
// `name` is UPPER_SNAKE, at most 63 characters, unique in the product and never reused for another meaning.
struct Reason {
  absl::string_view name;
  absl::StatusCode code;
  absl::string_view ja;  // for people: what is wrong and what to do
  absl::string_view en;
};

using ErrorMetadata = std::map<std::string, std::string>;

// One fault of one request field; `field` is the path in the request message, e.g. "proposal.title".
struct FieldFault {
  std::string field;
  std::string ja;
  std::string en;
  friend bool operator==(const FieldFault&, const FieldFault&) = default;
};

// What an error says, read back from a Status made by MakeError or MakeFieldError.
struct ErrorDetail {
  std::string reason;
  std::string ja;
  std::string en;
  ErrorMetadata metadata;
  std::vector<FieldFault> faults;
  std::optional<absl::Duration> retry_after;
};

// The status message is the English text with the metadata filled in.
absl::Status MakeError(const Reason& reason, const ErrorMetadata& metadata = {});

// INVALID_ARGUMENT with all faults at once. Requires at least one fault.
absl::Status MakeFieldError(const std::vector<FieldFault>& faults);

// Says when a retry makes sense (RESOURCE_EXHAUSTED, UNAVAILABLE).
absl::Status WithRetryAfter(absl::Status status, absl::Duration delay);

// Attaches a detail that came from elsewhere, e.g. from another process.
absl::Status WithErrorDetail(absl::Status status, const ErrorDetail& detail);

// nullopt when the status carries no detail (then it is an internal error whose text is masked at the edge).
std::optional<ErrorDetail> GetErrorDetail(const absl::Status& status);

// True when the status carries this very reason.
bool HasReason(const absl::Status& status, const Reason& reason);

// A status as text and back, with its detail: for answers that are stored and repeated.
std::string EncodeStatus(const absl::Status& status);
absl::Status DecodeStatus(const std::string& text);

// The reason of MakeFieldError.
inline constexpr Reason kFieldInvalid{"FIELD_INVALID", absl::StatusCode::kInvalidArgument,
                                      "入力に誤りがあります。各項目の指摘を直してください。",
                                      "The request has invalid fields; correct each of them."};

#define JISSHO_RETURN_IF_ERROR(expr)                                                       \
  do {                                                                                     \
    if (absl::Status jissho_status_ = (expr); !jissho_status_.ok()) return jissho_status_; \
  } while (false)

#define JISSHO_CONCAT_INNER_(a, b) a##b
#define JISSHO_CONCAT_(a, b) JISSHO_CONCAT_INNER_(a, b)
#define JISSHO_ASSIGN_OR_RETURN(lhs, ...) \
  JISSHO_ASSIGN_OR_RETURN_(JISSHO_CONCAT_(jissho_or_, __LINE__), lhs, (__VA_ARGS__))
#define JISSHO_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = expr;                               \
  if (!tmp.ok()) return tmp.status();            \
  lhs = *std::move(tmp)

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_ERROR_H_
