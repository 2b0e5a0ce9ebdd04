#include "workflow/base/error.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"

namespace jissho {
namespace {

constexpr char kPayloadUrl[] = "jissho/error-detail";

std::string Fill(absl::string_view text, const ErrorMetadata& metadata) {
  std::string out(text);
  for (const auto& [key, value] : metadata) absl::StrReplaceAll({{absl::StrCat("{", key, "}"), value}}, &out);
  return out;
}

nlohmann::json ToJson(const ErrorDetail& detail) {
  nlohmann::json json{
      {"reason", detail.reason}, {"ja", detail.ja}, {"en", detail.en}, {"metadata", detail.metadata}};
  for (const FieldFault& fault : detail.faults) json["faults"].push_back({fault.field, fault.ja, fault.en});
  if (detail.retry_after) json["retry_ms"] = absl::ToInt64Milliseconds(*detail.retry_after);
  return json;
}

}  // namespace

absl::Status WithErrorDetail(absl::Status status, const ErrorDetail& detail) {
  status.SetPayload(
      kPayloadUrl, absl::Cord(ToJson(detail).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
  return status;
}

absl::Status MakeError(const Reason& reason, const ErrorMetadata& metadata) {
  ErrorDetail detail{
      std::string(reason.name), Fill(reason.ja, metadata), Fill(reason.en, metadata), metadata, {}, {}};
  return WithErrorDetail(absl::Status(reason.code, detail.en), detail);
}

absl::Status MakeFieldError(const std::vector<FieldFault>& faults) {
  ErrorDetail detail{std::string(kFieldInvalid.name),
                     std::string(kFieldInvalid.ja),
                     std::string(kFieldInvalid.en),
                     {},
                     faults,
                     {}};
  std::string message(kFieldInvalid.en);
  for (const FieldFault& fault : faults) message += " " + fault.field + ": " + fault.en;
  return WithErrorDetail(absl::InvalidArgumentError(message), detail);
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration delay) {
  ErrorDetail detail = GetErrorDetail(status).value_or(ErrorDetail{});
  detail.retry_after = delay;
  return WithErrorDetail(std::move(status), detail);
}

std::optional<ErrorDetail> GetErrorDetail(const absl::Status& status) {
  auto payload = status.GetPayload(kPayloadUrl);
  if (!payload) return std::nullopt;
  const auto json = nlohmann::json::parse(std::string(*payload), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  ErrorDetail detail{json.value("reason", ""),
                     json.value("ja", ""),
                     json.value("en", ""),
                     json.value("metadata", ErrorMetadata{}),
                     {},
                     {}};
  if (json.contains("faults")) {
    for (const auto& fault : json["faults"]) detail.faults.push_back({fault[0], fault[1], fault[2]});
  }
  if (json.contains("retry_ms")) detail.retry_after = absl::Milliseconds(json["retry_ms"].get<int64_t>());
  return detail;
}

std::string EncodeStatus(const absl::Status& status) {
  nlohmann::json json{{"code", static_cast<int>(status.code())}, {"message", std::string(status.message())}};
  if (auto detail = GetErrorDetail(status)) json["detail"] = ToJson(*detail);
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::Status DecodeStatus(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return absl::InternalError("malformed status");
  absl::Status status(static_cast<absl::StatusCode>(json.value("code", 2)), json.value("message", ""));
  if (json.contains("detail")) status.SetPayload(kPayloadUrl, absl::Cord(json["detail"].dump()));
  return status;
}

bool HasReason(const absl::Status& status, const Reason& reason) {
  auto detail = GetErrorDetail(status);
  return detail && detail->reason == reason.name;
}

}  // namespace jissho
