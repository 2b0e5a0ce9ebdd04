// Where each service is: in this process, or at an address of the configuration.
#ifndef JISSHO_SERVICES_RUNTIME_RPC_PEERS_H_
#define JISSHO_SERVICES_RUNTIME_RPC_PEERS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/runtime/rpc/call.h"
#include "services/runtime/rpc/service_token.h"
#include "workflow/base/clock.h"

namespace jissho::runtime {

// Time that one service gives another when its own caller set no limit that is shorter.
inline constexpr absl::Duration kPeerTimeout = absl::Seconds(10);

// Thread-safe after the last Add.
class ConfiguredPeers : public Peers {
 public:
  ConfiguredPeers(ServiceToken* token, const MonotonicClock* monotonic)
      : token_(token), monotonic_(monotonic) {}

  // `local`: the service runs in this process.
  void Add(const std::string& service, std::shared_ptr<Connection> connection, bool local);

  bool IsLocal(const std::string& service) const;
  // Calls the process that has the service, as the system; for events and the clock.
  absl::Status CallProcess(const std::string& service, const std::string& method, absl::Duration timeout,
                           const google::protobuf::Message& request, google::protobuf::Message* response);
  // One service of each distinct remote connection, so that each process is asked once.
  std::vector<std::string> RemoteProcesses() const;

 protected:
  absl::Status CallMessage(const CallContext* call, const std::string& service, const std::string& method,
                           const google::protobuf::Message& request,
                           google::protobuf::Message* response) override;

 private:
  struct Peer {
    std::shared_ptr<Connection> connection;
    bool local;
  };
  ServiceToken* const token_;
  const MonotonicClock* const monotonic_;
  std::map<std::string, Peer> peers_;
};

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_PEERS_H_
