#include "services/runtime/rpc/status_mapping.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/rpc/error_details.pb.h"
#include "services/runtime/reasons.h"

namespace jissho::runtime {
namespace {

// Texts of the database stand in the metadata under this key.
constexpr char kDetailKey[] = "detail";

bool HoldsDatabaseText(const ErrorDetail& detail) {
  return detail.metadata.count(kDetailKey) > 0 &&
         (absl::StartsWith(detail.reason, "STORAGE_") || absl::StartsWith(detail.reason, "SCHEMA_") ||
          detail.reason == "COMMIT_UNKNOWN");
}

std::string Without(std::string text, const std::string& part) {
  const size_t at = part.empty() ? std::string::npos : text.find(part);
  if (at != std::string::npos) text.erase(at, part.size());
  return text;
}

}  // namespace

std::string LocaleOf(const std::string& accept_language) {
  return absl::StartsWithIgnoreCase(accept_language, "en") ? "en" : "ja";
}

std::string ServiceOf(const std::string& method) {
  const std::vector<std::string> parts = absl::StrSplit(method, '.');
  return parts.size() > 2 && parts[0] == "jissho" ? parts[1] : "runtime";
}

google::rpc::Status ToRpcStatus(const absl::Status& status, const std::string& locale,
                                const std::string& service) {
  google::rpc::Status out;
  out.set_code(static_cast<int>(status.code()));
  out.set_message(std::string(status.message()));
  const auto detail = GetErrorDetail(status);
  if (!detail) return out;
  if (!detail->reason.empty()) {
    google::rpc::ErrorInfo info;
    info.set_reason(detail->reason);
    info.set_domain(absl::StrCat(service, ".jissho"));
    for (const auto& [key, value] : detail->metadata) (*info.mutable_metadata())[key] = value;
    out.add_details()->PackFrom(info);
  }
  if (!detail->faults.empty()) {
    google::rpc::BadRequest bad;
    for (const FieldFault& fault : detail->faults) {
      auto* violation = bad.add_field_violations();
      violation->set_field(fault.field);
      violation->set_description(locale == "en" ? fault.en : fault.ja);
    }
    out.add_details()->PackFrom(bad);
  }
  if (detail->retry_after) {
    google::rpc::RetryInfo retry;
    const int64_t nanos = absl::ToInt64Nanoseconds(*detail->retry_after);
    retry.mutable_retry_delay()->set_seconds(nanos / 1000000000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int>(nanos % 1000000000));
    out.add_details()->PackFrom(retry);
  }
  google::rpc::LocalizedMessage message;
  message.set_locale(locale);
  message.set_message(locale == "en" ? detail->en : detail->ja);
  if (!message.message().empty()) out.add_details()->PackFrom(message);
  return out;
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  if (status.code() == 0) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.code());
  std::string reason;
  ErrorMetadata metadata;
  std::string ja = status.message();
  std::vector<FieldFault> faults;
  std::optional<absl::Duration> retry;
  for (const auto& any : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo retry_info;
    google::rpc::LocalizedMessage message;
    if (any.UnpackTo(&info)) {
      reason = info.reason();
      metadata = {info.metadata().begin(), info.metadata().end()};
    } else if (any.UnpackTo(&bad)) {
      for (const auto& v : bad.field_violations())
        faults.push_back({v.field(), v.description(), v.description()});
    } else if (any.UnpackTo(&retry_info)) {
      retry = absl::Seconds(retry_info.retry_delay().seconds()) +
              absl::Nanoseconds(retry_info.retry_delay().nanos());
    } else if (any.UnpackTo(&message) && message.locale() == "ja") {
      ja = message.message();
    }
  }
  if (reason.empty()) return absl::Status(code, status.message());
  absl::Status out = !faults.empty() && reason == kFieldInvalid.name
                         ? MakeFieldError(faults)
                         : MakeError(Reason{reason, code, ja, status.message()}, metadata);
  return retry ? WithRetryAfter(out, *retry) : out;
}

bool NeedsMask(const absl::Status& status) {
  if (status.ok()) return false;
  const auto detail = GetErrorDetail(status);
  if (!detail || detail->reason.empty()) return true;
  if (detail->reason == kInternal.name) return false;
  return status.code() == absl::StatusCode::kInternal || status.code() == absl::StatusCode::kDataLoss ||
         HoldsDatabaseText(*detail);
}

absl::Status MaskInternal(const absl::Status& status, const std::string& reference) {
  if (!NeedsMask(status)) return status;
  const auto detail = GetErrorDetail(status);
  if (!detail || !HoldsDatabaseText(*detail) || status.code() == absl::StatusCode::kInternal) {
    return MakeError(kInternal, {{"reference", reference}});
  }
  const std::string text = detail->metadata.at(kDetailKey);
  ErrorMetadata metadata = detail->metadata;
  metadata.erase(kDetailKey);
  metadata["reference"] = reference;
  const std::string ja = Without(detail->ja, text);
  const std::string en = Without(detail->en, text);
  absl::Status out = MakeError(Reason{detail->reason, status.code(), ja, en}, metadata);
  return detail->retry_after ? WithRetryAfter(out, *detail->retry_after) : out;
}

}  // namespace jissho::runtime
