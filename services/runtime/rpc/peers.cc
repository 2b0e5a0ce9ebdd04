#include "services/runtime/rpc/peers.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/runtime/reasons.h"
#include "workflow/base/hash.h"

namespace jissho::runtime {
namespace {

// A span of its own under the caller's trace; derived, because nothing here may be random.
std::string Traceparent(const CallContext& call, const std::string& method) {
  return absl::StrCat("00-", call.trace_id, "-", Sha256Hex(call.request_id + method).substr(0, 16), "-01");
}

}  // namespace

void ConfiguredPeers::Add(const std::string& service, std::shared_ptr<Connection> connection, bool local) {
  peers_.insert_or_assign(service, Peer{std::move(connection), local});
}

bool ConfiguredPeers::IsLocal(const std::string& service) const {
  const auto found = peers_.find(service);
  return found != peers_.end() && found->second.local;
}

absl::Status ConfiguredPeers::CallProcess(const std::string& service, const std::string& method,
                                          absl::Duration timeout, const google::protobuf::Message& request,
                                          google::protobuf::Message* response) {
  const auto found = peers_.find(service);
  if (found == peers_.end()) return MakeError(kPeerUnknown, {{"service", service}});
  JISSHO_ASSIGN_OR_RETURN(std::string token, token_->Get());
  const Metadata metadata{{"authorization", "Bearer " + token}, {"accept-language", "ja"}};
  return found->second.connection->Call(method, metadata, timeout, request, response);
}

std::vector<std::string> ConfiguredPeers::RemoteProcesses() const {
  std::set<Connection*> seen;
  std::vector<std::string> out;
  for (const auto& [service, peer] : peers_) {
    if (!peer.local && seen.insert(peer.connection.get()).second) out.push_back(service);
  }
  return out;
}

absl::Status ConfiguredPeers::CallMessage(const CallContext* call, const std::string& service,
                                          const std::string& method, const google::protobuf::Message& request,
                                          google::protobuf::Message* response) {
  if (call == nullptr) return CallProcess(service, method, kPeerTimeout, request, response);
  const auto found = peers_.find(service);
  if (found == peers_.end()) return MakeError(kPeerUnknown, {{"service", service}});
  const absl::Duration left = call->deadline - monotonic_->Elapsed();
  if (left <= absl::ZeroDuration()) return MakeError(kDeadlinePassed);
  Metadata metadata{{"traceparent", Traceparent(*call, method)}, {"accept-language", call->locale}};
  if (!call->token.empty()) metadata["authorization"] = "Bearer " + call->token;
  if (!call->request_id.empty()) metadata["x-request-id"] = call->request_id;
  return found->second.connection->Call(method, metadata, std::min(left, kPeerTimeout), request, response);
}

}  // namespace jissho::runtime
