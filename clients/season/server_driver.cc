#include "clients/season/server_driver.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include "jissho/runtime/v1/runtime.pb.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

constexpr absl::Duration kCallTimeout = absl::Minutes(2);
// How long a server may stay away, with a database that recovers on a busy machine.
constexpr absl::Duration kPatience = absl::Minutes(10);

google::protobuf::Timestamp Proto(absl::Time time) {
  google::protobuf::Timestamp out;
  out.set_seconds(absl::ToUnixSeconds(time));
  out.set_nanos(static_cast<int32_t>((time - absl::FromUnixSeconds(out.seconds())) / absl::Nanoseconds(1)));
  return out;
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string ReasonOf(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  return detail ? detail->reason : "";
}

// The server, its database, or the way to them was away: the same request may be sent again.
bool IsLost(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  if (reason == "STORAGE_RETRY" || reason == "COMMIT_UNKNOWN") return true;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
      return true;
    case absl::StatusCode::kUnknown:
      return reason.empty();  // gRPC's word for a connection that broke in mid-answer
    default:
      return false;
  }
}

}  // namespace

// "HOST:PORT" for everything, or "intake=HOST:PORT,review=HOST:PORT,…", the first of which keeps the
// calendar.
void ServerDriver::Open(const std::string& address) {
  address_ = address;
  clients_.clear();
  for (absl::string_view part : absl::StrSplit(address, ',', absl::SkipEmpty())) {
    std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (pair.second.empty()) pair = {"", std::string(part)};
    for (const std::string& service : {pair.first, std::string()}) {
      std::unique_ptr<client::Client>& client = clients_[service];
      if (client != nullptr) continue;
      client = std::make_unique<client::Client>(pair.second);
      client->set_timeout(kCallTimeout);
    }
  }
}

client::Client& ServerDriver::ClientOf(const std::string& method) {
  const std::vector<std::string> parts = absl::StrSplit(method, '.');  // jissho.intake.v1.…
  const auto found = clients_.find(parts.size() > 1 ? parts[1] : "");
  return found == clients_.end() ? *clients_.at("") : *found->second;
}

absl::Status ServerDriver::Connect(absl::Time season_start) {
  auto address = keeper_->Start();
  if (!address.ok()) return address.status();
  Open(*address);
  runtime::v1::GetTimeResponse response;
  absl::Status status =
      Anonymous("jissho.runtime.v1.ClockService/GetTime", runtime::v1::GetTimeRequest(), &response);
  if (!status.ok()) return status;
  now_ = FromProto(response.time());
  set_resumed(now_ > season_start);
  return absl::OkStatus();
}

absl::Status ServerDriver::Recover(absl::Time limit, const absl::Status& why) {
  ++lost_calls_[absl::StrCat(absl::StatusCodeToString(why.code()), " ", ReasonOf(why))];
  if (absl::Now() > limit) return why;
  absl::SleepFor(absl::Milliseconds(50));
  auto address = keeper_->Revive();
  if (!address.ok()) return address.status();
  Open(*address);
  return absl::OkStatus();
}

absl::Status ServerDriver::Anonymous(const std::string& method, const google::protobuf::Message& request,
                                     google::protobuf::Message* response) {
  const absl::Time limit = absl::Now() + kPatience;
  while (true) {
    ++calls_;
    client::Client& client = ClientOf(method);
    client.set_token("");
    absl::Status status = client.CallMessage(method, request, response);
    if (!IsLost(status)) return status;
    JISSHO_RETURN_IF_ERROR(Recover(limit, status));
  }
}

absl::StatusOr<std::string> ServerDriver::TokenOf(const Actor& actor) {
  const auto found = tokens_.find(actor.subject);
  if (found != tokens_.end() && now_ + absl::Minutes(30) < found->second.expires) return found->second.text;
  runtime::v1::IssueTokenRequest request;
  request.set_subject(actor.subject);
  for (const std::string& role : actor.roles) request.add_roles(role);
  request.set_organisation(actor.organisation);
  runtime::v1::IssueTokenResponse response;
  JISSHO_RETURN_IF_ERROR(Anonymous("jissho.runtime.v1.DevelopmentService/IssueToken", request, &response));
  tokens_[actor.subject] = {response.token(), FromProto(response.expire_time())};
  return response.token();
}

absl::Status ServerDriver::CallUntilAnswered(const Actor& actor, const std::string& method,
                                             const google::protobuf::Message& request,
                                             google::protobuf::Message* response) {
  const absl::Time limit = absl::Now() + kPatience;
  bool fresh_token = false;
  while (true) {
    JISSHO_ASSIGN_OR_RETURN(const std::string token, TokenOf(actor));
    client::Client& client = ClientOf(method);
    client.set_token(token);
    ++calls_;
    absl::Status status = client.CallMessage(method, request, response);
    if (status.code() == absl::StatusCode::kUnauthenticated && !fresh_token) {
      fresh_token = true;
      tokens_.erase(actor.subject);
      continue;
    }
    if (!IsLost(status)) return status;
    JISSHO_RETURN_IF_ERROR(Recover(limit, status));
  }
}

absl::Status ServerDriver::AdvanceTo(absl::Time target) {
  const absl::Time limit = absl::Now() + kPatience;
  while (true) {
    runtime::v1::GetTimeResponse present;
    JISSHO_RETURN_IF_ERROR(
        Anonymous("jissho.runtime.v1.ClockService/GetTime", runtime::v1::GetTimeRequest(), &present));
    now_ = FromProto(present.time());
    runtime::v1::AdvanceTimeRequest request;
    *request.mutable_target() = Proto(std::max(now_, target));
    runtime::v1::AdvanceTimeResponse response;
    ++calls_;
    const std::string method = "jissho.runtime.v1.ClockService/AdvanceTime";
    ClientOf(method).set_token("");
    absl::Status status = ClientOf(method).CallMessage(method, request, &response);
    if (status.ok()) {
      now_ = FromProto(response.time());
      return status;
    }
    if (!IsLost(status)) return status;
    JISSHO_RETURN_IF_ERROR(Recover(limit, status));
  }
}

}  // namespace jissho::season
